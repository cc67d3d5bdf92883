import { AwsError } from '../../service.ts';

/**
 * The content of an `aws-chunked` body; signatures and trailing checksums are dropped unchecked.
 *
 * @throws {AwsError} IncompleteBody where the body ends before its last chunk, or a chunk has no valid size.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
 */
export function decodeAwsChunked(body: Buffer): Buffer {
  const chunks: Buffer[] = [];
  let position = 0;
  for (;;) {
    const end = body.indexOf('\r\n', position);
    const size = end < 0 ? Number.NaN : readSize(body.toString('latin1', position, end));
    if (size === 0) return Buffer.concat(chunks);
    const start = end + 2;
    if (Number.isNaN(size) || body.toString('latin1', start + size, start + size + 2) !== '\r\n') {
      throw new AwsError('IncompleteBody', `The chunk at byte ${position} is not complete.`);
    }
    chunks.push(body.subarray(start, start + size));
    position = start + size + 2;
  }
}

function readSize(line: string): number {
  const digits = line.split(';', 1)[0] ?? '';
  return /^[0-9a-f]+$/i.test(digits) ? Number.parseInt(digits, 16) : Number.NaN;
}
