import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { WorkerSettings } from '../../../cli/deployment/worker-settings.ts';
import { readWorkerSettings } from '../../../cli/deployment/worker-settings.ts';
import { compareHold } from '../../../cli/users/compare-hold.ts';
import { withoutPerson } from '../../../cli/users/operator.ts';
import type { PoolUser } from '../../../cli/users/ports.ts';
import { syncWorkerEnv } from '../../../lambda/config.ts';
import { PermanentError, TransientError } from '../../../lambda/core/failures/errors.ts';
import { createTriggerWorld } from './doubles.ts';
import { MARY, NOW } from './user-doubles.ts';

const ENVIRONMENT = {
  ...{ QUEUE_URL: 'https://queue.fifo', DEAD_LETTER_QUEUE_URL: 'https://dead.fifo', TABLE_NAME: 'state' },
  ...{ USER_POOL_ID: 'eu-west-1_Ab12Cd34E', CONNECT_INSTANCE_ID: 'instance', CONNECT_REGION: 'eu-west-1' },
  ...{ CONNECT_REQUESTS_PER_SECOND: '1.95', POLICY: '{}' },
};
const SETTINGS: WorkerSettings = syncWorkerEnv.parse(ENVIRONMENT);
const digest = { salt: 's', hash: createHmac('sha256', 's').update('mary@example.com').digest('base64url') };
const userWith = (attributes: PoolUser['attributes']): PoolUser => ({
  ...{ sub: MARY, username: 'mary', attributes, modifiedAt: NOW, providers: [] },
});

describe('a held value is compared with Cognito', () => {
  it.each([
    ['same', userWith({ email: 'mary@example.com' }), SETTINGS],
    ['another', userWith({ email: 'mallory@example.com' }), SETTINGS],
    ['another', userWith({}), SETTINGS],
    ['not-compared', undefined, SETTINGS],
    ['not-compared', userWith({ email: 'mary@example.com' }), { unknown: 'no permission' }],
  ])('and is %s', (expected, user, settings) => {
    expect(compareHold('Email', digest, user, settings)).toBe(expected);
  });
});

describe('the settings of the worker', () => {
  const { deps } = createTriggerWorld();
  const read = (environment: () => Promise<Readonly<Record<string, string>> | undefined>) =>
    readWorkerSettings({ ...deps.functions, environment }, 'worker');

  it('are read from its environment', async () => {
    expect(await read(async () => ENVIRONMENT)).toEqual(SETTINGS);
  });

  it.each([
    ['is gone', async () => undefined, 'worker is not the worker of this version'],
    ['is of another version', async () => ({}), 'worker is not the worker of this version'],
    [
      'may not be read',
      () => Promise.reject(new PermanentError('AccessDeniedException', 'refused', { status: 403 })),
      'needs the permission lambda:GetFunctionConfiguration',
    ],
  ])('are unknown, with the reason, where it %s', async (_, environment, unknown) => {
    expect(await read(environment)).toEqual({ unknown });
  });

  it('are not taken for unknown when AWS cannot be reached', async () => {
    await expect(read(() => Promise.reject(new TransientError('ECONNRESET', 'no answer')))).rejects.toThrow();
  });
});

describe('what is kept of a caller', () => {
  it.each([
    [
      'arn:aws:sts::111122223333:assumed-role/Operators/oscar@example.com',
      'arn:aws:sts::111122223333:assumed-role/Operators',
    ],
    ['arn:aws-us-gov:iam::111122223333:user/path/oscar', 'arn:aws-us-gov:iam::111122223333:user'],
    ['arn:aws:sts::111122223333:federated-user/oscar', 'arn:aws:sts::111122223333:federated-user'],
    ['arn:aws:iam::111122223333:root', 'arn:aws:iam::111122223333:root'],
  ])('of %s is %s', (arn, kept) => {
    expect(withoutPerson(arn)).toBe(kept);
  });
});
