import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { clientDefaults } from '../../../lambda/adapters/client-defaults.ts';

/** A request as it came over the wire. */
export interface Wire {
  readonly method: string;
  readonly path: string;
  /** Operation named by `x-amz-target`; empty for REST services. */
  readonly operation: string;
  /** Parsed JSON; `undefined` when there was no body. */
  readonly body: unknown;
}

/** What to answer: by default 200 and an empty object. */
export interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON, or as it is when it is text. */
  readonly body?: unknown;
  /** Never answers, closes the connection, or does either in the middle of the answer. */
  readonly instead?: 'hang' | 'reset' | 'hang half-way' | 'reset half-way';
}

/** An error as JSON services send it. */
export const failure = (code: string, status = 400, message = 'mary.jones@example.com is wrong'): Answer => ({
  status,
  body: { __type: `com.amazonaws.service#${code}`, message },
});

/**
 * A service on 127.0.0.1 that answers what the test says.
 *
 * @returns what came in, how many connections there were, and settings for a client that talks to it.
 */
export async function startService() {
  const requests: Wire[] = [];
  let answers: readonly Answer[] = [];
  let connections = 0;
  const server = createServer(async (request, response) => {
    requests.push(await readWire(request));
    const [answer = {}, ...rest] = answers;
    if (rest.length > 0) answers = rest;
    if (answer.instead?.endsWith('half-way')) {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': 100 });
      await new Promise<void>((resolve) => response.write('{"User":{"Id":', () => resolve()));
    }
    if (answer.instead?.startsWith('reset')) request.socket.resetAndDestroy();
    if (answer.instead !== undefined) return;
    const { status = 200, headers = {}, body = {} } = answer;
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1', ...headers });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  server.on('connection', () => {
    connections += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    endpoint,
    requests,
    connections: () => connections,
    /** One answer a request, in order; the last one stays. */
    answer(...next: readonly Answer[]) {
      answers = next;
      requests.length = 0;
    },
    client: (limits: Partial<Parameters<typeof clientDefaults>[0]> = {}) => ({
      endpoint,
      ...LOCAL,
      ...clientDefaults({ requestTimeoutMs: 60_000, connectionTimeoutMs: 60_000, maxAttempts: 1, ...limits }),
    }),
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Region and credentials of a client that never leaves this machine. */
export const LOCAL = {
  region: 'eu-central-1',
  credentials: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'local' },
};

async function readWire(request: IncomingMessage): Promise<Wire> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  const target = String(request.headers['x-amz-target'] ?? '');
  return {
    method: request.method ?? '',
    path: request.url ?? '',
    operation: target.slice(target.indexOf('.') + 1),
    body: text === '' ? undefined : JSON.parse(text),
  };
}
