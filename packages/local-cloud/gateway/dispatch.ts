import { AwsError, type Call } from '../service.ts';
import type { Weather } from '../weather/index.ts';
import { refusalOf } from '../weather/refusals.ts';
import type { Contract } from './contract.ts';
import { type Fault, FaultError, type Faults } from './faults.ts';
import type { Services } from './hosted-service.ts';
import type { CallStats } from './stats.ts';

/**
 * Decides whether a call is allowed. Throws `AwsError` (AccessDeniedException) when it is not. Runs before the operation and
 * before any fault.
 */
export type Authorize = (call: Call, service: string, operation: string, input: object) => void | Promise<void>;

/** One API call, over HTTP or in process. */
interface DispatchRequest {
  /** SigV4 signing name. */
  readonly service: string;
  readonly operation: string;
  readonly input: object;
  readonly call: Call;
  /** Carries out the call. @default the service's operation */
  readonly execute?: (() => unknown) | undefined;
  /** Faults and weather do not affect this call. */
  readonly undisturbed?: boolean;
}

/**
 * Carries out the API calls of every caller, over HTTP or in process. Calls are counted and authorized, and faults apply.
 *
 * @throws {AwsError} for every failure. Another error of a service becomes InternalFailure, and its stack goes to stderr.
 */
export type Dispatch = (request: DispatchRequest) => Promise<unknown>;

/** What {@link createDispatch} needs. `services` is read at each call, so services may be added later. */
interface DispatchParts {
  readonly services: Services;
  readonly faults: Faults;
  readonly stats: CallStats;
  readonly contract: Contract;
  readonly weather: Weather;
  readonly authorize?: Authorize | undefined;
}

/** Creates the dispatch. All calls of services pass through it. */
export function createDispatch({ services, faults, stats, contract, weather, authorize }: DispatchParts): Dispatch {
  // Weather does not apply to calls of AWS itself, for example of a trigger.
  const weatherOf = ({ caller }: Call, service: string, operation: string): Fault | undefined => {
    const refusal = caller.kind === 'service' ? undefined : refusalOf(weather, service, operation);
    return refusal && { service, operation, message: 'The weather of /_local/weather.', ...refusal };
  };
  return async ({ service, operation, input, call, execute, undisturbed }) => {
    const operations = services.get(service)?.operations ?? {};
    const run = Object.hasOwn(operations, operation) ? operations[operation] : undefined;
    if (run === undefined) throw unknownOperation(service, operation);
    const name = `${service}.${operation}`;
    try {
      await contract.checkRequest(service, operation, input);
      await authorize?.(call, service, operation, input);
      const carryOut = execute ?? (() => run(input as never, call));
      const output = await (undisturbed === true
        ? carryOut()
        : faults.run(service, operation, carryOut, weatherOf(call, service, operation)));
      await contract.checkResponse(service, operation, output);
      stats.record(name, 200, call.caller);
      return output;
    } catch (error) {
      const answer = toAwsError(name, error);
      const cut = answer instanceof FaultError && answer.fault.reset === true;
      stats.record(name, cut ? 'reset' : answer.status, call.caller);
      throw answer;
    }
  };
}

/** The error for an operation that the service or the local cloud does not have. */
export const unknownOperation = (service: string, operation: string): AwsError =>
  new AwsError('UnknownOperationException', `Operation ${operation} of ${service} is not served by the local cloud.`);

function toAwsError(operation: string, error: unknown): AwsError {
  if (error instanceof AwsError) return error;
  process.stderr.write(`${operation}: ${error instanceof Error ? error.stack : String(error)}\n`);
  return new AwsError('InternalFailure', 'The local cloud failed. Its standard error has the stack.', 500);
}
