import { once } from 'node:events';
import { createServer, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createAgents } from '../../cli/adapters/proxy.ts';
import { createLocalCloud, type LocalCloud } from '../../packages/local-cloud/cloud.ts';
import { runCli } from '../support/cli.ts';

const AWS = 'https://cloudformation.eu-west-1.amazonaws.com';
const NO_STACK = 'There is no stack of the product in this account and Region';

/** What the proxy was asked for: `CONNECT HOST:PORT` for a tunnel, else the method and the address. */
let asked: string[] = [];
/** The status with which it refuses, or `undefined` while it passes on. */
let refusal: number | undefined;
let local: LocalCloud;

const note = ({ method, url }: IncomingMessage) => asked.push(`${method} ${url}`);
const proxy = createServer((incoming, outgoing) => {
  note(incoming);
  if (refusal !== undefined) return void outgoing.writeHead(refusal).end('<html>Who are you?</html>');
  const { method, headers, url = '' } = incoming;
  const onward = request(url, { method, headers }, (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(outgoing);
  });
  incoming.pipe(onward);
});
proxy.on('connect', (incoming, socket) => {
  note(incoming);
  socket.end(`HTTP/1.1 ${refusal} No\r\n\r\n`);
});

beforeAll(async () => {
  local = await createLocalCloud();
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
});
afterAll(async () => {
  proxy.closeAllConnections();
  proxy.close();
  await local?.close();
});
beforeEach(() => {
  asked = [];
  refusal = undefined;
});

const port = () => (proxy.address() as AddressInfo).port;
const status = (env: Readonly<Record<string, string>>, endpoint = local.endpoint) =>
  runCli(['dlq'], { endpoint, region: 'eu-west-1', ...local.credentials, cwd: tmpdir(), env });

describe('the command line behind a proxy', () => {
  it('sends its calls through the proxy of HTTP_PROXY', async () => {
    const { exit, stderr } = await status({ HTTP_PROXY: `http://127.0.0.1:${port()}` });

    expect(asked).toEqual([`POST ${local.endpoint}/`]);
    expect(stderr).toContain(NO_STACK);
    expect(exit).toBe(2);
  });

  it('goes past the proxy to a host that NO_PROXY names', async () => {
    const { stderr } = await status({ HTTP_PROXY: `http://127.0.0.1:${port()}`, NO_PROXY: 'localhost,127.0.0.1' });

    expect(asked).toEqual([]);
    expect(stderr).toContain(NO_STACK);
  });

  it('asks the proxy of HTTPS_PROXY for a tunnel to AWS, and says what to do when it wants a password', async () => {
    refusal = 407;

    const { exit, stderr, stdout } = await status({ HTTPS_PROXY: `http://127.0.0.1:${port()}` }, AWS);

    expect(asked).toEqual(['CONNECT cloudformation.eu-west-1.amazonaws.com:443']);
    expect(stderr).toBe(
      `The proxy http://127.0.0.1:${port()} of HTTPS_PROXY has refused the connection to cloudformation.eu-west-1.amazonaws.com with status 407. ` +
        'It wants a user name and a password: set HTTPS_PROXY=http://USER:PASSWORD@HOST:PORT, with special characters percent-encoded. ' +
        'Or add the host to NO_PROXY if it can be reached without the proxy.\n',
    );
    expect({ exit, stdout }).toEqual({ exit: 2, stdout: '' });
  });

  it('says that a password is wrong, and does not print it', async () => {
    refusal = 407;

    const { exit, stderr } = await status({ http_proxy: `http://mary:s3cret@127.0.0.1:${port()}` });

    expect(stderr).toMatch(
      /^The proxy http:\/\/127\.0\.0\.1:\d+ of http_proxy has refused the connection to 127\.0\.0\.1 with status 407\. It does not take the user name and the password that http_proxy holds: correct them/,
    );
    expect(stderr).not.toContain('s3cret');
    expect(exit).toBe(2);
  });

  it('names the host that a proxy does not allow', async () => {
    refusal = 403;

    const { exit, stderr } = await status({ HTTPS_PROXY: `http://mary:s3cret@127.0.0.1:${port()}` }, AWS);

    expect(stderr).toContain(
      'has refused the connection to cloudformation.eu-west-1.amazonaws.com with status 403. Ask who runs the proxy to allow this host',
    );
    expect(stderr).not.toContain('s3cret');
    expect(stderr).not.toContain('bug');
    expect(exit).toBe(3);
  });

  it('names the variable when the proxy does not answer', async () => {
    const { exit, stderr } = await status({ HTTPS_PROXY: 'http://127.0.0.1:9' }, AWS);

    expect(stderr).toContain('The connection failed: connect ECONNREFUSED 127.0.0.1:9');
    expect(stderr).toContain('Check AWS_ENDPOINT_URL, HTTPS_PROXY, the Region and the network, then try again.');
    expect(exit).toBe(3);
  });

  it.each(['socks5://127.0.0.1:1080', '127.0.0.1:3128', 'http://'])(
    'refuses %s, which is no URL of a proxy',
    async (value) => {
      const { exit, stderr } = await status({ HTTPS_PROXY: value }, AWS);

      expect(stderr).toBe(
        'HTTPS_PROXY: received what is no URL of an HTTP proxy; expected http://HOST:PORT, or http://USER:PASSWORD@HOST:PORT. Correct it, or unset it.\n',
      );
      expect(exit).toBe(2);
    },
  );
});

describe('a version of Node.js without proxies', () => {
  it.each(['20.20.2', '22.20.0', '24.4.1'])('is named: %s', (version) => {
    expect(() => createAgents({ HTTPS_PROXY: 'http://proxy:3128' }, version)).toThrow(
      `HTTPS_PROXY is set, and Node.js ${version} has no support for proxies: use Node.js 24.5 or newer (or 22.21), or unset HTTPS_PROXY if AWS can be reached without the proxy.`,
    );
    expect(() => createAgents({ HTTPS_PROXY: '', NO_PROXY: '*' }, version)).not.toThrow();
  });

  it.each(['22.21.0', '24.5.0', '26.0.0'])('is not %s', (version) => {
    expect(() => createAgents({ https_proxy: 'http://proxy:3128' }, version)).not.toThrow();
  });
});
