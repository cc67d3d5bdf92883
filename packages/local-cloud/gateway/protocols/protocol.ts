import type { IncomingHttpHeaders } from 'node:http';
import type { AwsError } from '../../service.ts';

/** A request as it was received. */
export interface WireRequest {
  readonly method: string;
  /** Still percent-encoded, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** A response as it is sent. */
export interface WireResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/** The operation that a request asks for, with its input. */
export interface ParsedRequest {
  readonly operation: string;
  readonly input: object;
}

/** One of AWS's wire protocols, for one service. */
export interface Protocol {
  /** @throws {AwsError} for a request that this protocol cannot read. */
  parse(request: WireRequest): ParsedRequest | Promise<ParsedRequest>;
  success(operation: string, output: unknown, requestId: string): WireResponse | Promise<WireResponse>;
  failure(error: AwsError, requestId: string): WireResponse | Promise<WireResponse>;
}
