import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { admitRequest } from '../../gateway/request-guard.ts';

/** The handlers for the requests of one function process to its Runtime API. */
export interface RuntimeApiHandlers {
  /** The process is idle. It gets its next invocation as the answer, after any time. */
  onNext(answer: ServerResponse): Promise<void>;
  onResponse(requestId: string, payload: Buffer): void;
  onError(requestId: string, payload: Buffer): void;
  onInitError(payload: Buffer): void;
  /** The function waits. Resolves to how far the clock of the cloud is ahead at the end of the wait, milliseconds. */
  onSleep(milliseconds: number): Promise<number>;
}

/** A listening Runtime API. */
export interface RuntimeApi {
  /** `host:port`, the value of `AWS_LAMBDA_RUNTIME_API`. */
  readonly address: string;
  close(): void;
}

const bodyOf = async (request: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
};

/**
 * Serves the Lambda Runtime API to one process, on its own port, so that the port identifies the process.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 */
export async function serveRuntimeApi(handlers: RuntimeApiHandlers): Promise<RuntimeApi> {
  const route = async (request: IncomingMessage, answer: ServerResponse): Promise<void> => {
    // A page in a browser must not be able to take or answer an invocation.
    const [, version, scope, ...rest] = admitRequest(request).split('/');
    const path = version === '2018-06-01' && scope === 'runtime' ? `${request.method} ${rest.join('/')}` : '';
    if (path === 'GET invocation/next') return handlers.onNext(answer);
    const [, milliseconds] = /^GET sleep\/(\d{1,9})$/.exec(path) ?? [];
    if (milliseconds !== undefined) {
      answer.writeHead(200, { 'content-type': 'text/plain' }).end(String(await handlers.onSleep(Number(milliseconds))));
      return;
    }
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
