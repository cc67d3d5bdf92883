/** Longest time until a message is tried again, seconds. */
const CAP_SECONDS = 15 * 60;

/**
 * Exponential backoff with full jitter: whole seconds between 1 and `2^receiveCount`, at most 15 minutes. Pure.
 *
 * @param receiveCount - how often the message has been received, from 1.
 * @param random - uniform in [0, 1).
 * @see https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export function backoffSeconds(receiveCount: number, random: number): number {
  const ceiling = Math.min(CAP_SECONDS, 2 ** Math.min(Math.max(receiveCount, 1), 20));
  return Math.max(1, Math.ceil(random * ceiling));
}
