import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { VirtualTime } from './virtual-time.ts';

/** Connect's published quota, an operation, account and Region. */
export const QUOTA = { ratePerSecond: 2, burst: 5 };

/** What has happened at the server; times are those of the run, milliseconds since the epoch. */
export interface Tally {
  accepted: number;
  throttled: number;
  firstAt: number;
  lastAcceptedAt: number;
}

/** The one operation that the questions about the quota need, UpdateUserIdentityInfo, behind a token bucket. */
export interface QuotaServer {
  readonly endpoint: string;
  /** A full bucket, an empty tally, on the clock of a run. */
  start(time: VirtualTime): Tally;
  /** A call of another caller, straight into the bucket; whether it was accepted. */
  neighbour(): boolean;
  /** First name of each user as of the last accepted write. */
  readonly names: ReadonlyMap<string, string>;
  close(): Promise<void>;
}

/** Starts the server on a free port of this machine. A refused call takes no token: AWS does not document otherwise. */
export async function startQuotaServer(): Promise<QuotaServer> {
  let time: VirtualTime | undefined;
  let fullAt = 0;
  let tally: Tally = emptyTally();
  const names = new Map<string, string>();
  const tokenMs = 1_000 / QUOTA.ratePerSecond;
  const take = (): boolean => {
    const now = time?.now() ?? 0;
    const next = Math.max(now, fullAt) + tokenMs;
    // Half a microsecond for the rounding of fractions of milliseconds.
    if (next - now > QUOTA.burst * tokenMs + 5e-4) return false;
    fullAt = next;
    return true;
  };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const now = time?.now() ?? 0;
      tally.firstAt = Math.min(tally.firstAt, now);
      if (!take()) {
        tally.throttled += 1;
        response.writeHead(429, { 'x-amzn-errortype': 'TooManyRequestsException' }).end('{"Message":"Rate exceeded"}');
        return;
      }
      tally.accepted += 1;
      tally.lastAcceptedAt = now;
      const body = JSON.parse(Buffer.concat(chunks).toString()) as { IdentityInfo: { FirstName: string } };
      names.set(request.url?.split('/')[3] ?? '', body.IdentityInfo.FirstName);
      response.writeHead(200).end();
    });
  });
  server.keepAliveTimeout = 120_000;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    start(clock) {
      time = clock;
      fullAt = 0;
      tally = emptyTally();
      names.clear();
      return tally;
    },
    neighbour: take,
    names,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

const emptyTally = (): Tally => ({ accepted: 0, throttled: 0, firstAt: Number.POSITIVE_INFINITY, lastAcceptedAt: 0 });

/** What `writes` calls take at least, into a full bucket of which `taken` a second go elsewhere, seconds. */
export const optimumSeconds = (writes: number, taken = 0): number =>
  (writes - QUOTA.burst) / (QUOTA.ratePerSecond - taken);
