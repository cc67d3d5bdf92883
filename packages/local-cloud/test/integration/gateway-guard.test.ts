import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { CognitoIdentityProviderClient, SignUpCommand } from '@aws-sdk/client-cognito-identity-provider';
import { describe, expect, it } from 'vitest';
import { signHeaders } from '../support/local-requests.ts';
import { startGateway } from './gateway-fixture.ts';

/** A gateway with one fault set, so that a change can be seen. */
async function start() {
  const called: string[] = [];
  const keep = (name: string, answer: object) => () => {
    called.push(name);
    return answer;
  };
  const gateway = await startGateway({
    sts: { operations: { GetCallerIdentity: keep('GetCallerIdentity', {}) } },
    'cognito-idp': { operations: { SignUp: keep('SignUp', { UserConfirmed: false, UserSub: 's' }) } },
  });
  return { gateway, called, port: Number(new URL(gateway.endpoint).port) };
}

/** Sends a request as it is written; resolves to the status, or to undefined where the connection is cut. */
async function sendRaw(port: number, lines: readonly string[], body = ''): Promise<number | undefined> {
  const socket = connect(port, '127.0.0.1');
  socket.end(`${[...lines, 'Connection: close', `Content-Length: ${body.length}`].join('\r\n')}\r\n\r\n${body}`);
  const status = /^HTTP\/1\.1 (\d{3})/.exec(await text(socket))?.[1];
  return status === undefined ? undefined : Number(status);
}

const READ = 'GET /_local/stats HTTP/1.1';

describe('the name under which the gateway is asked', () => {
  it.each<readonly [string, (port: number) => readonly string[], number]>([
    ['127.0.0.1', (port) => [READ, `Host: 127.0.0.1:${port}`], 200],
    ['localhost', (port) => [READ, `Host: localhost:${port}`], 200],
    ['localhost in capitals', (port) => [READ, `Host: LOCALHOST:${port}`], 200],
    ['[::1]', (port) => [READ, `Host: [::1]:${port}`], 200],
    ['a name that leads here (DNS rebinding)', (port) => [READ, `Host: rebound.example:${port}`], 403],
    ['a name that begins like ours', (port) => [READ, `Host: localhost.example:${port}`], 403],
    ['a name that ends like ours', (port) => [READ, `Host: www.localhost:${port}`], 403],
    ['localhost with a final dot', (port) => [READ, `Host: localhost.:${port}`], 403],
    ['another port', (port) => [READ, `Host: 127.0.0.1:${port + 1}`], 403],
    ['no port', () => [READ, 'Host: 127.0.0.1'], 403],
    ['a user before the name', (port) => [READ, `Host: a@127.0.0.1:${port}`], 403],
    ['another loopback address', (port) => [READ, `Host: 127.0.0.2:${port}`], 403],
    ['a short form of the address', (port) => [READ, `Host: 127.1:${port}`], 403],
    ['the address as a number', (port) => [READ, `Host: 2130706433:${port}`], 403],
    ['every address', (port) => [READ, `Host: 0.0.0.0:${port}`], 403],
    ['the long form of [::1]', (port) => [READ, `Host: [0:0:0:0:0:0:0:1]:${port}`], 403],
    ['[::]', (port) => [READ, `Host: [::]:${port}`], 403],
    ['an IPv4 address in IPv6', (port) => [READ, `Host: [::ffff:127.0.0.1]:${port}`], 403],
    ['[::1] with a zone', (port) => [READ, `Host: [::1%25lo]:${port}`], 403],
    ['::1 without brackets', (port) => [READ, `Host: ::1:${port}`], 403],
    ['nothing', () => [READ, 'Host:'], 403],
    ['no header at all, in HTTP/1.0', () => ['GET /_local/stats HTTP/1.0'], 403],
    ['no header at all, in HTTP/1.1', () => [READ], 400],
    ['two names, ours first', (port) => [READ, `Host: 127.0.0.1:${port}`, 'Host: rebound.example'], 400],
    ['two names, ours last', (port) => [READ, 'Host: rebound.example', `Host: 127.0.0.1:${port}`], 400],
    ['our name twice', (port) => [READ, `Host: 127.0.0.1:${port}`, `Host: 127.0.0.1:${port}`], 400],
    ['two names in one header', (port) => [READ, `Host: 127.0.0.1:${port}, rebound.example`], 403],
    [
      'a target with our own name',
      (port) => [`GET http://127.0.0.1:${port}/_local/stats HTTP/1.1`, `Host: 127.0.0.1:${port}`],
      200,
    ],
    [
      'a target with another name',
      (port) => [`GET http://rebound.example/_local/stats HTTP/1.1`, `Host: 127.0.0.1:${port}`],
      400,
    ],
    [
      'a target with our name before another one',
      (port) => [`GET http://127.0.0.1:${port}@rebound.example/_local/stats HTTP/1.1`, `Host: 127.0.0.1:${port}`],
      400,
    ],
    [
      'a target with our own name, and another Host',
      (port) => [`GET http://127.0.0.1:${port}/_local/stats HTTP/1.1`, 'Host: rebound.example'],
      403,
    ],
    ['a target that is no path', (port) => ['OPTIONS * HTTP/1.1', `Host: 127.0.0.1:${port}`], 400],
  ])('%s', async (_what, lines, status) => {
    const { port } = await start();

    expect(await sendRaw(port, lines(port))).toBe(status);
  });

  it('opens no tunnel', async () => {
    const { port } = await start();

    expect(await sendRaw(port, [`CONNECT 127.0.0.1:${port} HTTP/1.1`, `Host: 127.0.0.1:${port}`])).toBeUndefined();
  });

  it('is told with what was received and what is allowed', async () => {
    const { gateway, port } = await start();

    const answer = await fetch(`${gateway.endpoint}/_local/stats`, { headers: { origin: 'https://page.example' } });

    expect(answer.headers.get('x-amzn-errortype')).toBe('ForeignRequest');
    expect(await answer.json()).toEqual({
      Message: `The local cloud refuses this request: Origin is "https://page.example". Allowed: none, http://127.0.0.1:${port}, http://localhost:${port}, http://[::1]:${port}.`,
    });
  });
});

describe('a request that a browser sends', () => {
  const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
  const BODY = 'Action=GetCallerIdentity';

  it.each<readonly [string, (port: number) => Record<string, string>, number]>([
    ['from no page', () => ({ 'sec-fetch-site': 'none' }), 200],
    ['from its own origin', (port) => ({ 'sec-fetch-site': 'same-origin', origin: `http://127.0.0.1:${port}` }), 200],
    ['from another site', () => ({ 'sec-fetch-site': 'cross-site' }), 403],
    ['from the same site on another port', () => ({ 'sec-fetch-site': 'same-site' }), 403],
    ['from a place that it does not know', () => ({ 'sec-fetch-site': 'elsewhere' }), 403],
    ['from two places', () => ({ 'sec-fetch-site': 'none, cross-site' }), 403],
    ['from an origin elsewhere', () => ({ origin: 'https://page.example' }), 403],
    ['from another port', (port) => ({ origin: `http://127.0.0.1:${port + 1}` }), 403],
    ['from the same port over TLS', (port) => ({ origin: `https://127.0.0.1:${port}` }), 403],
    ['from a file or a sandbox', () => ({ origin: 'null' }), 403],
    ['from an extension', () => ({ origin: 'chrome-extension://abcdef' }), 403],
    ['with an empty origin', () => ({ origin: '' }), 403],
  ])('%s is answered with the right status, though the account has signed it', async (_what, extra, status) => {
    const { gateway, called, port } = await start();
    const signed = await signHeaders(gateway.client, 'sts', '/', { headers: FORM, body: BODY });

    const lines = Object.entries({ ...signed, ...extra(port) }).map(([name, value]) => `${name}: ${value}`);

    expect(await sendRaw(port, ['POST / HTTP/1.1', ...lines], BODY)).toBe(status);
    expect(called).toEqual(status === 200 ? ['GetCallerIdentity'] : []);
  });

  it('is refused from another origin also where it needs no signature', async () => {
    const { gateway, called } = await start();
    const client = new CognitoIdentityProviderClient(gateway.client);
    const signUp = { ClientId: 'c', Username: 'u', Password: 'p' };
    await client.send(new SignUpCommand(signUp));

    const answer = await fetch(gateway.endpoint, {
      method: 'POST',
      headers: { 'x-amz-target': 'AWSCognitoIdentityProviderService.SignUp', origin: 'https://page.example' },
      body: JSON.stringify(signUp),
    });

    expect(answer.status).toBe(403);
    expect(called).toEqual(['SignUp']);
  });

  it('gets no permission by a preflight', async () => {
    const { gateway } = await start();

    const answer = await fetch(`${gateway.endpoint}/_local/faults`, {
      method: 'OPTIONS',
      headers: { origin: 'https://page.example', 'access-control-request-method': 'PUT' },
    });

    expect(answer.status).toBe(403);
    expect([...answer.headers.keys()].filter((name) => name.startsWith('access-control-'))).toEqual([]);
  });

  it('is told that no other origin may embed the answer', async () => {
    const { gateway } = await start();

    const answer = await fetch(`${gateway.endpoint}/_local/stats`);

    expect(answer.headers.get('cross-origin-resource-policy')).toBe('same-origin');
  });

  it.each(['X-HTTP-Method-Override', 'X-HTTP-Method', 'X-Method-Override'])(
    'cannot be another one by %s',
    async (header) => {
      const { gateway } = await start();

      const answer = await fetch(`${gateway.endpoint}/_local/faults`, { headers: { [header]: 'DELETE' } });

      expect(answer.status).toBe(400);
    },
  );
});
