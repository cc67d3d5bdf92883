import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, it, vi } from 'vitest';
import { startGateway } from './gateway-fixture.ts';

const headers = (port: number) => `Host: 127.0.0.1:${port}\r\nContent-Type: application/json\r\nContent-Length: 1000`;

it.each<readonly [string, (port: number) => string]>([
  ['nothing', () => ''],
  ['half of a request line', () => 'GET /_loc'],
  ['half of the headers', (port) => `GET /_local/stats HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nX-Slow: `],
  ['half of a body', (port) => `PUT /_local/faults HTTP/1.1\r\n${headers(port)}\r\n\r\n[`],
  ['headers, and waits to be told to go on', (port) => `PUT /_local/faults HTTP/1.1\r\n${headers(port)}\r\n\r\n`],
])('a client that sends %s stops no other client and no close, and is nothing to tell of', async (_, bytesOf) => {
  const gateway = await startGateway({ sts: { operations: {} } });
  const written = vi.spyOn(process.stderr, 'write');
  const port = Number(new URL(gateway.endpoint).port);
  const socket = connect(port, '127.0.0.1');
  const cut = once(socket, 'close');
  socket.on('error', () => {});
  await new Promise<void>((resolve) => socket.write(bytesOf(port), () => resolve()));

  const answer = await fetch(`${gateway.endpoint}/_local/stats`, { headers: { connection: 'close' } });
  await gateway.close();
  await cut;

  expect(answer.status).toBe(200);
  expect(written.mock.calls).toEqual([]);
  written.mockRestore();
});
