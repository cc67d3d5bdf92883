import type { Cloud } from '../../service.ts';
import type { LambdaFunction } from './lambda-function.ts';
import type { FunctionResult } from './run-function.ts';

/** How an asynchronous event ended. */
export type Condition = 'Success' | 'RetriesExhausted' | 'EventAgeExceeded' | 'ZeroReservedConcurrency';

/** An asynchronous event after its last attempt. */
export interface FinishedEvent {
  readonly requestId: string;
  readonly payload: Uint8Array;
  readonly condition: Condition;
  /** How often the function ran with the event. */
  readonly attempts: number;
  /** The result of the last attempt, if there was one. */
  readonly result: FunctionResult | undefined;
}

const parsed = (payload: Uint8Array): unknown =>
  payload.byteLength === 0 ? {} : JSON.parse(Buffer.from(payload).toString());

/**
 * The invocation record that Lambda sends to a destination.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
 */
const recordOf = (now: number, { arn }: LambdaFunction, event: FinishedEvent): string =>
  JSON.stringify({
    version: '1.0',
    timestamp: new Date(now).toISOString(),
    requestContext: {
      requestId: event.requestId,
      functionArn: `${arn}:$LATEST`,
      condition: event.condition,
      approximateInvokeCount: event.attempts,
    },
    requestPayload: parsed(event.payload),
    ...(event.result === undefined
      ? {}
      : {
          responseContext: {
            statusCode: 200,
            executedVersion: '$LATEST',
            ...(event.result.failed ? { functionError: 'Unhandled' } : {}),
          },
          responsePayload: parsed(event.result.payload),
        }),
  });

const errorMessage = ({ result, condition }: FinishedEvent): string => {
  const payload = result === undefined ? undefined : parsed(result.payload);
  const message = (payload as { readonly errorMessage?: unknown } | null | undefined)?.errorMessage;
  return String(message ?? condition).slice(0, 1_024);
};

/**
 * Sends a finished event to the destination and the dead-letter queue of the function, if it has them. A delivery that
 * fails writes a line to the log of the function (in AWS only a metric), because no caller waits.
 */
export async function sendToDestinations(cloud: Cloud, deployed: LambdaFunction, event: FinishedEvent): Promise<void> {
  const { name: functionName, settings, eventInvokeConfig: config } = deployed;
  const send = async (queueArn: string | undefined, message: object) => {
    if (queueArn === undefined) return;
    try {
      const QueueName = queueArn.split(':').at(-1);
      const { QueueUrl } = await cloud.call<{ readonly QueueUrl: string }>(
        'sqs',
        'GetQueueUrl',
        { QueueName },
        { kind: 'account' },
      );
      const caller = { kind: 'role', roleArn: settings.Role, functionName } as const;
      await cloud.call('sqs', 'SendMessage', { QueueUrl, ...message }, caller);
    } catch (error) {
      deployed.log.append(`Delivery of event ${event.requestId} to ${queueArn} failed: ${error}`);
    }
  };
  const record = { MessageBody: recordOf(cloud.clock.now(), deployed, event) };
  if (event.condition === 'Success') return send(config?.onSuccess, record);
  await send(config?.onFailure, record);
  // @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html#invocation-dlq
  await send(settings.DeadLetterConfig.TargetArn, {
    MessageBody: Buffer.from(event.payload).toString() || '{}',
    MessageAttributes: {
      RequestID: { DataType: 'String', StringValue: event.requestId },
      ErrorCode: { DataType: 'Number', StringValue: event.result === undefined ? '429' : '200' },
      ErrorMessage: { DataType: 'String', StringValue: errorMessage(event) },
    },
  });
}
