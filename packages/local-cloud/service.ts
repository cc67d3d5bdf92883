import type { Clock } from './clock.ts';

/** Who makes a call: the user of the local cloud, a function in its role, or an AWS service for a resource. */
export type Caller =
  | { readonly kind: 'account' }
  | { readonly kind: 'role'; readonly roleArn: string; readonly functionName: string }
  | { readonly kind: 'service'; readonly principal: string; readonly sourceArn: string };

/** The context of one API call. */
export interface Call {
  readonly requestId: string;
  readonly caller: Caller;
}

/**
 * One API operation. It takes AWS's request members and returns AWS's response members (`Date` for timestamps, `Uint8Array`
 * for blobs), for every wire protocol. Throws {@link AwsError} when AWS would answer with an error.
 */
export type Operation = (input: never, call: Call) => unknown;

/** The operations of one service by their API names. */
export type Operations = Readonly<Record<string, Operation>>;

/** The account, the Region and the other services, for a service. */
export interface Cloud {
  readonly clock: Clock;
  readonly accountId: string;
  readonly region: string;
  /** Base URL of the gateway, for example `http://127.0.0.1:4599`; throws before the gateway listens. */
  endpoint(): string;
  /**
   * Calls an operation in process as `caller`, with the same counting, faults and authorization as a call over HTTP.
   * `service` is the SigV4 signing name, for example `cognito-idp`.
   *
   * @throws {AwsError} as the operation does.
   */
  call<Output>(service: string, operation: string, input: object, caller: Caller): Promise<Output>;
}

/** An error of AWS. The gateway writes it in the form of the protocol in use. */
export class AwsError extends Error {
  override readonly name = 'AwsError';
  /** AWS's error code, for example `ResourceNotFoundException`. */
  readonly code: string;
  /** HTTP status. */
  readonly status: number;
  /** Further members of the error shape, for example `{ Reason: … }`. */
  readonly members: Readonly<Record<string, unknown>>;

  constructor(code: string, message: string, status = 400, members: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.code = code;
    this.status = status;
    this.members = members;
  }
}

/** The error for a request that the local cloud does not model. AWS never answers with this code. */
export const unsupported = (what: string): AwsError =>
  new AwsError(
    'UnsupportedOperation',
    `The local cloud does not model ${what}. Supported: see packages/local-cloud/README.md.`,
    501,
  );
