import type { IncomingMessage } from 'node:http';
import { AwsError } from '../service.ts';

/** Largest body of a call, bytes. It is the limit of a synchronous Lambda invocation, the highest of all served operations. */
export const MAX_CALL_BYTES = 6 * 1024 * 1024;
/** Largest object, bytes. A function bundle with its source map is far smaller. */
export const MAX_OBJECT_BYTES = 256 * 1024 * 1024;

/**
 * Reads a request body.
 *
 * @throws {AwsError} RequestTooLargeException over `limit` bytes. The rest of the body is read and dropped, so that the
 *   client gets the answer. RequestAborted when the client closes the connection, and gets no answer.
 */
export const readBody = (request: IncomingMessage, limit: number): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const refuse = () => {
      chunks.length = 0;
      reject(new AwsError('RequestTooLargeException', `The request body must not exceed ${limit} bytes.`, 413));
    };
    if (Number(request.headers['content-length'] ?? 0) > limit) refuse();
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length > limit) refuse();
      else chunks.push(chunk);
    });
    request.on('end', () =>
      resolve(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks)),
    );
    // A client that closes the connection is no failure of the server.
    request.on('error', () =>
      reject(new AwsError('RequestAborted', 'The connection was closed within the request.', 400)),
    );
  });
