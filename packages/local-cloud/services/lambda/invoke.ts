import type { InvocationRequest } from '@aws-sdk/client-lambda';
import { AwsError, type Call, type Cloud, type Operations } from '../../service.ts';
import type { AsyncEvents } from './async-events.ts';
import type { FunctionRegistry } from './lambda-function.ts';
import { checkMayInvoke } from './resource-policy.ts';
import { runFunction } from './run-function.ts';
import { invalidValue, onlySupported } from './supported-input.ts';

/** Bytes of a request, by invocation type. @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const PAYLOAD_LIMITS = { RequestResponse: 6_291_456, DryRun: 6_291_456, Event: 1_048_576 };
/** Bytes of log in an answer. */
const LOG_TAIL = 4_096;

/**
 * `Invoke`: synchronous, asynchronous, dry run.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
 */
export function invokeOperations(cloud: Cloud, registry: FunctionRegistry, events: AsyncEvents): Operations {
  return {
    async Invoke(input: InvocationRequest, { requestId, caller }: Call) {
      onlySupported('Invoke', input, [
        ...['FunctionName', 'Qualifier', 'InvocationType', 'LogType', 'ClientContext', 'Payload'],
      ]);
      const deployed = registry.find(input.FunctionName, input.Qualifier);
      checkMayInvoke(cloud, deployed, caller);
      const type = input.InvocationType ?? 'RequestResponse';
      const payload = (input.Payload ?? new Uint8Array()) as Uint8Array;
      checkPayload(type, payload);
      if (type === 'DryRun') return { StatusCode: 204 };
      if (type === 'Event') {
        events.enqueue(deployed, requestId, payload);
        return { StatusCode: 202 };
      }
      const { failed, logLines, ...result } = await runFunction(cloud, deployed, {
        requestId,
        payload,
        clientContext: input.ClientContext && Buffer.from(input.ClientContext, 'base64').toString(),
      });
      return {
        StatusCode: 200,
        ExecutedVersion: '$LATEST',
        Payload: result.payload,
        ...(failed ? { FunctionError: 'Unhandled' } : {}),
        ...(input.LogType === 'Tail' ? { LogResult: tail(logLines) } : {}),
      };
    },
  };
}

function checkPayload(type: string, payload: Uint8Array): void {
  if (type !== 'RequestResponse' && type !== 'Event' && type !== 'DryRun') {
    throw invalidValue(`The invocation type ${type} is not one of RequestResponse, Event, DryRun.`);
  }
  const limit = PAYLOAD_LIMITS[type];
  if (payload.byteLength > limit) {
    throw new AwsError(
      'RequestTooLargeException',
      `${payload.byteLength} byte payload is too large for the ${type} invocation type (limit ${limit} bytes)`,
      413,
    );
  }
  if (payload.byteLength === 0) return;
  try {
    JSON.parse(Buffer.from(payload).toString());
  } catch (error) {
    throw new AwsError(
      'InvalidRequestContentException',
      `Could not parse request body into json: ${error instanceof Error ? error.message : error}`,
      400,
    );
  }
}

const tail = (lines: readonly string[]): string =>
  Buffer.from(lines.map((line) => `${line}\n`).join(''))
    .subarray(-LOG_TAIL)
    .toString('base64');
