import type { Cancel } from '../../clock.ts';
import type { Cloud } from '../../service.ts';
import { type Condition, sendToDestinations } from './destinations.ts';
import type { FunctionRegistry, LambdaFunction } from './lambda-function.ts';
import { type FunctionResult, runFunction } from './run-function.ts';

/** The events of asynchronous invocations that wait. */
export interface AsyncEvents {
  enqueue(deployed: LambdaFunction, requestId: string, payload: Uint8Array): void;
  /** Runs as many events as the concurrency of a function allows. */
  pump(deployed: LambdaFunction): void;
  /** Drops all events. */
  close(): void;
}

interface QueuedEvent {
  readonly requestId: string;
  readonly payload: Uint8Array;
  readonly deadline: number;
  readonly attempts: number;
  readonly result: FunctionResult | undefined;
  readonly cancelExpiry: Cancel;
}

const MINUTE = 60_000;
/** The default maximum age of an event, seconds. */
const DEFAULT_AGE = 21_600;
const DEFAULT_RETRIES = 2;
/** How many events of one function run at the same time, so that many events do not start too many processes. */
const SIDE_BY_SIDE = 4;

/**
 * Runs asynchronous events in order of arrival, a few at the same time, within the concurrency of the function. An event
 * that failed runs again after one minute, and then after two more. All times are of the cloud's clock.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
 */
export function createAsyncEvents(cloud: Cloud, registry: FunctionRegistry): AsyncEvents {
  const queues = new Map<LambdaFunction, QueuedEvent[]>();
  const running = new Map<LambdaFunction, number>();
  let closed = false;

  const finish = (deployed: LambdaFunction, event: QueuedEvent, condition: Condition): void => {
    if (!closed) void sendToDestinations(cloud, deployed, { ...event, condition });
  };
  const wait = (deployed: LambdaFunction, event: Omit<QueuedEvent, 'cancelExpiry'>): void => {
    if (closed) return;
    const waiting: QueuedEvent = {
      ...event,
      cancelExpiry: cloud.clock.schedule(event.deadline - cloud.clock.now(), () => {
        queues.set(
          deployed,
          queueOf(deployed).filter((other) => other !== waiting),
        );
        finish(deployed, waiting, 'EventAgeExceeded');
      }),
    };
    queues.set(deployed, [...queueOf(deployed), waiting]);
    pump(deployed);
  };
  const queueOf = (deployed: LambdaFunction): QueuedEvent[] => queues.get(deployed) ?? [];

  const later = (deployed: LambdaFunction, event: QueuedEvent, delayMs: number): void => {
    cloud.clock.schedule(delayMs, () => {
      if (cloud.clock.now() > event.deadline) finish(deployed, event, 'EventAgeExceeded');
      else wait(deployed, event);
    });
  };
  const runningOf = (deployed: LambdaFunction): number => running.get(deployed) ?? 0;
  const run = async (deployed: LambdaFunction, event: QueuedEvent): Promise<FunctionResult> => {
    running.set(deployed, runningOf(deployed) + 1);
    try {
      return await runFunction(cloud, deployed, event);
    } finally {
      running.set(deployed, runningOf(deployed) - 1);
      queueMicrotask(() => pump(deployed));
    }
  };
  const attempt = async (deployed: LambdaFunction, event: QueuedEvent): Promise<void> => {
    let result: FunctionResult;
    try {
      result = await run(deployed, event);
    } catch (error) {
      // The function did not run (for example because of its role), so it does not count as an attempt.
      deployed.log.append(`Event ${event.requestId} could not be run: ${error}`);
      return later(deployed, event, MINUTE);
    }
    const attempts = event.attempts + 1;
    const tried = { ...event, attempts, result };
    if (!result.failed) return finish(deployed, tried, 'Success');
    const retries = deployed.eventInvokeConfig?.maximumRetryAttempts ?? DEFAULT_RETRIES;
    if (attempts > retries) return finish(deployed, tried, 'RetriesExhausted');
    later(deployed, tried, attempts * MINUTE);
  };
  const pump = (deployed: LambdaFunction): void => {
    const present = registry.get(deployed.name) === deployed;
    while (!closed && queueOf(deployed).length > 0) {
      const zero = deployed.reservedConcurrency === 0;
      if (present && !zero && !(deployed.pool.hasRoom() && runningOf(deployed) < SIDE_BY_SIDE)) return;
      const [event, ...rest] = queueOf(deployed);
      queues.set(deployed, rest);
      event?.cancelExpiry();
      if (event === undefined || !present) continue;
      if (zero) finish(deployed, event, 'ZeroReservedConcurrency');
      else void attempt(deployed, event);
    }
    if (queueOf(deployed).length === 0) queues.delete(deployed);
  };

  return {
    enqueue(deployed, requestId, payload) {
      const ageMs = (deployed.eventInvokeConfig?.maximumEventAgeInSeconds ?? DEFAULT_AGE) * 1_000;
      const deadline = cloud.clock.now() + ageMs;
      wait(deployed, { requestId, payload, deadline, attempts: 0, result: undefined });
    },
    pump,
    close() {
      closed = true;
      for (const events of queues.values()) for (const event of events) event.cancelExpiry();
      queues.clear();
    },
  };
}
