import { NodeHttpHandler } from '@smithy/node-http-handler';

/** Time limits and attempts of an AWS client. */
export interface ClientLimits {
  readonly requestTimeoutMs: number;
  readonly connectionTimeoutMs: number;
  readonly maxAttempts: number;
}

/**
 * Client configuration that limits the time of every call. Without `throwOnRequestTimeout` the SDK logs a warning and waits.
 * Connections are kept and reused.
 */
export const clientDefaults = ({ requestTimeoutMs, connectionTimeoutMs, maxAttempts }: ClientLimits) => ({
  maxAttempts,
  requestHandler: new NodeHttpHandler({
    requestTimeout: requestTimeoutMs,
    connectionTimeout: connectionTimeoutMs,
    throwOnRequestTimeout: true,
  }),
});
