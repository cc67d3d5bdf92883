import { z } from 'zod';
import type { Weather } from '../weather/index.ts';
import { type Faults, faultsSchema } from './faults.ts';
import type { Services } from './hosted-service.ts';
import type { CallStats } from './stats.ts';

/** An answer of the local cloud's own interface: JSON. */
interface AdminResponse {
  readonly status: number;
  readonly body: unknown;
}

/** The local cloud's own, unsigned interface below `/_local/`. */
export type Admin = (method: string, path: string, body: Uint8Array) => Promise<AdminResponse>;

/** A request that this interface cannot take: what is wrong, and where. */
class AdminError extends Error {
  override readonly name = 'AdminError';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

const ROUTES =
  'GET /_local/stats, GET|PUT|DELETE /_local/faults, GET|PUT|DELETE /_local/weather, GET /_local/outbox, GET /_local/logs/{function}, /_local/{service}/{setting}';

/** What {@link createAdmin} shows and changes. */
export interface AdminParts {
  readonly services: Services;
  readonly faults: Faults;
  readonly stats: CallStats;
  readonly weather: Weather;
}

/**
 * Creates the interface for tests, benches and curious people: counts, faults, outbox, logs, and the services' settings.
 * Bad input is answered with 400, `{ message, problems }` naming the path of each problem.
 */
export function createAdmin({ services, faults, stats, weather }: AdminParts): Admin {
  const handle = (method: string, path: string, body: Uint8Array): unknown => {
    const [first = '', second, ...rest] = path
      .replace(/^\/_local\//, '')
      .split('/')
      .map(decodeSegment);
    const route = `${method} ${first}`;
    if (second === undefined) {
      if (route === 'GET stats') return readStats(services, stats);
      if (route === 'GET faults') return faults.list();
      if (route === 'PUT faults') return putFaults(faults, body);
      if (route === 'DELETE faults') return deleteFaults(faults);
      if (route === 'GET weather') return weather.forecast();
      if (route === 'PUT weather') return weather.change(readJson(body));
      if (route === 'DELETE weather') return weather.change({ level: 'off' });
      if (route === 'GET outbox') return readOutbox(services);
    } else if (rest.length === 0) {
      if (route === 'GET logs') return services.get('lambda')?.logs?.(second) ?? [];
      return callSetting(services, first, second, readJson(body));
    }
    throw new AdminError(404, `Nothing is served at ${method} ${path}. There are: ${ROUTES}.`);
  };
  return async (method, path, body) => {
    try {
      return { status: 200, body: (await handle(method, path, body)) ?? {} };
    } catch (error) {
      return toResponse(error);
    }
  };
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

function putFaults(faults: Faults, body: Uint8Array) {
  faults.set(faultsSchema.parse(readJson(body)));
  return faults.list();
}

function deleteFaults(faults: Faults) {
  faults.set([]);
  return [];
}

/** What would have left as e-mail or text message, by service. */
async function readOutbox(services: Services): Promise<Readonly<Record<string, unknown>>> {
  const outboxes: Record<string, unknown> = {};
  for (const [name, { admin }] of services) {
    if (admin?.outbox !== undefined) outboxes[name] = await admin.outbox(undefined as never);
  }
  return outboxes;
}

function callSetting(services: Services, service: string, name: string, body: unknown): unknown {
  const settings = services.get(service)?.admin ?? {};
  const setting = Object.hasOwn(settings, name) ? settings[name] : undefined;
  if (setting === undefined) {
    const known = Object.keys(settings).join(', ') || 'none';
    throw new AdminError(404, `The service ${service} has no setting ${name}. It has: ${known}.`);
  }
  return setting(body as never);
}

function readJson(body: Uint8Array): unknown {
  if (body.length === 0) return undefined;
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
  const status = (error as { readonly status?: unknown }).status;
  const message = error instanceof Error ? error.message : String(error);
  if (typeof status !== 'number') process.stderr.write(`/_local: ${(error as Error).stack ?? message}\n`);
  return { status: typeof status === 'number' ? status : 500, body: { message, problems: [message] } };
}

function decodeSegment(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new AdminError(400, `The path segment ${text} is not validly percent-encoded.`);
  }
}
