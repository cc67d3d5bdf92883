import { z } from 'zod';
import { AwsError } from '../service.ts';
import type { Weather } from '../weather/index.ts';
import { type Faults, faultsSchema } from './faults.ts';
import type { HostedService, Services } from './hosted-service.ts';
import type { WireRequest } from './protocols/protocol.ts';
import type { CallStats } from './stats.ts';

/** An answer of the local cloud's own interface: JSON. */
interface AdminResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** A request to that interface. The body is read after the other checks. */
type AdminRequest = Omit<WireRequest, 'body'>;

/**
 * The local cloud's own, unsigned interface below `/_local/`: GET reads, PUT with a JSON body changes, DELETE resets.
 *
 * These requests are not signed, so none that changes anything may be a simple request, which a page in a browser can send
 * to any server. PUT, DELETE and the content type of JSON are not simple.
 */
export type Admin = (request: AdminRequest, readBody: () => Promise<Uint8Array>) => Promise<AdminResponse>;

/** A request that this interface refuses: what is wrong, and where. */
class AdminError extends Error {
  override readonly name = 'AdminError';
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.status = status;
    this.headers = headers;
  }
}

/** The handlers of a path, by method. */
interface Route {
  readonly GET?: (query: object | undefined) => unknown;
  readonly PUT?: (body: unknown) => unknown;
  readonly DELETE?: () => unknown;
}

/** The state that {@link createAdmin} shows and changes. */
export interface AdminParts {
  readonly services: Services;
  readonly faults: Faults;
  readonly stats: CallStats;
  readonly weather: Weather;
}

/**
 * Creates the interface for tests, benches and people: counts, faults, outbox, logs, and the services' settings. Wrong input
 * is answered with 4xx and `{ message, problems }`. Each problem has its path.
 */
export function createAdmin({ services, faults, stats, weather }: AdminParts): Admin {
  const routes: Readonly<Record<string, Route>> = {
    stats: { GET: () => readStats(services, stats) },
    outbox: { GET: () => readOutbox(services) },
    faults: {
      GET: () => faults.list(),
      PUT: (body) => {
        faults.set(faultsSchema.parse(body));
        return faults.list();
      },
      DELETE: () => {
        faults.set([]);
        return [];
      },
    },
    weather: {
      GET: () => weather.forecast(),
      PUT: (body) => weather.change(body),
      DELETE: () => weather.change({ level: 'off' }),
    },
  };
  const find = (path: string): Route | undefined => {
    const [first = '', second, ...rest] = path
      .replace(/^\/_local\//, '')
      .split('/')
      .map(decodeSegment);
    if (rest.length > 0) return undefined;
    if (second === undefined) return Object.hasOwn(routes, first) ? routes[first] : undefined;
    if (first === 'logs') return { GET: () => services.get('lambda')?.logs?.(second) ?? [] };
    return settingOf(first, services.get(first), second);
  };
  return async (request, readBody) => {
    try {
      const route = find(request.path);
      if (route === undefined) throw notFound(`Nothing is served at ${request.path}.`, routes);
      return { status: 200, body: (await answer(route, request, readBody)) ?? {} };
    } catch (error) {
      return toResponse(error);
    }
  };
}

async function answer(route: Route, request: AdminRequest, readBody: () => Promise<Uint8Array>): Promise<unknown> {
  const { method, path, query, headers } = request;
  const { GET, PUT, DELETE } = route;
  if (method === 'PUT' && PUT !== undefined) {
    const [type = ''] = (headers['content-type'] ?? '').split(';');
    if (type.trim().toLowerCase() !== 'application/json') {
      throw new AdminError(415, `content-type is "${type}". Allowed: application/json.`);
    }
    return PUT(parseBody(await readBody()));
  }
  const run = method === 'GET' ? GET : method === 'DELETE' ? DELETE : undefined;
  if (run === undefined) {
    const allow = Object.keys(route).join(', ');
    throw new AdminError(405, `${method} is not served at ${path}. Allowed: ${allow}.`, { allow });
  }
  if ((await readBody()).length > 0) throw new AdminError(400, `${method} takes no body. PUT does.`);
  return run(query.size === 0 ? undefined : Object.fromEntries(query));
}

function settingOf(service: string, { views = {}, changes = {} }: Partial<HostedService> = {}, name: string): Route {
  const view = Object.hasOwn(views, name) ? views[name] : undefined;
  const change = Object.hasOwn(changes, name) ? changes[name] : undefined;
  if (view === undefined && change === undefined) {
    const known = [...new Set([...Object.keys(views), ...Object.keys(changes)])].join(', ') || 'none';
    throw new AdminError(404, `The service ${service} has no setting ${name}. It has: ${known}.`);
  }
  return {
    ...(view && { GET: (query) => view(query as never) }),
    ...(change && { PUT: (body) => change(body as never) }),
  };
}

function notFound(message: string, routes: Readonly<Record<string, Route>>): AdminError {
  const own = Object.entries(routes).map(([name, route]) => `${Object.keys(route).join('|')} /_local/${name}`);
  const known = [...own, 'GET /_local/logs/{function}', 'GET|PUT /_local/{service}/{setting}'].join(', ');
  return new AdminError(404, `${message} There are: ${known}.`);
}

function readStats(services: Services, stats: CallStats) {
  return {
    calls: stats.calls(),
    queues: services.get('sqs')?.stats?.() ?? {},
    functions: services.get('lambda')?.stats?.() ?? {},
    schedules: services.get('scheduler')?.stats?.() ?? {},
    roles: stats.roles(),
  };
}

/** The e-mails and text messages that AWS would have sent, by service. */
async function readOutbox(services: Services): Promise<Readonly<Record<string, unknown>>> {
  const outboxes: Record<string, unknown> = {};
  for (const [name, { views }] of services) {
    if (views?.outbox !== undefined) outboxes[name] = await views.outbox(undefined as never);
  }
  return outboxes;
}

function parseBody(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString());
  } catch (cause) {
    throw new AdminError(400, `The body is not JSON: ${(cause as Error).message}`);
  }
}

function toResponse(error: unknown): AdminResponse {
  if (error instanceof z.ZodError) {
    const problems = error.issues.map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`);
    return { status: 400, body: { message: problems.join('; '), problems } };
  }
  const message = error instanceof Error ? error.message : String(error);
  const body = { message, problems: [message] };
  if (error instanceof AdminError) return { status: error.status, headers: error.headers, body };
  if (error instanceof AwsError) return { status: error.status, body };
  process.stderr.write(`/_local: ${(error as Error).stack ?? message}\n`);
  return { status: 500, body };
}

function decodeSegment(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new AdminError(400, `The path segment ${text} is not validly percent-encoded.`);
  }
}
