import { AwsError } from '../../service.ts';

/** HTTP status of the errors that do not have 400, as the published model has them. */
const STATUS: Readonly<Record<string, number>> = {
  AccessDenied: 403,
  InvalidAddress: 404,
  PurgeQueueInProgress: 403,
  ReceiptHandleIsInvalid: 404,
  ResourceNotFoundException: 404,
};

/**
 * An SQS error by its JSON name. The gateway knows from the published model what the Query protocol and the
 * `x-amzn-query-error` header call it.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-json-api-responses.html
 */
export const sqsError = (code: string, message: string): AwsError => new AwsError(code, message, STATUS[code]);

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

/** How a failed entry of a batch tells its error: by the code that the Query protocol has for it. */
export function entryError(
  id: string,
  error: unknown,
): { Id: string; SenderFault: boolean; Code: string; Message: string } {
  if (!(error instanceof AwsError)) throw error;
  const { code, message, status } = error;
  const queryCode = code === 'MessageNotInflight' ? `AWS.SimpleQueueService.${code}` : code;
  return { Id: id, SenderFault: status < 500, Code: queryCode, Message: message };
}
