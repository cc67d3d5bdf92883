import type { Cloud, Operations } from '../../service.ts';
import type { Bus } from './bus.ts';
import { createDelivery } from './delivery.ts';
import { eventOperations } from './put-events.ts';
import { ruleOperations } from './rules.ts';
import { targetOperations } from './targets.ts';

/** What is assumed because AWS does not document it. */
export const ASSUMPTIONS: readonly { readonly topic: string; readonly assumed: string; readonly switch?: string }[] = [
  {
    topic: 'EventBridge retry delays',
    assumed:
      '1 s, doubled up to 10 min, each with jitter down to a half; an event too old for its next retry goes to the dead-letter queue at once',
  },
  {
    topic: 'EventBridge dead-letter ERROR_CODE',
    assumed:
      '403: NO_PERMISSIONS; missing target: NO_RESOURCE; throttle: THROTTLING; 5xx: ERROR_FROM_TARGET; no AWS answer: SDK_CLIENT_ERROR; other 4xx: INVALID_PARAMETER',
  },
  { topic: 'EventBridge dead-letter body', assumed: 'the event itself, also for a target with Input or InputPath' },
  { topic: 'EventBridge rule deleted while an event is being retried', assumed: 'the delivery goes on' },
  { topic: 'EventBridge order', assumed: 'rules and targets in the order they were put; AWS promises none' },
  { topic: 'EventBridge DeleteRule of an unknown rule', assumed: 'succeeds' },
  { topic: 'EventBridge PutEvents without one complete entry', assumed: 'ValidationException' },
  { topic: 'EventBridge numbers in patterns', assumed: '300, 300.0 and 3.0e2 are one number' },
];

/** What is missing from operations that are served in part, in addition to the members that they refuse. */
export const PARTIAL: Readonly<Record<string, string>> = {
  PutEvents: 'the default event bus only',
  PutRule: 'event patterns of plain values and exists, on the default event bus only',
  PutTargets: 'Lambda functions and SQS queues',
};

/**
 * Creates Amazon EventBridge with its default event bus: rules with Lambda and SQS targets. `close` gives up retries.
 *
 * @param options.random - source of the jitter, from 0 to 1.
 * @see https://docs.aws.amazon.com/eventbridge/latest/APIReference/Welcome.html
 */
export function createEvents(
  cloud: Cloud,
  options: { readonly random?: () => number } = {},
): { readonly operations: Operations; close(): void } {
  const bus: Bus = { cloud, rules: new Map() };
  const delivery = createDelivery(cloud, options.random ?? Math.random);
  return {
    operations: { ...ruleOperations(bus), ...targetOperations(bus), ...eventOperations(bus, delivery.deliver) },
    close: delivery.close,
  };
}
