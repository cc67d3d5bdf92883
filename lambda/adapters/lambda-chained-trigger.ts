import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import type { ChainedTrigger, Logger } from '../ports.ts';
import { callAws } from './aws-errors.ts';

/** Chained functions by the first part of Cognito's trigger source, for example `CustomMessage`. */
export type ChainTargets = Readonly<Partial<Record<string, string>>>;

/** This function, which must not call itself. */
export interface OwnFunction {
  readonly name: string | undefined;
  readonly logger: Logger;
}

/**
 * Invokes the function that is chained for the trigger of the event, and waits for its answer.
 *
 * @returns the answer of the function, or the event when no function is chained. Rejects with the type and message of the
 *   function's error when it failed, and with an error of this adapter when it cannot be reached. A function that decides
 *   who may sign in is never skipped. Only this function itself is: each call would make another one, until the caller of
 *   Cognito gets a time-out.
 */
export const createChainedTrigger =
  (client: LambdaClient, targets: ChainTargets, { name, logger }: OwnFunction): ChainedTrigger =>
  async (event) => {
    const source = (event as { readonly triggerSource?: unknown } | null)?.triggerSource;
    const trigger = typeof source === 'string' ? (source.split('_')[0] ?? '') : '';
    const FunctionName = Object.hasOwn(targets, trigger) ? targets[trigger] : undefined;
    if (FunctionName === undefined) return event;
    if (nameOf(FunctionName) === name) {
      logger.error('chained function is this function', {
        trigger,
        advice: 'Correct chain in connect-sync.json, which names functions of others, and deploy.',
      });
      return event;
    }
    const { FunctionError, Payload } = await callAws('lambda:Invoke', () =>
      client.send(new InvokeCommand({ FunctionName, Payload: JSON.stringify(event) })),
    );
    const answer: unknown = JSON.parse(Payload?.transformToString() || 'null');
    if (FunctionError !== undefined) throw asError(answer);
    return answer;
  };

/** The name in the ARN of a function, without the alias behind it. */
const nameOf = (arn: string): string | undefined => /:function:([^:]+)/.exec(arn)?.[1];

/** The error of the chained function. Cognito shows the message of a failed trigger to its caller. */
function asError(answer: unknown): Error {
  const { errorType, errorMessage } = (answer ?? {}) as {
    readonly errorType?: unknown;
    readonly errorMessage?: unknown;
  };
  const error = new Error(typeof errorMessage === 'string' ? errorMessage : 'The chained function failed.');
  if (typeof errorType === 'string') error.name = errorType;
  return error;
}
