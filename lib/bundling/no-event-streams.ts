const refuse = (): never => {
  throw new Error('Operations that stream events are not in our bundles: lib/bundling/bundle.ts leaves them out.');
};

/**
 * Stands in for the SDK's event streams in our bundles; a client of a service with event streams calls this when it is
 * created.
 */
export const resolveEventStreamSerdeConfig = <Config>(config: Config): Config => config;

/** Kept by the client for operations that stream events, of which we call none. */
export const eventStreamSerdeProvider = refuse;

/** Made by an operation that does stream. */
export function EventStreamSerde(): never {
  return refuse();
}
