/** Longest time until a message is tried again, seconds. */
const CAP_SECONDS = 15 * 60;

/**
 * Exponential backoff with full jitter: whole seconds between 1 and `2^receiveCount`, or as long as the service has asked for,
 * at most 15 minutes. While a message waits, all other messages of its user wait as well. Pure.
 *
 * @param receiveCount - how often the message has been received, from 1.
 * @param random - uniform in [0, 1).
 * @param askedMs - how long the service asked the caller to wait, milliseconds.
 * @see https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export function backoffSeconds(receiveCount: number, random: number, askedMs = 0): number {
  const ceiling = Math.min(CAP_SECONDS, 2 ** Math.min(Math.max(receiveCount, 1), 20));
  const asked = Math.min(CAP_SECONDS, Math.ceil(askedMs / 1_000));
  return Math.max(1, asked, Math.ceil(random * ceiling));
}
