import { SignatureV4 } from '@smithy/signature-v4';
import { Sha256 } from './signed-request.ts';

/** Where a request goes, and the key that signs it. */
export interface SigningTarget {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string;
  };
}

/** A request to be signed. */
export interface SignedInit {
  /** GET without a body, POST with one. */
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** When it claims to be signed; now unless told otherwise. */
  readonly signedAt?: Date;
}

/** The headers of a request for a service, its signature among them; `path` may have a query. */
export async function signHeaders(
  { endpoint, region, credentials }: SigningTarget,
  service: string,
  path = '/',
  { headers = {}, body = '', signedAt = new Date(), method = 'POST' }: SignedInit = {},
): Promise<Readonly<Record<string, string>>> {
  const { hostname, host, pathname, searchParams } = new URL(path, endpoint);
  const uriEscapePath = service !== 's3';
  const signer = new SignatureV4({ credentials, region, service, sha256: Sha256, uriEscapePath });
  const query = Object.fromEntries(searchParams);
  const request = { protocol: 'http:', hostname, method, path: pathname, query, headers: { host, ...headers }, body };
  return (await signer.sign(request, { signingDate: signedAt })).headers;
}

/** Signs a request for a service and sends it by `fetch`; `path` may have a query. */
export async function signedFetch(
  target: SigningTarget,
  service: string,
  path = '/',
  init: SignedInit = {},
): Promise<Response> {
  const { body, method = body === undefined ? 'GET' : 'POST' } = init;
  const headers = await signHeaders(target, service, path, { ...init, method });
  return fetch(new URL(path, target.endpoint), { method, headers, ...(body !== undefined && { body }) });
}

/** Changes something beside the AWS API: `PUT /_local/{path}`. */
export const putLocal = (endpoint: string, path: string, body: unknown): Promise<Response> =>
  fetch(`${endpoint}/_local/${path}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
