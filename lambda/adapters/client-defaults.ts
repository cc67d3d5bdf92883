import { NodeHttpHandler, type NodeHttpHandlerOptions } from '@smithy/node-http-handler';

/** Time limits and attempts of an AWS client. */
export interface ClientLimits {
  readonly requestTimeoutMs: number;
  readonly connectionTimeoutMs: number;
  readonly maxAttempts: number;
}

/** Agents that make the connections. Without them, the client connects directly. */
type Agents = Pick<NodeHttpHandlerOptions, 'httpAgent' | 'httpsAgent'>;

/**
 * Client configuration that limits the time of every call. Without `throwOnRequestTimeout` the SDK logs a warning and waits.
 * The request time ends with the headers of the answer, so `socketTimeout` limits how long an answer may stop half-way.
 * Connections are kept and reused.
 */
export const clientDefaults = (
  { requestTimeoutMs, connectionTimeoutMs, maxAttempts }: ClientLimits,
  agents: Agents = {},
) => ({
  maxAttempts,
  requestHandler: new NodeHttpHandler({
    ...agents,
    requestTimeout: requestTimeoutMs,
    socketTimeout: requestTimeoutMs,
    connectionTimeout: connectionTimeoutMs,
    throwOnRequestTimeout: true,
  }),
});
