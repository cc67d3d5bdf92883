import { onTestFinished } from 'vitest';
import { createVirtualClock, type VirtualClock } from '../../clock.ts';
import { createGateway, type Gateway } from '../../gateway/gateway.ts';
import type { HostedService } from '../../gateway/hosted-service.ts';
import { type SignedInit, type SigningTarget, signedFetch } from '../support/local-requests.ts';

/** A listening gateway with the given services, closed when the test ends. */
export interface RunningGateway extends Gateway {
  readonly endpoint: string;
  readonly clock: VirtualClock;
  /** Settings for an SDK client that makes one attempt only. */
  readonly client: SigningTarget & { readonly maxAttempts: number };
  /** Sends a request that the account has signed. */
  send(service: string, path?: string, init?: SignedInit): Promise<Response>;
  /** Posts a Query form, signed, as an AWS CLI does. */
  postForm(service: string, form: Readonly<Record<string, string>>): Promise<Response>;
}

const FORM_TYPE = 'application/x-www-form-urlencoded; charset=utf-8';

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
  const client = { endpoint, region: 'eu-west-1', maxAttempts: 1, credentials: gateway.callers.accountKey };
  const send: RunningGateway['send'] = (service, path, init) => signedFetch(client, service, path, init);
  return {
    ...gateway,
    endpoint,
    clock,
    client,
    send,
    postForm: (service, form) =>
      send(service, '/', { headers: { 'content-type': FORM_TYPE }, body: new URLSearchParams(form).toString() }),
  };
}
