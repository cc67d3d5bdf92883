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
   * @throws {ResourceError} with the service's own words, the operation and the error code.
   */
  call<Output>(service: string, operation: string, input: object): Promise<Output>;
}

/** What a provider knows of a resource that exists. */
export interface Existing extends Work {
  readonly physicalId: string;
  readonly attributes: Fields;
  readonly previous: Fields;
}

/** What `Ref` and `Fn::GetAtt` yield for a resource that exists. */
export interface Made {
  readonly physicalId: string;
  /** What `Ref` yields; the physical id unless said otherwise. */
  readonly ref?: string;
  /** By the names that `Fn::GetAtt` takes. */
  readonly attributes?: Fields;
}

/** How one resource type becomes calls to the services, and what of the type is modelled. */
export interface Provider {
  readonly type: string;
  /** Property paths that have an effect, such as `Code.S3Bucket`; a path stands for all that is below it. */
  readonly models: readonly string[];
  /** Properties that need a new resource when they change, beyond those that the AWS schema names. */
  readonly createOnly?: readonly string[];
  /** The property that holds a name chosen by hand: such a resource can't be replaced under the same name. */
  readonly nameProperty?: string;
  /**
   * Creates the resource. Calls `begun` as soon as there is something to delete, so that a later failure leaves nothing.
   */
  create(work: Work, begun: (physicalId: string) => void): Promise<Made>;
  /** Changes the resource in place from `previous` to `properties`. */
  update(existing: Existing): Promise<Made>;
  /** Deletes the resource; one that is already gone is fine. */
  remove(existing: Existing): Promise<void>;
}

/** A call to a service that failed, in words for the stack's events. */
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

/** Calls `operation` of `service` and translates what goes wrong for the stack's events. */
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

/** Runs `action`; an answer that what it concerns is already gone counts as done. */
export const ignoringMissing = async (codes: readonly string[], action: () => Promise<unknown>): Promise<void> => {
  try {
    await action();
  } catch (error) {
    if (!(error instanceof ResourceError && codes.includes(error.code))) throw error;
  }
};

/**
 * Asks again every 50 ms of the cloud's clock until `isReady` answers true.
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

/** Those of `properties` that `names` lists and that are set. */
export const pick = (properties: Fields, names: readonly string[]): Fields =>
  Object.fromEntries(names.filter((name) => properties[name] !== undefined).map((name) => [name, properties[name]]));

/** A JSON document as the services' APIs take it: text. */
export const documentOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
