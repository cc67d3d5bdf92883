import { describe, expect, it } from 'vitest';
import { rememberSettings, type SettingsMemory } from '../../cli/deployment/remember-settings.ts';
import { showTriggers } from '../../cli/triggers/show.ts';
import { identifyUser } from '../../cli/users/identify-user.ts';
import { PermanentError } from '../../lambda/core/failures/errors.ts';
import type { PoolExposure } from '../../lambda/core/links/exposure.ts';
import { syncWorkerEnv } from '../../lambda/sync-worker/environment.ts';
import { createTriggerWorld, describedPool, OURS, POOL_ID } from '../unit/cli/doubles.ts';
import { createWorld } from '../unit/cli/program-world.ts';
import { MARY as CLI_MARY, createUserWorld } from '../unit/cli/user-doubles.ts';
import { MARY, MINUTE, maryWith, message, NOW, SUB, startWorker } from '../unit/sync-worker/fixture.ts';

/** A stranger signs up under the name of a Connect user while they can, and waits until the pool is closed. */
const closed = { selfSignUp: false, writableAttributes: new Set<string>() };
const OPEN = { selfSignUp: true, preSignUp: false };
const BY_ATTRIBUTE = { adoption: { rules: [{ kind: 'username', attribute: 'custom:agent' }] } };

/** The environment of a deployed worker with a rule over an attribute. */
const WORKER_ENVIRONMENT = {
  QUEUE_URL: 'https://sqs.eu-west-1.amazonaws.com/111122223333/changes.fifo',
  DEAD_LETTER_QUEUE_URL: 'https://sqs.eu-west-1.amazonaws.com/111122223333/dead.fifo',
  TABLE_NAME: 'state',
  USER_POOL_ID: POOL_ID,
  CONNECT_INSTANCE_ID: 'instance-1',
  CONNECT_REGION: 'eu-west-1',
  CONNECT_REQUESTS_PER_SECOND: '1.95',
  POLICY: JSON.stringify(BY_ATTRIBUTE),
};
const WORKER_BY_ATTRIBUTE = syncWorkerEnv.parse(WORKER_ENVIRONMENT);

/** What the command line reads, and where it keeps what strangers can do. */
const memoryOf = (
  rememberExposure: SettingsMemory['table']['rememberExposure'],
  now: number,
  members: Partial<SettingsMemory> = {},
): SettingsMemory => ({
  table: { now: async () => now, rememberExposure },
  workerSettings: async () => ({ unknown: 'no worker is named' }),
  openSettings: () => Promise.reject(new Error('No rule is known.')),
  ...members,
});

/** The pool as it was, and then as it is when the stranger has become a user of a closed one. */
function startWhileOpen(settings: Partial<PoolExposure>, given: Parameters<typeof startWorker>[0] = {}) {
  const exposure = { ...closed, ...settings };
  const world = startWorker({ row: null, exposure, ...given });
  return {
    ...world,
    close: () => Object.assign(exposure, closed),
    look: (id: string, minutes = 0) => {
      world.clock.advance(minutes * MINUTE);
      return world.deliver(message(id, { cause: 'sweep', occurredAt: world.clock.now() }));
    },
  };
}

/** The stranger waits for a person, and has no claim on the Connect user. */
function expectNoLink({ rows, claims }: Pick<ReturnType<typeof startWorker>['table'], 'rows' | 'claims'>): void {
  expect(rows.get(SUB)).toMatchObject({ status: 'held', reason: 'earlier-sign-up' });
  expect(claims.size).toBe(0);
}

describe('a stranger who waits until the pool is closed', () => {
  it('is linked by no rule, after any time', async () => {
    const { look, close, table, writes } = startWhileOpen({ selfSignUp: true });
    await look('m1');
    close();

    await look('m2', 600);

    expectNoLink(table);
    expect(writes()).toEqual([]);
  });

  it('is not linked by an address that a function before sign-up may have called verified', async () => {
    const { look, close, table, writes } = startWhileOpen(
      { selfSignUp: true, preSignUp: true, keepsVerifiedEmail: true },
      {
        users: [maryWith({ email: 'mary.user' })],
        policy: { adoption: { rules: [{ kind: 'username', attribute: 'email' }] } },
      },
    );
    await look('m1');
    close();

    await look('m2', 600);

    expectNoLink(table);
    expect(writes()).toEqual([]);
  });

  it('is linked by no rule either where only the attribute that it reads was writable', async () => {
    const { look, close, table } = startWhileOpen(
      { writableAttributes: new Set(['custom:agent']) },
      { users: [maryWith({ 'custom:agent': 'mary.user' })], policy: BY_ATTRIBUTE },
    );
    await look('m1');
    close();

    await look('m2', 600);

    expectNoLink(table);
  });

  it('gains no address by a link that a person makes while the first address is trusted', async () => {
    const { look, close, table, writes } = startWhileOpen(
      { selfSignUp: true },
      { policy: { adoption: { trustFirstEmail: true } } },
    );
    await look('m1');
    close();
    await table.link(SUB, 'agent-mary', NOW);

    await look('m2', 600);

    expect(table.rows.get(SUB)).toMatchObject({ withheld: [{ field: 'Email', reason: 'first-email' }] });
    expect(writes()).toMatchObject([{ Email: 'mary.smith@example.com' }]);
  });

  it('gains nothing where Cognito does not say when they were created', async () => {
    const { look, close, table } = startWhileOpen({ selfSignUp: true }, { users: [{ ...MARY, createdAt: undefined }] });
    await look('m1');
    close();

    await look('m2', 600);

    expect(table.rows.get(SUB)).toMatchObject({ reason: 'earlier-sign-up' });
  });

  it.each([
    ['a moment after it was seen closed, as clocks differ', 1_000],
    ['within the minute in which a closed pool may still be taken for an open one', 59_000],
  ])('counts as created while the pool was open when they were created %s', async (_, afterMs) => {
    const { look, close, table, pool, clock } = startWhileOpen({ selfSignUp: true });
    await look('m1');
    close();
    await look('m2', 10);
    pool.users.set(SUB, { ...MARY, createdAt: clock.now() + afterMs });

    await look('m3', 10);

    expect(table.rows.get(SUB)).toMatchObject({ reason: 'earlier-sign-up' });
  });

  it('gains nothing by a read of the settings from before it was opened', async () => {
    const { table } = startWhileOpen({});
    const open = { ...closed, selfSignUp: true };
    await table.rememberExposure(open, [], NOW);

    // A function that had read the settings earlier tells of them later.
    const history = await table.rememberExposure(closed, [], NOW - 50_000);
    const after = await table.rememberExposure(closed, [], NOW + 100_000);
    const late = await table.rememberExposure(open, [], NOW + 90_000);

    expect([history.signUp, after.signUp, late.signUp]).toEqual([
      { open: true, openedAt: NOW },
      { open: false, closedAt: NOW + 100_000 },
      { open: false, closedAt: NOW + 100_000 },
    ]);
  });

  it('has the settings read anew that are older than they are, before a link is made', async () => {
    const { look, recorder } = startWhileOpen({});

    await look('m1');

    expect(recorder.argsOf('pool.exposure')).toEqual([[undefined], [MARY.modifiedAt]]);
  });

  it('gains no trusted first address while sign-up is open, where a person has linked them', async () => {
    const { look, table, writes } = startWhileOpen(
      { selfSignUp: true },
      { policy: { adoption: { trustFirstEmail: true } } },
    );
    await table.link(SUB, 'agent-mary', NOW);

    await look('m1');

    expect(writes()).toMatchObject([{ Email: 'mary.smith@example.com' }]);
  });

  it('gains nothing where only the command line has seen the pool open', async () => {
    const { look, close, table, clock } = startWhileOpen({});
    await rememberSettings(memoryOf(table.rememberExposure, clock.now()), OPEN);
    close();

    await look('m1', 600);

    expect(table.rows.get(SUB)).toMatchObject({ reason: 'earlier-sign-up' });
  });

  it('gains nothing where only the command line has seen a function before sign-up', async () => {
    const { look, close, table, clock } = startWhileOpen(
      { keepsVerifiedEmail: true, preSignUp: false },
      {
        users: [maryWith({ email: 'mary.user' })],
        policy: { adoption: { rules: [{ kind: 'username', attribute: 'email' }] } },
      },
    );
    await table.rememberExposure({ ...closed, preSignUp: false }, ['email'], clock.now() - 10 * MINUTE);
    await rememberSettings(memoryOf(table.rememberExposure, clock.now()), { selfSignUp: true, preSignUp: true });
    close();

    await look('m1', 600);

    expectNoLink(table);
  });

  it('gains nothing where only the command line has seen that the attribute was writable', async () => {
    const { look, table, clock } = startWhileOpen(
      {},
      { users: [maryWith({ 'custom:agent': 'mary.user' })], policy: BY_ATTRIBUTE },
    );
    const memory = memoryOf(table.rememberExposure, clock.now(), {
      workerSettings: async () => WORKER_BY_ATTRIBUTE,
      openSettings: async () => ({ ...closed, writableAttributes: new Set(['custom:agent', 'nickname']) }),
    });
    await rememberSettings(memory, { selfSignUp: false, preSignUp: false });

    await look('m1', 600);

    expectNoLink(table);
  });

  it('does not keep users from being linked who are created later', async () => {
    const { look, close, table, pool, clock } = startWhileOpen({ selfSignUp: true });
    await look('m1');
    close();
    await look('m2', 10);

    pool.users.set(SUB, { ...MARY, createdAt: clock.now() + 2 * MINUTE });
    await look('m3', 10);

    expect(table.rows.get(SUB)).toMatchObject({ connectUserId: 'agent-mary' });
  });
});

describe('the command line, which reads the settings of the pool', () => {
  it.each([
    [true, { AllowAdminCreateUserOnly: false }],
    [true, undefined],
    [false, { AllowAdminCreateUserOnly: true }],
  ])('keeps in the table that sign-up is open: %s', async (open, AdminCreateUserConfig) => {
    const { world, deps } = createTriggerWorld({
      ...describedPool(),
      ...(AdminCreateUserConfig && { AdminCreateUserConfig }),
    });

    await showTriggers(deps, { userPoolId: POOL_ID, functionArn: OURS, json: false });

    expect(world.signUps).toEqual([{ selfSignUp: open, preSignUp: true }]);
  });

  it('keeps it also when it looks a user up', async () => {
    const mary = { sub: CLI_MARY, username: 'Mary.Smith', attributes: {}, modifiedAt: NOW, providers: [] };
    const { deps, store } = createUserWorld({ pool: { 'Mary.Smith': mary } });
    const pool = {
      ...deps.pool,
      named: async () => mary,
      signInRules: async () => ({ ignoresCase: true, byAddress: false, selfSignUp: true, preSignUp: false }),
    };

    await identifyUser({ ...deps, pool }, 'mary.smith');
    const history = await store.rememberExposure(closed, [], NOW + MINUTE);

    expect(history.signUp).toEqual({ open: false, closedAt: NOW + MINUTE });
  });

  it('is of use to a person who may only read the table, and after a removal that left no table', async () => {
    const refused = () => Promise.reject(new PermanentError('AccessDeniedException', 'dynamodb:UpdateItem failed.'));
    const missing = () =>
      Promise.reject(new PermanentError('ResourceNotFoundException', 'dynamodb:UpdateItem failed.'));
    const broken = () => Promise.reject(new PermanentError('ValidationException', 'dynamodb:UpdateItem failed.'));
    await expect(rememberSettings(memoryOf(refused, NOW), OPEN)).resolves.toBeUndefined();
    await expect(rememberSettings(memoryOf(missing, NOW), OPEN)).resolves.toBeUndefined();
    await expect(rememberSettings(memoryOf(broken, NOW), OPEN)).rejects.toThrow('dynamodb:UpdateItem');
  });

  it('keeps sign-up also for a person who may not read the app clients', async () => {
    const { table } = startWhileOpen({});
    const memory = memoryOf(table.rememberExposure, NOW, {
      workerSettings: async () => WORKER_BY_ATTRIBUTE,
      openSettings: () =>
        Promise.reject(new PermanentError('AccessDeniedException', 'cognito-idp:ListUserPoolClients failed.')),
    });

    await rememberSettings(memory, OPEN);

    expect(await table.rememberExposure({ ...closed, selfSignUp: true }, [], NOW)).toEqual({
      signUp: { open: true, openedAt: NOW },
      unprovenSignUp: { open: false },
      attributes: {},
    });
  });

  it.each([
    ['trigger show', ['trigger', 'show'], undefined],
    ['a command that looks up a user by an alias', ['sync', 'mary.smith'], true],
  ])('keeps for %s which attributes of the deployed rules users may write', async (_, args, ignoresCase) => {
    const { start, world, users, openSettings } = createWorld();
    world.environments.set('worker', WORKER_ENVIRONMENT);
    openSettings.answer = { ...closed, writableAttributes: new Set(['custom:agent', 'nickname']) };
    if (ignoresCase) {
      const mary = { sub: CLI_MARY, username: 'Mary.Smith', attributes: {}, modifiedAt: NOW, providers: [] };
      users.deps.pool.named = async () => mary;
      users.deps.pool.signInRules = async () => ({
        ignoresCase,
        byAddress: false,
        selfSignUp: false,
        preSignUp: false,
      });
    }

    await start(args);

    const history = await users.store.rememberExposure(closed, [], NOW + MINUTE);
    expect(history.attributes).toEqual({ 'custom:agent': { open: true, openedAt: expect.any(Number) } });
  });
});
