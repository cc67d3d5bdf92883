import { type Clock, sleep } from '../../../packages/local-cloud/clock.ts';
import { AwsError } from '../../../packages/local-cloud/service.ts';
import { FAULT_KINDS, type Fault, type Faults, type FaultTarget } from './faults.ts';
import { never, type Sandbox } from './sandbox.ts';

/** What the clients of one sandbox have in common. */
export interface Wire {
  readonly clock: Clock;
  readonly sandbox: Sandbox;
  readonly faults: Faults;
  /** Uniform in [0, 1): latency and the jitter of retries. */
  readonly random: () => number;
  /** Longest way to a service and back, milliseconds. */
  readonly latencyMs: number;
  /** False for a function whose death would be the platform's fault and not ours. */
  readonly mayDie: boolean;
  /** Carries a request out, in process. */
  call(service: string, operation: string, input: object, sandbox: Sandbox): Promise<unknown>;
  /** Is called for every attempt that is sent. Returns a function to call when no caller waits for the answer any more. */
  onAttempt(service: string, operation: string, input: object): () => void;
}

/** As the clients of the functions are configured. */
export interface Limits {
  readonly maxAttempts: number;
  readonly requestTimeoutMs: number;
}

/**
 * Stands in for a client of the AWS SDK without HTTP: retries, request time-outs and the shape of errors are as the SDK
 * has them, time is virtual, and between the two ends lie latency and faults.
 */
export function createSdkClient(wire: Wire, service: string, { maxAttempts, requestTimeoutMs }: Limits) {
  const { clock, sandbox, random } = wire;
  const way = () => sleep(clock, Math.round((random() * wire.latencyMs) / 2));

  const carryOut = async (operation: string, input: object, fault: Fault | undefined): Promise<unknown> => {
    const kind = fault === undefined ? undefined : FAULT_KINDS[fault.kind];
    const lateMs = fault?.delayMs ?? 3_000;
    await way();
    if (kind === 'reset') throw networkError('ECONNRESET');
    if (typeof kind === 'object') throw sdkError(kind.code, kind.status, 'zephyr is refused');
    if (kind === 'slow') await sleep(clock, lateMs);
    const answer = await applied(() => wire.call(service, operation, input, sandbox));
    if (kind === 'missing' && operation === 'ListUsers') return { Users: [] };
    if (kind === 'missing' && operation === 'AdminGetUser') {
      throw sdkError('UserNotFoundException', 400, 'User does not exist.');
    }
    if (kind === 'missing' && operation === 'DescribeUser') {
      throw sdkError('ResourceNotFoundException', 404, 'User does not exist.');
    }
    if (kind === 'killed-after') sandbox.kill();
    if (kind === 'slow-answer') await sleep(clock, lateMs);
    if (kind === 'lost') throw networkError('ECONNRESET');
    await way();
    return answer();
  };
  const attempt = (operation: string, input: object, signal: AbortSignal | undefined): Promise<unknown> => {
    const target = targetOf(service, input);
    let fault = wire.faults.take({ target, operation, input });
    if (fault?.kind.startsWith('killed') && !wire.mayDie) fault = undefined;
    if (fault?.kind === 'killed-before') {
      sandbox.kill();
      return never();
    }
    const done = wire.onAttempt(service, operation, input);
    const answered = new Promise((resolve, reject) => {
      const cancel = clock.schedule(requestTimeoutMs, () => reject(networkError('TimeoutError')));
      signal?.addEventListener('abort', () => reject(networkError('AbortError')));
      carryOut(operation, input, fault).finally(cancel).then(resolve, reject);
    });
    return answered.finally(done);
  };
  return {
    async send(command: { readonly input: object }, options: { readonly abortSignal?: AbortSignal } = {}) {
      const operation = command.constructor.name.replace(/Command$/, '');
      for (let tries = 1; ; tries += 1) {
        if (options.abortSignal?.aborted) throw networkError('AbortError');
        try {
          return await sandbox.guard(attempt(operation, command.input, options.abortSignal));
        } catch (error) {
          if (tries >= maxAttempts || !isRetried(error)) throw error;
          await sandbox.clock.sleep(Math.round(random() * 100 * 2 ** tries));
        }
      }
    },
  };
}

const targetOf = (service: string, input: object): FaultTarget => {
  const { QueueUrl = '' } = input as { readonly QueueUrl?: string };
  return /\/(dead\.fifo|dead-records)$/.test(QueueUrl) ? 'dead-letters' : (service as FaultTarget);
};

/** What the service did, to be told or not. */
async function applied(call: () => Promise<unknown>): Promise<() => unknown> {
  try {
    const value = await call();
    return () => value;
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return () => {
      throw Object.assign(sdkError(error.code, error.status, error.message), error.members);
    };
  }
}

const networkError = (name: string): Error => Object.assign(new Error(name), { name, code: name });

function sdkError(code: string, status: number, message: string): Error {
  return Object.assign(new Error(message), {
    name: code || 'Unknown',
    $metadata: { httpStatusCode: status },
    $response: { statusCode: status, headers: {} },
  });
}

const THROTTLES = /Throttl|Throughput|TooMany|LimitExceeded|SlowDown|PriorRequestNotComplete|TransactionInProgress/;

/** What the standard retry mode of the SDK tries again. */
function isRetried(error: unknown): boolean {
  const { name, $metadata } = error as { readonly name: string; readonly $metadata?: { httpStatusCode: number } };
  if (name === 'AbortError') return false;
  const status = $metadata?.httpStatusCode;
  return status === undefined || status === 429 || status >= 500 || THROTTLES.test(name);
}
