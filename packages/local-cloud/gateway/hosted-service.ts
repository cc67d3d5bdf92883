import type { Operations } from '../service.ts';

/** A service as the gateway hosts it: its operations, and functions beside the AWS API. */
export interface HostedService {
  readonly operations: Operations;
  /**
   * Carries out an operation with raw request and response bodies, for a service whose protocol a library implements.
   * Throws `AwsError`. Calls in process still use `operations`.
   */
  readonly forward?: (operation: string, body: Uint8Array) => Promise<Uint8Array>;
  /** What `GET /_local/stats` shows about this service, for example one entry for each queue. */
  readonly stats?: () => unknown;
  /** The last lines that a function logged. */
  readonly logs?: (functionName: string) => readonly string[];
  /** Views beside the AWS API, by name: `GET /_local/{service}/{name}`, with the query as an object. They change nothing. */
  readonly views?: Readonly<Record<string, (query: never) => unknown>>;
  /** Changes beside the AWS API, by name: `PUT /_local/{service}/{name}`, with the parsed body. */
  readonly changes?: Readonly<Record<string, (body: never) => unknown>>;
  /** Ends timers, processes and connections. */
  readonly close?: () => void | Promise<void>;
}

/** The hosted services by SigV4 signing name. It is filled while the cloud is created, and read at each call. */
export type Services = ReadonlyMap<string, HostedService>;
