import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../clock.ts';
import { AwsError } from '../service.ts';
import type { Admin } from './admin.ts';
import { MAX_CALL_BYTES, MAX_OBJECT_BYTES, readBody } from './body.ts';
import type { Callers, Signer } from './callers.ts';
import type { Dispatch } from './dispatch.ts';
import { FaultError } from './faults.ts';
import type { HostedService, Services } from './hosted-service.ts';
import type { ParsedRequest, Protocol, WireRequest, WireResponse } from './protocols/protocol.ts';
import { admitRequest } from './request-guard.ts';
import { type ChooseProtocol, guessProtocol, unsignedService } from './routing.ts';
import { toJson } from './shapes.ts';
import { verifySignature } from './signature.ts';
import { checkScope } from './signature-scope.ts';
import { findSigner } from './signer.ts';
import { readSignature, type SignatureClaims } from './sigv4.ts';

/** What the HTTP server of the gateway needs. */
export interface ServerParts {
  readonly clock: Clock;
  readonly region: string;
  readonly services: Services;
  readonly callers: Callers;
  readonly dispatch: Dispatch;
  readonly admin: Admin;
  readonly chooseProtocol: ChooseProtocol;
}

/** The HTTP server of the gateway. */
export interface GatewayServer {
  /** Listens on 127.0.0.1; port 0 takes a free one. Returns the base URL. @throws where the port is taken. */
  listen(port: number): Promise<string>;
  /** Cuts every connection and stops to listen. It does nothing when the server does not listen. */
  close(): Promise<void>;
}

/** Creates the HTTP server. All services have one port. The signature of a request says for which service it is. */
export function createGatewayServer(parts: ServerParts): GatewayServer {
  const server = createServer((request, response) => {
    handle(parts, request, response).catch((error: unknown) => {
      process.stderr.write(`gateway: ${error instanceof Error ? error.stack : String(error)}\n`);
      response.destroy();
    });
  });
  // Longer than any client keeps an idle connection, so that no connection is cut when it is used again.
  server.keepAliveTimeout = 120_000;
  return { listen: (port) => listen(server, port), close: () => close(server) };
}

async function handle(parts: ServerParts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  response.setHeader('date', new Date(parts.clock.now()).toUTCString());
  // No page of another origin may embed an answer. It could not read the answer, but it might detect its kind.
  response.setHeader('cross-origin-resource-policy', 'same-origin');
  const answer = await answerRequest(parts, request);
  if (answer === undefined) return;
  send(response, answer);
}

/** @returns `undefined` when the connection is closed, so that no answer can be sent. */
async function answerRequest(parts: ServerParts, request: IncomingMessage): Promise<WireResponse | undefined> {
  const requestId = randomUUID();
  let protocol = guessProtocol(request);
  try {
    const [path = '/', search = ''] = splitOnce(admitRequest(request), '?');
    const query = new URLSearchParams(search);
    const head = { method: request.method ?? 'GET', path, query, headers: request.headers };
    if (path.startsWith('/_local/')) return await answerAdmin(parts.admin, head, request);
    const target = findTarget(parts, head);
    protocol = target.protocol;
    const signer = target.claims && authenticate(parts, target.claims);
    const body = await readBody(request, target.service === 's3' ? MAX_OBJECT_BYTES : MAX_CALL_BYTES);
    return await answerCall(parts, { ...target, signer }, { ...head, body }, requestId);
  } catch (error) {
    if (error instanceof FaultError && error.fault.reset === true) {
      request.socket.resetAndDestroy();
      return undefined;
    }
    if (request.destroyed && !request.complete) return undefined;
    return answerError(protocol, error, requestId);
  }
}

/** The service and the signature of a request. */
interface Target {
  readonly service: string;
  /** Absent when AWS takes the request without a signature. */
  readonly claims: SignatureClaims | undefined;
  readonly protocol: Protocol;
  readonly hosted: HostedService;
}

function findTarget({ services, chooseProtocol }: ServerParts, head: Omit<WireRequest, 'body'>): Target {
  const claims = readSignature(head.headers, head.query);
  const service = claims?.service ?? unsignedService(head);
  if (service === undefined) {
    throw new AwsError('MissingAuthenticationTokenException', 'Request is missing Authentication Token', 403);
  }
  const protocol = chooseProtocol(service, head);
  const hosted = services.get(service);
  if (protocol === undefined || hosted === undefined) {
    throw new AwsError('UnknownOperationException', `The local cloud does not serve ${service}.`, 404);
  }
  return { service, claims, protocol, hosted };
}

/** Checks the parts of a signature that do not need the body: key, scope and time. */
function authenticate({ callers, clock, region }: ServerParts, claims: SignatureClaims): Signer {
  const signer = findSigner(callers, claims, clock.now());
  checkScope(claims, region, clock);
  return signer;
}

async function answerCall(
  parts: ServerParts,
  { service, claims, signer, protocol, hosted }: Target & { readonly signer: Signer | undefined },
  request: WireRequest,
  requestId: string,
): Promise<WireResponse> {
  if (claims && signer) verifySignature(claims, signer.credentials, request);
  const { operation, input }: ParsedRequest = await protocol.parse(request);
  const { forward } = hosted;
  const output = await parts.dispatch({
    service,
    operation,
    input,
    call: { requestId, caller: signer?.caller ?? { kind: 'account' } },
    execute: forward === undefined ? undefined : () => forward(operation, request.body),
  });
  return protocol.success(operation, output, requestId);
}

async function answerError(protocol: Protocol, error: unknown, requestId: string): Promise<WireResponse> {
  if (error instanceof FaultError && error.fault.body !== undefined) {
    const headers = { 'content-type': error.fault.contentType ?? 'text/html' };
    return { status: error.status, headers, body: error.fault.body };
  }
  if (error instanceof AwsError) return protocol.failure(error, requestId);
  process.stderr.write(`gateway: ${error instanceof Error ? error.stack : String(error)}\n`);
  return protocol.failure(new AwsError('InternalFailure', 'The local cloud failed.', 500), requestId);
}

async function answerAdmin(admin: Admin, head: Omit<WireRequest, 'body'>, request: IncomingMessage) {
  const { status, headers, body } = await admin(head, () => readBody(request, MAX_CALL_BYTES));
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: toJson(body) };
}

function send(response: ServerResponse, { status, headers, body }: WireResponse): void {
  const length = typeof body === 'string' ? Buffer.byteLength(body) : body.length;
  response.writeHead(status, { 'content-length': length, ...headers });
  response.end(body);
}

const listen = (server: Server, port: number): Promise<string> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    });
  });

const close = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });

function splitOnce(text: string, separator: string): readonly string[] {
  const index = text.indexOf(separator);
  return index < 0 ? [text] : [text.slice(0, index), text.slice(index + 1)];
}
