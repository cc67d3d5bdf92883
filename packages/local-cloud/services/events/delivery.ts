import type { Target } from '@aws-sdk/client-eventbridge';
import type { Cancel } from '../../clock.ts';
import { AwsError, type Caller, type Cloud } from '../../service.ts';
import type { Rule } from './bus.ts';

/** An event as rules match it and targets get it. */
export interface BusEvent {
  readonly version: '0';
  readonly id: string;
  readonly 'detail-type': string;
  readonly source: string;
  readonly account: string;
  /** ISO 8601, whole seconds. */
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: object;
}

type Delivery = {
  readonly rule: Rule;
  readonly target: Target & { readonly Arn: string };
  readonly event: BusEvent;
  readonly since: number;
};
type Exhausted = 'MaximumRetryAttempts' | 'MaximumEventAgeInSeconds';

const FIRST_DELAY_MS = 1_000;
const LONGEST_DELAY_MS = 10 * 60_000;

/**
 * The EventBridge code of a target's error, and whether EventBridge tries again: only after a throttle, a 5xx or no answer.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
 */
function classify(error: unknown): { readonly code: string; readonly retry: boolean } {
  if (!(error instanceof AwsError)) return { code: 'SDK_CLIENT_ERROR', retry: true };
  // A retry does not help when the local cloud does not model the call.
  if (error.code === 'UnsupportedOperation') return { code: 'INTERNAL_ERROR', retry: false };
  if (error.status === 429 || /throttl/i.test(error.code)) return { code: 'THROTTLING', retry: true };
  if (error.status >= 500) return { code: 'ERROR_FROM_TARGET', retry: true };
  if (/^(ResourceNotFound|QueueDoesNotExist)/.test(error.code)) return { code: 'NO_RESOURCE', retry: false };
  if (/^AccessDenied/.test(error.code) || error.status === 403) return { code: 'NO_PERMISSIONS', retry: false };
  return { code: 'INVALID_PARAMETER', retry: false };
}

/** The JSON that a target gets: the event, a part of it, or a constant. */
function inputOf({ Input, InputPath }: Target, event: BusEvent): string {
  if (Input !== undefined) return Input;
  const keys = (InputPath ?? '$').split('.').slice(1);
  const part = keys.reduce<unknown>(
    (value, key) => (value as Record<string, unknown> | null | undefined)?.[key],
    event,
  );
  return JSON.stringify(part ?? null);
}

/**
 * Delivers events to targets, each separately. It retries as the retry policy of the target says, and then sends the event
 * to the dead-letter queue of the target. Without such a queue the event is dropped, as in AWS.
 *
 * @param random - from 0 to 1, for the jitter.
 */
export function createDelivery(cloud: Cloud, random: () => number) {
  const waiting = new Set<Cancel>();
  let closed = false;
  const callerOf = (rule: Rule): Caller => ({
    kind: 'service',
    principal: 'events.amazonaws.com',
    sourceArn: rule.arn,
  });
  const queueUrl = (arn: string) => `${cloud.endpoint()}/${arn.split(':').slice(4).join('/')}`;

  async function invoke({ rule, target, event }: Delivery): Promise<void> {
    const { Arn, SqsParameters } = target;
    const input = inputOf(target, event);
    if (Arn.split(':')[2] === 'lambda') {
      const Payload = new TextEncoder().encode(input);
      await cloud.call('lambda', 'Invoke', { FunctionName: Arn, InvocationType: 'Event', Payload }, callerOf(rule));
      return;
    }
    const group = SqsParameters?.MessageGroupId;
    const message = {
      QueueUrl: queueUrl(Arn),
      MessageBody: input,
      ...(group !== undefined && { MessageGroupId: group }),
    };
    await cloud.call('sqs', 'SendMessage', message, callerOf(rule));
  }

  async function bury(delivery: Delivery, error: unknown, retries: number, exhausted?: Exhausted): Promise<void> {
    const { rule, target, event } = delivery;
    if (target.DeadLetterConfig?.Arn === undefined) return;
    const values = {
      RULE_ARN: rule.arn,
      TARGET_ARN: target.Arn,
      ERROR_CODE: classify(error).code,
      ERROR_MESSAGE: (error instanceof Error ? error.message : String(error)) || 'Unknown error',
      RETRY_ATTEMPTS: String(retries),
      ...(exhausted !== undefined && { EXHAUSTED_RETRY_CONDITION: exhausted }),
    };
    const message = {
      QueueUrl: queueUrl(target.DeadLetterConfig.Arn),
      MessageBody: JSON.stringify(event),
      MessageAttributes: Object.fromEntries(
        Object.entries(values).map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]),
      ),
    };
    await cloud.call('sqs', 'SendMessage', message, callerOf(rule));
  }

  /** assumption: delays double from 1 s to 10 min, each between half and the whole of it; AWS publishes no figures. */
  const delayBefore = (retry: number) =>
    Math.min(FIRST_DELAY_MS * 2 ** (retry - 1), LONGEST_DELAY_MS) * (0.5 + random() / 2);

  async function attempt(delivery: Delivery, retries: number): Promise<void> {
    try {
      await invoke(delivery);
    } catch (error) {
      const { MaximumRetryAttempts = 185, MaximumEventAgeInSeconds = 86_400 } = delivery.target.RetryPolicy ?? {};
      const delayMs = delayBefore(retries + 1);
      const age = cloud.clock.now() + delayMs - delivery.since;
      if (!classify(error).retry) await bury(delivery, error, retries);
      else if (retries >= MaximumRetryAttempts) await bury(delivery, error, retries, 'MaximumRetryAttempts');
      else if (age > MaximumEventAgeInSeconds * 1_000) await bury(delivery, error, retries, 'MaximumEventAgeInSeconds');
      else later(delivery, retries + 1, delayMs);
    }
  }

  function later(delivery: Delivery, retries: number, delayMs: number): void {
    if (closed) return;
    const cancel = cloud.clock.schedule(delayMs, () => {
      waiting.delete(cancel);
      run(delivery, retries);
    });
    waiting.add(cancel);
  }

  function run(delivery: Delivery, retries: number): void {
    // When the dead-letter queue refuses the event, it is lost. AWS counts it in InvocationsFailedToBeSentToDLQ.
    attempt(delivery, retries).catch(() => undefined);
  }

  return {
    /** Starts the delivery of an event to every target of a rule. */
    deliver(rule: Rule, event: BusEvent): void {
      for (const target of rule.targets.values()) run({ rule, target, event, since: cloud.clock.now() }, 0);
    },
    /** Gives up all retries. */
    close(): void {
      closed = true;
      for (const cancel of waiting) cancel();
      waiting.clear();
    },
  };
}
