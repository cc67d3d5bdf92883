import { AwsError } from '../../service.ts';

/** One chunk of an `aws-chunked` body. The last one is empty. */
interface AwsChunk {
  readonly data: Buffer;
  /** In hexadecimal. Empty when the chunk is not signed. */
  readonly signature: string;
}

/** A parsed `aws-chunked` body. */
interface AwsChunks {
  readonly chunks: readonly AwsChunk[];
  /** The headers after the last chunk, by name as sent, in their order. */
  readonly trailer: readonly (readonly [name: string, value: string])[];
}

/**
 * Parses an `aws-chunked` body. It does not verify signatures.
 *
 * @throws {AwsError} IncompleteBody when the body ends before its last chunk, or a chunk has no valid size.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
 */
export function readAwsChunks(body: Buffer): AwsChunks {
  const chunks: AwsChunk[] = [];
  let position = 0;
  for (;;) {
    const end = body.indexOf('\r\n', position);
    const line = end < 0 ? '' : body.toString('latin1', position, end);
    const size = readSize(line);
    const signature = /;chunk-signature=([0-9a-f]{64})$/.exec(line)?.[1] ?? '';
    const start = end + 2;
    if (size === 0) {
      chunks.push({ data: body.subarray(0, 0), signature });
      return { chunks, trailer: readTrailer(body.toString('latin1', start)) };
    }
    if (Number.isNaN(size) || body.toString('latin1', start + size, start + size + 2) !== '\r\n') {
      throw new AwsError('IncompleteBody', `The chunk at byte ${position} is not complete.`);
    }
    chunks.push({ data: body.subarray(start, start + size), signature });
    position = start + size + 2;
  }
}

/** The content of an `aws-chunked` body. @throws {AwsError} as {@link readAwsChunks}. */
export const decodeAwsChunked = (body: Buffer): Buffer =>
  Buffer.concat(readAwsChunks(body).chunks.map(({ data }) => data));

function readSize(line: string): number {
  const digits = line.split(';', 1)[0] ?? '';
  return /^[0-9a-f]+$/i.test(digits) ? Number.parseInt(digits, 16) : Number.NaN;
}

const readTrailer = (text: string): AwsChunks['trailer'] =>
  text.split(/\r?\n/).flatMap((line) => {
    const colon = line.indexOf(':');
    return colon < 0 ? [] : [[line.slice(0, colon), line.slice(colon + 1).trim()] as const];
  });
