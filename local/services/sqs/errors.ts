import { AwsError } from '../../service.ts';

/** Query code and HTTP status of each SQS error: as its published model has them, common ones as clients see them. */
const KNOWN: Readonly<Record<string, readonly [queryCode: string, status: number]>> = {
  AccessDenied: ['AccessDenied', 403],
  BatchEntryIdsNotDistinct: ['AWS.SimpleQueueService.BatchEntryIdsNotDistinct', 400],
  BatchRequestTooLong: ['AWS.SimpleQueueService.BatchRequestTooLong', 400],
  EmptyBatchRequest: ['AWS.SimpleQueueService.EmptyBatchRequest', 400],
  InvalidAddress: ['InvalidAddress', 404],
  InvalidAttributeName: ['InvalidAttributeName', 400],
  InvalidAttributeValue: ['InvalidAttributeValue', 400],
  InvalidBatchEntryId: ['AWS.SimpleQueueService.InvalidBatchEntryId', 400],
  InvalidMessageContents: ['InvalidMessageContents', 400],
  InvalidParameterValue: ['InvalidParameterValue', 400],
  MessageNotInflight: ['AWS.SimpleQueueService.MessageNotInflight', 400],
  MissingParameter: ['MissingParameter', 400],
  PurgeQueueInProgress: ['AWS.SimpleQueueService.PurgeQueueInProgress', 403],
  QueueDeletedRecently: ['AWS.SimpleQueueService.QueueDeletedRecently', 400],
  QueueDoesNotExist: ['AWS.SimpleQueueService.NonExistentQueue', 400],
  QueueNameExists: ['QueueAlreadyExists', 400],
  ReceiptHandleIsInvalid: ['ReceiptHandleIsInvalid', 404],
  ResourceNotFoundException: ['ResourceNotFoundException', 404],
  TooManyEntriesInBatchRequest: ['AWS.SimpleQueueService.TooManyEntriesInBatchRequest', 400],
};

/**
 * An SQS error by its JSON name; `members.queryCode` is its code in the Query protocol and in the
 * `x-amzn-query-error` header.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-json-api-responses.html
 */
export function sqsError(code: keyof typeof KNOWN & string, message: string): AwsError {
  const [queryCode, status] = KNOWN[code] ?? [code, 400];
  return new AwsError(code, message, status, { queryCode });
}

/** The queue named by a URL, a name or an ARN is not there. */
export const queueDoesNotExist = (): AwsError => sqsError('QueueDoesNotExist', 'The specified queue does not exist.');

/** A required request parameter is absent. */
export const missingParameter = (name: string): AwsError =>
  sqsError('MissingParameter', `The request must contain the parameter ${name}.`);

/** A request parameter cannot be used. */
export const invalidParameter = (message: string): AwsError => sqsError('InvalidParameterValue', message);

/** As {@link invalidParameter}, in the words SQS uses for a named parameter. */
export const invalidValue = (value: unknown, name: string, reason: string): AwsError =>
  invalidParameter(`Value ${String(value)} for parameter ${name} is invalid. Reason: ${reason}`);

/** The code a failed entry of a batch carries. */
export function entryError(
  id: string,
  error: unknown,
): { Id: string; SenderFault: boolean; Code: string; Message: string } {
  if (!(error instanceof AwsError)) throw error;
  const { queryCode = error.code } = error.members;
  return { Id: id, SenderFault: error.status < 500, Code: String(queryCode), Message: error.message };
}
