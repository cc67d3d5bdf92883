import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { NodeHttpHandler } from '@smithy/node-http-handler';
import { ConfigError, TransientError } from '../../lambda/core/failures/errors.ts';

/** Environment variables by name, of which those about proxies are read. */
export type ProxyEnvironment = Readonly<Record<string, string | undefined>>;

/** As many connections as the SDK's own agents keep. */
const CONNECTIONS = { keepAlive: true, maxSockets: 50 };

/** What Node.js calls a proxy that does not open a tunnel. */
const NO_TUNNEL = 'ERR_PROXY_TUNNEL';

const WANTS_CREDENTIALS = 407;

/**
 * Makes agents that go through the proxy that `HTTPS_PROXY` or `HTTP_PROXY` names, except to the hosts in `NO_PROXY`. Names in
 * small letters win.
 *
 * @param nodeVersion - such as `24.21.0`.
 * @throws {ConfigError} `invalid-proxy` where a value is no URL of a proxy, which Node.js would pass over in silence;
 *   `proxy-unsupported` where a proxy is set and this version of Node.js knows none.
 * @see https://nodejs.org/docs/latest-v24.x/api/http.html#built-in-proxy-support
 */
export function createAgents(environment: ProxyEnvironment, nodeVersion: string) {
  for (const scheme of ['https', 'http'] as const) checkProxy(environment, scheme, nodeVersion);
  const options = { ...CONNECTIONS, proxyEnv: { ...environment } };
  return { httpAgent: new HttpAgent(options), httpsAgent: new HttpsAgent(options) };
}

/**
 * Has a request handler say what a proxy has refused, to which host, and what to do.
 *
 * @throws {ConfigError} `proxy-credentials`, from its `handle`, where the proxy answers 407.
 */
export function explainProxy(handler: NodeHttpHandler, environment: ProxyEnvironment) {
  type Handle = NodeHttpHandler['handle'];
  const handle = async (...[request, options]: Parameters<Handle>): ReturnType<Handle> => {
    const scheme = request.protocol === 'https:' ? 'https' : 'http';
    try {
      const answer = await handler.handle(request, options);
      // No AWS service answers so: it is the proxy of a request without a tunnel.
      if (answer.response.statusCode !== WANTS_CREDENTIALS) return answer;
      // Nothing reads the page: its connection would keep the process alive.
      answer.response.body?.destroy();
      throw proxyError(environment, scheme, request.hostname, WANTS_CREDENTIALS);
    } catch (error) {
      if (!(error instanceof Error) || Reflect.get(error, 'code') !== NO_TUNNEL) throw error;
      throw proxyError(environment, scheme, request.hostname, Reflect.get(error, 'statusCode'));
    }
  };
  return { handle, metadata: handler.metadata, destroy: () => handler.destroy() };
}

type Scheme = 'http' | 'https';

/** The variable that says which proxy requests of a scheme take, with its value. */
function proxyOf(environment: ProxyEnvironment, scheme: Scheme) {
  const names = [`${scheme}_proxy`, `${scheme.toUpperCase()}_PROXY`];
  const name = names.find((candidate) => (environment[candidate] ?? '') !== '');
  return name === undefined ? undefined : { name, value: environment[name] ?? '' };
}

function checkProxy(environment: ProxyEnvironment, scheme: Scheme, nodeVersion: string): void {
  const proxy = proxyOf(environment, scheme);
  if (proxy === undefined) return;
  // The value may hold a password, and is not shown.
  if (!/^https?:\/\//i.test(proxy.value) || !URL.canParse(proxy.value))
    throw new ConfigError(
      'invalid-proxy',
      `${proxy.name}: received what is no URL of an HTTP proxy; expected http://HOST:PORT, or http://USER:PASSWORD@HOST:PORT. Correct it, or unset it.`,
    );
  if (!knowsProxies(nodeVersion))
    throw new ConfigError(
      'proxy-unsupported',
      `${proxy.name} is set, and Node.js ${nodeVersion} has no support for proxies: use Node.js 24.5 or newer (or 22.21), or unset ${proxy.name} if AWS can be reached without the proxy.`,
    );
}

function knowsProxies(nodeVersion: string): boolean {
  const [major = 0, minor = 0] = nodeVersion.split('.').map(Number);
  return major > 24 || (major === 24 && minor >= 5) || (major === 22 && minor >= 21);
}

function proxyError(environment: ProxyEnvironment, scheme: Scheme, host: string, status: unknown): Error {
  const { name, value } = proxyOf(environment, scheme) ?? { name: 'HTTPS_PROXY', value: 'http://unknown' };
  const { origin, username } = new URL(value);
  const where = `The proxy ${origin} of ${name} has refused the connection to ${host}`;
  if (status !== WANTS_CREDENTIALS)
    return new TransientError(
      'ProxyRefused',
      `${where}${typeof status === 'number' ? ` with status ${status}` : ''}. Ask who runs the proxy to allow this host, or add the host to NO_PROXY if it can be reached without the proxy.`,
    );
  const advice =
    username === ''
      ? `It wants a user name and a password: set ${name}=http://USER:PASSWORD@HOST:PORT`
      : `It does not take the user name and the password that ${name} holds: correct them`;
  return new ConfigError(
    'proxy-credentials',
    `${where} with status ${WANTS_CREDENTIALS}. ${advice}, with special characters percent-encoded. Or add the host to NO_PROXY if it can be reached without the proxy.`,
  );
}
