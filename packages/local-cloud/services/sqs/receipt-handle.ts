import { sqsError } from './errors.ts';
import type { Receipt } from './fifo-queue.ts';

/** The opaque text that a receiver gets for a {@link Receipt}. It belongs to one queue. */
export const toHandle = (queueArn: string, { id, receipt }: Receipt): string =>
  Buffer.from(JSON.stringify([queueArn, id, receipt])).toString('base64url');

/**
 * Reads a receipt handle.
 *
 * @throws {AwsError} `ReceiptHandleIsInvalid` for a handle that this queue did not create.
 */
export function fromHandle(queueArn: string, handle: string): Receipt {
  try {
    const [arn, id, receipt]: unknown[] = JSON.parse(Buffer.from(handle, 'base64url').toString());
    if (arn === queueArn && typeof id === 'string' && typeof receipt === 'number') return { id, receipt };
  } catch {
    // Not a handle of this service. It is reported below, as any foreign handle.
  }
  throw sqsError('ReceiptHandleIsInvalid', `The input receipt handle "${handle}" is not a valid receipt handle.`);
}
