import { onTestFinished } from 'vitest';
import { createVirtualClock, type VirtualClock } from '../../../local/clock.ts';
import { createGateway, type Gateway } from '../../../local/gateway/gateway.ts';
import type { HostedService } from '../../../local/gateway/hosted-service.ts';

/** A listening gateway with the given services, closed when the test ends. */
export interface RunningGateway extends Gateway {
  readonly endpoint: string;
  readonly clock: VirtualClock;
  /** Settings for an SDK client that makes one attempt only. */
  readonly client: {
    readonly endpoint: string;
    readonly region: string;
    readonly maxAttempts: number;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  };
}

/** Starts a gateway at 2026-01-01T00:00:00Z of its own clock. */
export async function startGateway(
  services: Readonly<Record<string, HostedService>>,
  options: Partial<Parameters<typeof createGateway>[0]> = {},
): Promise<RunningGateway> {
  const clock = createVirtualClock();
  const gateway = createGateway({ clock, accountId: '000000000000', region: 'eu-west-1', ...options });
  for (const [name, service] of Object.entries(services)) gateway.register(name, service);
  const endpoint = await gateway.listen();
  onTestFinished(() => gateway.close());
  const credentials = { accessKeyId: 'AKIDLOCAL', secretAccessKey: 'secret' };
  return { ...gateway, endpoint, clock, client: { endpoint, region: 'eu-west-1', maxAttempts: 1, credentials } };
}

/** Headers of a request that looks signed for a service, at the time a fixture's clock starts unless told otherwise. */
export const signedFor = (
  service: string,
  region = 'eu-west-1',
  accessKeyId = 'AKIDLOCAL',
  signedAt = '20260101T000000Z',
) => ({
  authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${signedAt.slice(0, 8)}/${region}/${service}/aws4_request, SignedHeaders=host;x-amz-date, Signature=0a1b`,
  'x-amz-date': signedAt,
});

/** The time on the wall as a request is dated with it. */
export const basicTime = (milliseconds = Date.now()): string =>
  new Date(milliseconds).toISOString().replace(/\.\d{3}|[-:]/g, '');

/** Posts a Query form as an AWS CLI does. */
export const postForm = (endpoint: string, service: string, form: Readonly<Record<string, string>>) =>
  fetch(endpoint, {
    method: 'POST',
    headers: {
      ...signedFor(service, 'eu-west-1', 'AKIDLOCAL', basicTime()),
      'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
    },
    body: new URLSearchParams(form),
  });
