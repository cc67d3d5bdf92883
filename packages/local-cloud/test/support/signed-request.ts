import { createHash, createHmac } from 'node:crypto';
import { request } from 'node:http';
import { SignatureV4 } from '@smithy/signature-v4';

/** Where a request goes, and the key that signs it. */
interface Target {
  readonly endpoint: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** SHA-256, and HMAC with it where there is a secret, as the signer wants it. */
export class Sha256 {
  private readonly hash;

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    const key = typeof secret === 'string' ? secret : secret && Buffer.from(secret as Uint8Array);
    this.hash = key === undefined ? createHash('sha256') : createHmac('sha256', key);
  }

  update(data: Uint8Array | string) {
    this.hash.update(data);
  }

  digest() {
    return Promise.resolve(new Uint8Array(this.hash.digest()));
  }

  reset() {}
}

/** One signed request over node:http, without any SDK. */
export async function signedRequest(
  { endpoint, region, accessKeyId, secretAccessKey }: Target,
  service: string,
  call: {
    readonly method: string;
    readonly path: string;
    readonly query?: Record<string, string>;
    readonly headers?: Record<string, string>;
    readonly body?: string;
    /** When it claims to be signed; now unless told otherwise. */
    readonly signedAt?: Date;
  },
): Promise<{ readonly status: number; readonly headers: NodeJS.Dict<string | string[]>; readonly body: string }> {
  const { hostname, host, port } = new URL(endpoint);
  const credentials = { accessKeyId, secretAccessKey };
  const signer = new SignatureV4({ credentials, region, service, sha256: Sha256 });
  const { method, path, query = {}, body = '', signedAt: signingDate = new Date() } = call;
  const { headers } = await signer.sign(
    { ...{ protocol: 'http:', hostname, method, path, query, body }, headers: { host, ...call.headers } },
    { signingDate },
  );
  const search = new URLSearchParams(query).toString();
  return new Promise((resolve, reject) => {
    const sent = request(
      { hostname, port, method, headers, path: search === '' ? path : `${path}?${search}` },
      (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('end', () =>
          resolve({
            status: answer.statusCode ?? 0,
            headers: answer.headers,
            body: Buffer.concat(chunks).toString(),
          }),
        );
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}
