import { describe, expect, it } from 'vitest';
import { changeIntakeEnv, poolTriggerEnv, sweepEnv, syncWorkerEnv } from '../../lambda/config.ts';
import { ConfigError } from '../../lambda/core/failures/errors.ts';
import { parseEnvironment } from '../../lambda/environment.ts';

const WORKER = {
  QUEUE_URL: 'https://sqs.eu-central-1.amazonaws.com/111122223333/changes.fifo',
  DEAD_LETTER_QUEUE_URL: 'https://sqs.eu-central-1.amazonaws.com/111122223333/dead.fifo',
  TABLE_NAME: 'state',
  USER_POOL_ID: 'eu-central-1_EXAMPLE00',
  CONNECT_INSTANCE_ID: '5f1d2c3b-0a9e-4d8c-8b7a-6f5e4d3c2b1a',
  CONNECT_REGION: 'us-gov-west-1',
  CONNECT_REQUESTS_PER_SECOND: ' 1.95 ',
  POLICY: '{"adoption":{"trustFirstEmail":true}}',
};

const problems = (act: () => unknown): ConfigError => {
  try {
    act();
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error('The environment was taken.');
};

describe('parseEnvironment', () => {
  it('reads the environment of the worker into numbers and a complete policy', () => {
    const env = parseEnvironment(syncWorkerEnv, WORKER);

    expect(env.CONNECT_REQUESTS_PER_SECOND).toBe(1.95);
    expect(env.POLICY.adoption).toEqual({ rules: [{ kind: 'username' }], trustFirstEmail: true });
    expect(env.POLICY.email.maxUsersPerHour).toBe(50);
  });

  it.each(['60', ' 15 '])('reads SWEEP_INTERVAL_MINUTES %s', (text) => {
    expect(
      parseEnvironment(sweepEnv, { ...WORKER, SWEEP_INTERVAL_MINUTES: text, COGNITO_LISTS_PER_SECOND: '15' })
        .SWEEP_INTERVAL_MINUTES,
    ).toBe(Number(text));
  });

  it.each(['', '0', '31', 'fast'])('refuses COGNITO_LISTS_PER_SECOND "%s"', (text) => {
    const sweep = { ...WORKER, SWEEP_INTERVAL_MINUTES: '60', COGNITO_LISTS_PER_SECOND: text };

    expect(problems(() => parseEnvironment(sweepEnv, sweep)).message).toContain('COGNITO_LISTS_PER_SECOND: not usable');
  });

  it.each(['', '0', '14', '15.5', '10081', 'hourly'])('refuses SWEEP_INTERVAL_MINUTES "%s"', (text) => {
    expect(problems(() => parseEnvironment(sweepEnv, { ...WORKER, SWEEP_INTERVAL_MINUTES: text })).message).toContain(
      'SWEEP_INTERVAL_MINUTES: not usable',
    );
  });

  it.each([
    ['true', true],
    ['false', false],
    ['0', false],
  ])('reads POST_AUTHENTICATION %s as %s', (text, expected) => {
    const env = parseEnvironment(poolTriggerEnv, { QUEUE_URL: WORKER.QUEUE_URL, POST_AUTHENTICATION: text });

    expect(env.POST_AUTHENTICATION).toBe(expected);
  });

  it('passes over variables that are not ours', () => {
    const env = parseEnvironment(changeIntakeEnv, { ...WORKER, AWS_REGION: 'eu-central-1' });

    expect(Object.keys(env).sort()).toEqual(['DEAD_LETTER_QUEUE_URL', 'QUEUE_URL', 'TABLE_NAME', 'USER_POOL_ID']);
  });

  it('names every variable that is missing or wrong, at once', () => {
    const error = problems(() =>
      parseEnvironment(syncWorkerEnv, { ...WORKER, TABLE_NAME: undefined, USER_POOL_ID: 'none', POLICY: '{"x":1}' }),
    );

    expect(error.code).toBe('invalid-environment');
    for (const name of ['TABLE_NAME', 'USER_POOL_ID', 'POLICY']) expect(error.message).toContain(`${name}: `);
    expect(error.message).toContain('deploy it again');
  });

  it.each([
    ['CONNECT_REQUESTS_PER_SECOND', ''],
    ['CONNECT_REQUESTS_PER_SECOND', '0.005'],
    ['CONNECT_REQUESTS_PER_SECOND', 'fast'],
    ['CONNECT_REQUESTS_PER_SECOND', '101'],
    ['CONNECT_REGION', 'central'],
    ['POLICY', '{'],
    ['QUEUE_URL', 'changes.fifo'],
  ])('refuses %s %j', (name, value) => {
    const error = problems(() => parseEnvironment(syncWorkerEnv, { ...WORKER, [name]: value }));

    expect(error.message).toContain(`${name}: `);
  });
});
