import type { IncomingMessage } from 'node:http';
import { AwsError } from '../service.ts';

/** The host names that clients of this server use. Another name may be a foreign one that resolves to this machine. */
const HOST_NAMES = ['127.0.0.1', 'localhost', '[::1]'] as const;
const HTTP_PORT = 80;

/** Values of Sec-Fetch-Site that no page of another origin can cause. */
const OWN_SITES: ReadonlySet<string> = new Set(['same-origin', 'none']);

/** Headers that would change the method of a request. A page could send such a request without a check of the browser. */
const METHOD_OVERRIDES = ['x-http-method-override', 'x-http-method', 'x-method-override'] as const;

/**
 * Accepts a request only if no page of another origin can have caused it, and it does not use a foreign host name.
 *
 * The loopback address is no protection: every page in a browser of this machine can send requests to it. With a host name
 * that resolves to it (DNS rebinding), the page can also read the answers. So the request must name this server exactly
 * once, by a loopback name and its port, and its headers must not say that a browser sent it from another origin.
 *
 * @returns the request target in origin form: path and query.
 * @throws {AwsError} ForeignRequest, which is not an error of AWS. It says what was received and what is allowed.
 * @see https://www.rfc-editor.org/rfc/rfc9112.html#section-3.2
 * @see https://www.w3.org/TR/fetch-metadata/#sec-fetch-site-header
 */
export function admitRequest(request: IncomingMessage): string {
  const { headers, headersDistinct, url = '/', socket } = request;
  const authorities = authoritiesOf(socket.localPort ?? 0);
  checkHost(headersDistinct.host ?? [], authorities);
  checkOrigin(headersDistinct.origin ?? [], authorities);
  for (const site of headersDistinct['sec-fetch-site'] ?? []) {
    if (!OWN_SITES.has(site)) throw foreign(`Sec-Fetch-Site is "${site}". Allowed: ${[...OWN_SITES].join(', ')}.`);
  }
  const override = METHOD_OVERRIDES.find((name) => headers[name] !== undefined);
  if (override !== undefined) throw foreign(`The header ${override} is not allowed: send the method itself.`, 400);
  return toOriginForm(url, authorities);
}

const authoritiesOf = (port: number): readonly string[] =>
  HOST_NAMES.flatMap((name) => (port === HTTP_PORT ? [`${name}:${port}`, name] : [`${name}:${port}`]));

function checkHost(hosts: readonly string[], authorities: readonly string[]): void {
  const [host = '', ...more] = hosts;
  if (more.length > 0) throw foreign(`There are ${hosts.length} Host headers. Allowed: one.`, 400);
  if (!authorities.includes(host.toLowerCase()))
    throw foreign(`Host is "${host}". Allowed: ${authorities.join(', ')}.`);
}

function checkOrigin(origins: readonly string[], authorities: readonly string[]): void {
  const allowed = authorities.map((authority) => `http://${authority}`);
  for (const origin of origins) {
    if (!allowed.includes(origin)) throw foreign(`Origin is "${origin}". Allowed: none, ${allowed.join(', ')}.`);
  }
}

/** The target may also name the server, as for a proxy. Then this name is checked as well. */
function toOriginForm(target: string, authorities: readonly string[]): string {
  if (target.startsWith('/')) return target;
  const [, authority = '', path = ''] = /^http:\/\/([^/?#]*)(.*)$/i.exec(target) ?? [];
  if (authorities.includes(authority.toLowerCase())) return path.startsWith('/') ? path : `/${path}`;
  throw foreign(
    `The request target is "${target}". Allowed: a path, or http:// with one of ${authorities.join(', ')}.`,
    400,
  );
}

const foreign = (message: string, status = 403): AwsError =>
  new AwsError('ForeignRequest', `The local cloud refuses this request: ${message}`, status);
