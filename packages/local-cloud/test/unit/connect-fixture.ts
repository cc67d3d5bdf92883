import { createVirtualClock } from '../../clock.ts';
import { AwsError, type Cloud } from '../../service.ts';
import { type ConnectOptions, createConnect } from '../../services/connect/index.ts';
import type { OperationName } from '../../services/connect/settings.ts';

export const INSTANCE_ID = '5f1d2c3b-0a9e-4d8c-8b7a-6f5e4d3c2b1a';

export const INSTANCE_ARN = `arn:aws:connect:eu-central-1:111122223333:instance/${INSTANCE_ID}`;

/** A quota that no test here can reach. */
const PLENTY = { default: { ratePerSecond: 1000, burst: 1000 } };

/** Amazon Connect on a clock that stands still at 2026-01-01, its ids `00000000-0000-4000-8000-000000000001` and on. */
export function startConnect({ settings, ...options }: ConnectOptions = {}) {
  const clock = createVirtualClock(Date.UTC(2026, 0, 1));
  const cloud: Cloud = {
    clock,
    accountId: '111122223333',
    region: 'eu-central-1',
    endpoint: () => 'http://127.0.0.1:1',
    call: () => Promise.reject(new Error('Amazon Connect calls no other service')),
  };
  let ids = 0;
  const connect = createConnect(cloud, {
    instanceId: INSTANCE_ID,
    newId: () => `00000000-0000-4000-8000-${String(++ids).padStart(12, '0')}`,
    settings: { quotas: PLENTY, ...settings },
    ...options,
  });
  const call = <Output>(operation: OperationName, input: object): Output =>
    connect.operations[operation](input as never, { requestId: 'r', caller: { kind: 'account' } }) as Output;
  return { clock, connect, call };
}

/** What `act` throws, as `status code: message`; its return value if it does not throw. */
export function refusal(act: () => unknown): unknown {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return `${error.status} ${error.code}: ${error.message}`;
  }
}
