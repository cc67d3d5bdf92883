import { AwsError } from '../../service.ts';

/** HTTP status of the errors with another status than 400, from the published model. */
const STATUS: Readonly<Record<string, number>> = {
  AccessDenied: 403,
  InvalidAddress: 404,
  PurgeQueueInProgress: 403,
  ReceiptHandleIsInvalid: 404,
  ResourceNotFoundException: 404,
};

/**
 * An SQS error by its JSON name. The gateway finds its name for the Query protocol and the `x-amzn-query-error` header in
 * the published model.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-json-api-responses.html
 */
export const sqsError = (code: string, message: string): AwsError => new AwsError(code, message, STATUS[code]);

/** There is no queue with this URL, name or ARN. */
export const queueDoesNotExist = (): AwsError => sqsError('QueueDoesNotExist', 'The specified queue does not exist.');

/** A required request parameter is absent. */
export const missingParameter = (name: string): AwsError =>
  sqsError('MissingParameter', `The request must contain the parameter ${name}.`);

/** A request parameter cannot be used. */
export const invalidParameter = (message: string): AwsError => sqsError('InvalidParameterValue', message);

/** As {@link invalidParameter}, with SQS's message for a named parameter. */
export const invalidValue = (value: unknown, name: string, reason: string): AwsError =>
  invalidParameter(`Value ${String(value)} for parameter ${name} is invalid. Reason: ${reason}`);

/** The error of a failed batch entry. Its code is that of the Query protocol. */
export function entryError(
  id: string,
  error: unknown,
): { Id: string; SenderFault: boolean; Code: string; Message: string } {
  if (!(error instanceof AwsError)) throw error;
  const { code, message, status } = error;
  const queryCode = code === 'MessageNotInflight' ? `AWS.SimpleQueueService.${code}` : code;
  return { Id: id, SenderFault: status < 500, Code: queryCode, Message: message };
}
