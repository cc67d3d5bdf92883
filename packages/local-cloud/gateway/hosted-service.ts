import type { Operations } from '../service.ts';

/** What a service hands to the gateway that hosts it: its operations, and what lies beside the AWS API. */
export interface HostedService {
  readonly operations: Operations;
  /**
   * Takes the request body as it came and returns the response body as it is sent, for services in which a library
   * speaks the protocol. Throws `AwsError`. Calls made in process still use `operations`.
   */
  readonly forward?: (operation: string, body: Uint8Array) => Promise<Uint8Array>;
  /** What `GET /_local/stats` shows of this service, for example one entry a queue. */
  readonly stats?: () => unknown;
  /** The last lines that a function logged. */
  readonly logs?: (functionName: string) => readonly string[];
  /** What lies beside the AWS API, by name: `GET /_local/{service}/{name}`, its query as an object. Changes nothing. */
  readonly views?: Readonly<Record<string, (query: never) => unknown>>;
  /** What changes beside the AWS API, by name: `PUT /_local/{service}/{name}`, its body parsed. */
  readonly changes?: Readonly<Record<string, (body: never) => unknown>>;
  /** Ends timers, processes and connections. */
  readonly close?: () => void | Promise<void>;
}

/** The hosted services by SigV4 signing name. Filled while the cloud is composed, read at each call. */
export type Services = ReadonlyMap<string, HostedService>;
