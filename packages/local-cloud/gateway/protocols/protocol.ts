import type { IncomingHttpHeaders } from 'node:http';
import type { AwsError } from '../../service.ts';

/** A request as it came off the wire. */
export interface WireRequest {
  readonly method: string;
  /** Still percent-encoded, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** A response as it goes onto the wire. */
export interface WireResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/** Which operation a request asks for, and with what. */
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
