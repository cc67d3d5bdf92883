import type { Clock } from '../../../lambda/ports.ts';
import { type Clock as CloudClock, sleep } from '../../../packages/local-cloud/clock.ts';

/** The execution environment of one function: a process with a clock of its own that can die at any moment. */
export interface Sandbox {
  readonly id: number;
  /** As our code sees it: the true time and the error of this machine's clock. */
  readonly clock: Clock;
  readonly alive: () => boolean;
  kill(): void;
  readonly died: Promise<Error>;
  /** The same promise for as long as the sandbox lives; afterwards nothing ever comes back. */
  guard<Value>(promise: Promise<Value>): Promise<Value>;
}

/** A promise that never settles. A dead process waits for it. */
export const never = <Value>(): Promise<Value> => new Promise(() => {});

/** A function as Lambda runs it. */
export interface SimulatedFunction {
  /** Runs it once; `failed` when it threw, timed out or died. */
  invoke(event: unknown): Promise<{ readonly failed: boolean; readonly value?: unknown; readonly error?: unknown }>;
  readonly invocations: () => number;
}

/** What a handler is given beside the event. */
interface InvocationContext {
  readonly awsRequestId: string;
  readonly invokedFunctionArn: string;
  getRemainingTimeInMillis(): number;
}

/** How a function is run. */
export interface FunctionOptions {
  readonly arn: string;
  readonly timeoutMs: number;
  /** The first `await` of a cold start, milliseconds. */
  readonly initMs: number;
  /** Error of the clock of the n-th sandbox at this moment, milliseconds. */
  readonly skewMs: (sandbox: number) => number;
  readonly create: (sandbox: Sandbox) => (event: unknown, context: InvocationContext) => Promise<unknown>;
  readonly onInvoke: (event: unknown) => void;
}

/**
 * A function in this process: sandboxes are made when all are busy, used again when they are idle, and gone once they
 * died or ran out of time. Events and answers travel as JSON.
 */
export function createFunction(clock: CloudClock, options: FunctionOptions): SimulatedFunction {
  const idle: { readonly sandbox: Sandbox; readonly handler: ReturnType<FunctionOptions['create']> }[] = [];
  let sandboxes = 0;
  let invocations = 0;
  const start = async () => {
    const sandbox = createSandbox(clock, sandboxes, options.skewMs);
    sandboxes += 1;
    await sleep(clock, options.initMs);
    return { sandbox, handler: options.create(sandbox) };
  };
  return {
    invocations: () => invocations,
    async invoke(event) {
      invocations += 1;
      options.onInvoke(event);
      const awsRequestId = `request-${invocations}`;
      const environment = idle.pop() ?? (await start());
      const { sandbox, handler } = environment;
      const end = clock.now() + options.timeoutMs;
      const context = {
        awsRequestId,
        invokedFunctionArn: options.arn,
        getRemainingTimeInMillis: () => end - clock.now(),
      };
      const cancel = clock.schedule(options.timeoutMs, sandbox.kill);
      const result = await Promise.race([
        sandbox.died.then((error) => ({ failed: true, error })),
        handler(overJson(event), context).then(
          (value) => ({ failed: false, value: overJson(value) }),
          (error: unknown) => ({ failed: true, error }),
        ),
      ]);
      cancel();
      if (sandbox.alive()) idle.push(environment);
      return result;
    },
  };
}

const overJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value ?? null));

function createSandbox(clock: CloudClock, id: number, skewMs: (sandbox: number) => number): Sandbox {
  let dead = false;
  const { promise: died, resolve } = Promise.withResolvers<Error>();
  const guard = <Value>(promise: Promise<Value>): Promise<Value> =>
    promise.then(
      (value) => (dead ? never<Value>() : value),
      (error: unknown) => (dead ? never<Value>() : Promise.reject(error)),
    );
  return {
    id,
    clock: { now: () => clock.now() + skewMs(id), sleep: (milliseconds) => guard(sleep(clock, milliseconds)) },
    alive: () => !dead,
    died,
    kill() {
      dead = true;
      resolve(new Error('The process died.'));
    },
    guard,
  };
}
