import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { admitRequest } from '../../gateway/request-guard.ts';

/** What one function process says through its Runtime API. */
export interface RuntimeApiHandlers {
  /** The process is idle: it gets its next invocation as the answer, however long that takes. */
  onNext(answer: ServerResponse): Promise<void>;
  onResponse(requestId: string, payload: Buffer): void;
  onError(requestId: string, payload: Buffer): void;
  onInitError(payload: Buffer): void;
}

/** A listening Runtime API. */
export interface RuntimeApi {
  /** `host:port`, as `AWS_LAMBDA_RUNTIME_API` has it. */
  readonly address: string;
  close(): void;
}

const bodyOf = async (request: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
};

/**
 * Serves the Lambda Runtime API to one process, on a port of its own (so that the port says who is asking).
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 */
export async function serveRuntimeApi(handlers: RuntimeApiHandlers): Promise<RuntimeApi> {
  const route = async (request: IncomingMessage, answer: ServerResponse): Promise<void> => {
    // No page may take an invocation for itself, or answer one.
    const [, version, scope, ...rest] = admitRequest(request).split('/');
    const path = version === '2018-06-01' && scope === 'runtime' ? `${request.method} ${rest.join('/')}` : '';
    if (path === 'GET invocation/next') return handlers.onNext(answer);
    const body = await bodyOf(request);
    const [, requestId = '', verb] = /^POST invocation\/([^/]+)\/(response|error)$/.exec(path) ?? [];
    if (verb === undefined && path !== 'POST init/error') {
      answer.writeHead(404, { 'content-length': 0 }).end();
      return;
    }
    answer.writeHead(202, { 'content-type': 'application/json' }).end('{"status":"OK"}');
    if (verb === 'response') handlers.onResponse(requestId, body);
    else if (verb === 'error') handlers.onError(requestId, body);
    else handlers.onInitError(body);
  };
  const server = createServer({ keepAliveTimeout: 0, requestTimeout: 0 }, (request, answer) => {
    route(request, answer).catch(() => answer.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
