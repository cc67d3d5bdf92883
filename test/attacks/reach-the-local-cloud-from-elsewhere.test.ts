import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLocalCloud, type LocalCloud } from '../../packages/local-cloud/cloud.ts';

/** Another machine of the network, or a name that leads to this one, wants to use the local cloud of a developer. */
let local: LocalCloud;
let port = 0;
beforeAll(async () => {
  local = await createLocalCloud();
  port = Number(new URL(local.endpoint).port);
});
afterAll(() => local.close());

const FAULTS = JSON.stringify([{ service: 'connect', operation: '*', status: 500 }]);
const JSON_TYPE = 'Content-Type: application/json';
const own = () => `Host: 127.0.0.1:${port}`;

/** Sends a request as it is written; the status, 0 where there is no answer. */
async function send(lines: readonly string[], body = '', host = '127.0.0.1'): Promise<number> {
  const socket = connect(port, host);
  socket.end(`${[...lines, 'Connection: close', `Content-Length: ${body.length}`].join('\r\n')}\r\n\r\n${body}`);
  return Number(/^HTTP\/1\.1 (\d{3})/.exec(await text(socket))?.[1] ?? 0);
}
const faults = async () => (await fetch(`${local.endpoint}/_local/faults`)).json();

describe('a request from elsewhere', () => {
  it.each<[string, () => readonly string[], number]>([
    ['the name of a page that leads here', () => [`Host: rebound.example:${port}`], 403],
    ['a name that begins like this server', () => [`Host: localhost.rebound.example:${port}`], 403],
    ['two Host headers, the right one first', () => [own(), 'Host: rebound.example'], 400],
    ['two Host headers, the right one last', () => ['Host: rebound.example', own()], 400],
    ['two names in one Host header', () => [`${own()}, rebound.example`], 403],
    ['every address, in IPv6', () => [`Host: [::]:${port}`], 403],
    ['IPv4 in IPv6', () => [`Host: [::ffff:127.0.0.1]:${port}`], 403],
    ['the long form of ::1', () => [`Host: [0:0:0:0:0:0:0:1]:${port}`], 403],
    ['::1 with a zone', () => [`Host: [::1%25eth0]:${port}`], 403],
    ['::1 without brackets', () => [`Host: ::1:${port}`], 403],
    ['an address of a link', () => [`Host: [fe80::1]:${port}`], 403],
    ['no port', () => ['Host: 127.0.0.1'], 403],
    ['the origin of a page', () => [own(), 'Origin: https://page.example'], 403],
    ['an origin that is hidden', () => [own(), 'Origin: null'], 403],
    ['the site of another', () => [own(), 'Sec-Fetch-Site: same-site'], 403],
  ])('changes nothing under %s', async (_, headers, status) => {
    expect(await send(['PUT /_local/faults HTTP/1.1', ...headers(), JSON_TYPE], FAULTS)).toBe(status);
    expect(await faults()).toEqual([]);
  });

  it.each([
    ['http://rebound.example/_local/faults', 400],
    ['http://127.0.0.1/_local/faults', 400],
    ['https://127.0.0.1:1/_local/faults', 400],
    ['//rebound.example/_local/faults', 404],
    ['rebound.example:443', 400],
    ['*', 400],
  ])('changes nothing by the target %s', async (target, status) => {
    const answer = await send([`PUT ${target} HTTP/1.1`, own(), JSON_TYPE], FAULTS);

    expect([status, 403]).toContain(answer);
    expect(await faults()).toEqual([]);
  });

  it.each(['X-HTTP-Method-Override', 'X-HTTP-Method', 'X-Method-Override'])(
    'turns no GET and no POST into a PUT by %s',
    async (header) => {
      const statuses = [
        await send(['GET /_local/faults HTTP/1.1', own(), `${header}: PUT`, JSON_TYPE], FAULTS),
        await send(['POST /_local/faults HTTP/1.1', own(), `${header}: PUT`, JSON_TYPE], FAULTS),
      ];

      expect(statuses).toEqual([400, 400]);
      expect(await faults()).toEqual([]);
    },
  );

  it('finds no port open on another address of this machine', async () => {
    const addresses = Object.values(networkInterfaces()).flatMap((list = []) =>
      list.filter(({ internal }) => !internal),
    );
    const others = [
      '127.0.0.2',
      ...addresses.map(({ address, scopeid }) => (scopeid ? `${address}%${scopeid}` : address)),
    ];

    for (const host of others) {
      const outcome = await new Promise((resolve) => {
        const socket = connect(port, host);
        socket.once('connect', () => resolve('connected')).once('error', () => resolve('refused'));
        socket.once('connect', () => socket.destroy());
      });
      expect([host, outcome]).toEqual([host, 'refused']);
    }
  });
});
