import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import dynalite from 'dynalite';
import { unknownOperation } from '../../gateway/dispatch.ts';
import { AwsError } from '../../service.ts';

/** The data engine: dynalite in this process, on its own port. */
export interface Engine {
  /**
   * Carries out an operation. Bodies are in AWS JSON.
   *
   * @throws {AwsError} as DynamoDB does.
   */
  run(operation: string, body: Uint8Array): Promise<Buffer>;
  close(): Promise<void>;
}

/** A signature for dynalite, which only checks that there is one. */
const SIGNED =
  'AWS4-HMAC-SHA256 Credential=local/20260101/local/dynamodb/aws4_request, SignedHeaders=host, Signature=0';

/** Creates an engine in memory; it starts at the first operation. */
export function createEngine(): Engine {
  const agent = new Agent({ keepAlive: true });
  let starting: ReturnType<typeof start> | undefined;
  let closed = false;
  const underWay = new Set<Promise<unknown>>();
  // A call that is running when the cloud closes is not a defect. It gets an answer and writes no stack.
  const unavailable = () => new AwsError('ServiceUnavailable', 'The local cloud is being closed.', 503);
  return {
    async run(operation, body) {
      if (closed) throw unavailable();
      starting ??= start();
      const running = await starting;
      if (closed) throw unavailable();
      const call = post(agent, running, operation, body);
      underWay.add(call);
      const answer = await call.finally(() => underWay.delete(call));
      if (answer.status === 200) return answer.body;
      throw toAwsError(operation, answer.status, answer.body);
    },
    async close() {
      closed = true;
      // Dynalite throws an uncaught error when its database closes during a call.
      await Promise.allSettled(underWay);
      agent.destroy();
      const running = await starting;
      if (running === undefined) return;
      running.server.closeAllConnections();
      await new Promise<void>((resolve) => running.server.close(() => resolve()));
    },
  };
}

/** A dynalite that answers only requests with its key. */
interface Running {
  readonly server: ReturnType<typeof dynalite>;
  readonly port: number;
  readonly key: string;
}

/** The header with the key. A page of another origin may not send it, because the preflight request is not answered. */
const KEY_HEADER = 'x-engine-key';

const start = () =>
  new Promise<Running>((resolve, reject) => {
    const server = dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
    const key = randomUUID();
    guard(server, key);
    server.keepAliveTimeout = 120_000;
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve({ server, key, port: (server.address() as AddressInfo).port }));
  });

/** Dynalite takes any signature and allows pages of every origin (CORS). So its port is protected by a key. */
function guard(server: Running['server'], key: string): void {
  const answer = server.listeners('request');
  server.removeAllListeners('request');
  server.on('request', (incoming, response) => {
    if (incoming.headers[KEY_HEADER] !== key) incoming.socket.destroy();
    else for (const listener of answer) listener.call(server, incoming, response);
  });
}

const post = (agent: Agent, { port, key }: Running, operation: string, body: Uint8Array) =>
  new Promise<{ readonly status: number; readonly body: Buffer }>((resolve, reject) => {
    const headers = {
      'content-type': 'application/x-amz-json-1.0',
      'content-length': body.length,
      'x-amz-target': `DynamoDB_20120810.${operation}`,
      'x-amz-date': '20260101T000000Z',
      authorization: SIGNED,
      [KEY_HEADER]: key,
    };
    const call = request({ host: '127.0.0.1', port, agent, method: 'POST', path: '/', headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 500, body: Buffer.concat(chunks) }));
      response.on('error', reject);
    });
    call.on('error', reject);
    call.end(body);
  });

function toAwsError(operation: string, status: number, body: Buffer): AwsError {
  const {
    __type = '',
    message,
    Message,
    ...members
  } = JSON.parse(body.toString()) as Readonly<Record<string, unknown>>;
  const code = String(__type).replace(/^.*#/, '');
  if (code === 'UnknownOperationException') return unknownOperation('dynamodb', operation);
  return new AwsError(code, String(message ?? Message ?? ''), status, members);
}
