import { AwsError, type Cloud } from '../service.ts';
import { TemplateError } from './errors.ts';
import type { Fields } from './values.ts';

/** What a provider may use while it works on one resource. */
export interface Work {
  readonly cloud: Cloud;
  readonly logicalId: string;
  /** The resource's resolved properties, checked against the AWS schema and converted to its types. */
  readonly properties: Fields;
  /**
   * A physical name as CloudFormation generates it, `Stack-LogicalId-RANDOM12`, shortened to `maxLength`.
   * A new one at every call.
   */
  name(options: { readonly maxLength: number; readonly suffix?: string; readonly withoutStack?: boolean }): string;
  /**
   * Calls another service on the account's behalf.
   *
   * @throws {ResourceError} with the service's message, the operation and the error code.
   */
  call<Output>(service: string, operation: string, input: object): Promise<Output>;
}

/** What a provider knows about a resource that exists. */
export interface Existing extends Work {
  readonly physicalId: string;
  readonly attributes: Fields;
  readonly previous: Fields;
}

/** The values of `Ref` and `Fn::GetAtt` for a resource that exists. */
export interface Made {
  readonly physicalId: string;
  /** The value of `Ref`. Default: the physical id. */
  readonly ref?: string;
  /** By the names that `Fn::GetAtt` takes. */
  readonly attributes?: Fields;
}

/** How the resources of one type are created by calls to the services, and which properties are modelled. */
export interface Provider {
  readonly type: string;
  /** Property paths that have an effect, such as `Code.S3Bucket`. A path includes everything below it. */
  readonly models: readonly string[];
  /** Properties that need a new resource when they change, in addition to those of the AWS schema. */
  readonly createOnly?: readonly string[];
  /** The property with a name that the template chose. Such a resource cannot be replaced under the same name. */
  readonly nameProperty?: string;
  /**
   * Creates the resource. Calls `begun` as soon as there is something to delete after a later failure.
   */
  create(work: Work, begun: (physicalId: string) => void): Promise<Made>;
  /** Changes the resource in place from `previous` to `properties`. */
  update(existing: Existing): Promise<Made>;
  /** Deletes the resource. Succeeds when it does not exist any more. */
  remove(existing: Existing): Promise<void>;
}

/** A call to a service that failed. The stack's events show its message. */
export class ResourceError extends Error {
  override readonly name = 'ResourceError';
  /** AWS's error code. */
  readonly code: string;

  constructor(message: string, code: string, cause: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

const attempts = 2_400;

/** Calls `operation` of `service` and translates its errors for the stack's events. */
export const callService = async <Output>(
  cloud: Cloud,
  service: string,
  operation: string,
  input: object,
): Promise<Output> => {
  try {
    return await cloud.call<Output>(service, operation, input, { kind: 'account' });
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw new ResourceError(
      `${error.message} (Service: ${service}, Operation: ${operation}, Status Code: ${error.status}, Error: ${error.code})`,
      error.code,
      error,
    );
  }
};

/** Runs `action`. An answer that the resource does not exist any more counts as success. */
export const ignoringMissing = async (codes: readonly string[], action: () => Promise<unknown>): Promise<void> => {
  try {
    await action();
  } catch (error) {
    if (!(error instanceof ResourceError && codes.includes(error.code))) throw error;
  }
};

/**
 * Asks every 50 ms of the cloud's clock until `isReady` answers true.
 *
 * @throws {TemplateError} after two minutes.
 */
export const until = async (cloud: Cloud, what: string, isReady: () => Promise<boolean>): Promise<void> => {
  for (let attempt = 0; attempt < attempts; attempt++) {
    if (await isReady()) return;
    await new Promise<void>((resolve) => cloud.clock.schedule(50, resolve));
  }
  throw new TemplateError(`${what} did not become ready within two minutes`);
};

/** The `properties` that are set and that `names` lists. */
export const pick = (properties: Fields, names: readonly string[]): Fields =>
  Object.fromEntries(names.filter((name) => properties[name] !== undefined).map((name) => [name, properties[name]]));

/** A JSON document as text, as the services take it. */
export const documentOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
