import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

const PAGE = readFileSync(join(import.meta.dirname, '../fixtures/pages/attack.html'));

/** What the page could read of each answer, by what it tried. */
type Report = Readonly<Record<string, string>>;

/** A server of the attacker. */
export interface Attacker {
  readonly port: number;
  /** The first report of the page: one entry for each target of its plan. */
  readonly reports: Promise<readonly Report[]>;
  close(): void;
}

/** Serves the page, tells it whom to attack, and takes its report. */
export async function startAttacker(plan: readonly object[]): Promise<Attacker> {
  let tell: (reports: readonly Report[]) => void = () => {};
  const reports = new Promise<readonly Report[]>((resolve) => {
    tell = resolve;
  });
  const server = await listen(async (request) => {
    if (request.url === '/plan') return JSON.stringify(plan);
    if (request.url !== '/report') return PAGE;
    tell(JSON.parse(await text(request)) as readonly Report[]);
    return '';
  });
  return { ...server, reports };
}

/** A server that lets everybody in, and notes what a browser sends to it: shows that the page does what it says. */
export async function startUnguarded() {
  const seen: string[] = [];
  const server = await listen(async (request) => {
    seen.push(`${request.method} ${request.url?.split('?', 1)[0]}`);
    return '';
  }, '*');
  return { ...server, seen };
}

async function listen(answer: (request: IncomingMessage) => Promise<string | Buffer>, allowed?: string) {
  const server: Server = createServer((request, response) => {
    if (allowed !== undefined) {
      for (const name of ['origin', 'methods', 'headers']) response.setHeader(`access-control-allow-${name}`, allowed);
    }
    response.setHeader('content-type', 'text/html');
    void answer(request).then((body) => response.end(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
