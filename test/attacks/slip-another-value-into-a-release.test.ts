import { describe, expect, it } from 'vitest';
import type { WorkerSettings } from '../../cli/deployment/worker-settings.ts';
import type { UserRecord } from '../../cli/users/ports.ts';
import { release } from '../../cli/users/release.ts';
import { syncWorkerEnv } from '../../lambda/config.ts';
import { type Digest, digestOf as digestWith } from '../../lambda/core/rows/digest.ts';
import { createUserWorld, HELD, JOHN, MARY, NOW, ROLE } from '../unit/cli/user-doubles.ts';

/** A stranger changes the held value between the moment at which the operator looks and the one at which they release. */
const digestOf = (value: string): Digest => digestWith(value, 'salt');
const LOOKED_AT = digestOf('mary@example.com');
const FOREIGN = digestOf('mallory@example.net');
const idOf = ({ hash }: Digest) => hash.replace(/[^A-Za-z0-9]/g, '').slice(0, 8);
const rowWith = (digest: Digest): UserRecord => ({ ...HELD, holds: { Email: digest } });

const SETTINGS: WorkerSettings = syncWorkerEnv.parse({
  ...{ QUEUE_URL: 'https://queue.fifo', DEAD_LETTER_QUEUE_URL: 'https://dead.fifo', TABLE_NAME: 'state' },
  ...{ USER_POOL_ID: 'eu-west-1_Ab12Cd34E', CONNECT_INSTANCE_ID: 'instance', CONNECT_REGION: 'eu-west-1' },
  ...{ CONNECT_REQUESTS_PER_SECOND: '1.95', POLICY: '{}' },
});
const RELEASE = { user: MARY, apply: true, json: false, waitMs: 0 };
const worldOf = (row: UserRecord, email = 'mary@example.com') => {
  const mary = { sub: MARY, username: 'mary', attributes: { email }, modifiedAt: NOW, providers: [] };
  return createUserWorld({ rows: [row], pool: { mary }, workerSettings: SETTINGS });
};

describe('a stranger who wants another value released', () => {
  it.each([
    ['the id of the value that was held before', [idOf(LOOKED_AT)]],
    ['a part of the id', [idOf(FOREIGN).slice(0, 5)]],
    ['an empty id', ['']],
    ['the id in another case', [idOf(FOREIGN).toUpperCase()]],
    ['a right id and a wrong one', [idOf(FOREIGN), 'AAAAAAAA']],
  ])('gains nothing by %s', async (_, holds) => {
    const { deps, row, writes } = worldOf(rowWith(FOREIGN), 'mallory@example.net');

    await expect(release(deps, { ...RELEASE, holds })).rejects.toMatchObject({ name: 'RefusedError' });
    expect([writes(), row(MARY)]).toEqual([[], rowWith(FOREIGN)]);
  });

  it('gains nothing by the id of a hold of another user', async () => {
    const john = { ...rowWith(FOREIGN), sub: JOHN };
    const { deps, store, row } = worldOf(rowWith(LOOKED_AT));
    store.rows.set(JOHN, john);

    await expect(release(deps, { ...RELEASE, holds: [idOf(FOREIGN)] })).rejects.toMatchObject({
      reasons: [`Held now: Email ${idOf(LOOKED_AT)}.`, `Look again, then decide: npx connect-sync release ${MARY}`],
    });
    expect([row(MARY), row(JOHN)]).toEqual([rowWith(LOOKED_AT), john]);
  });

  it('gains nothing by an operator who names no value', async () => {
    const { deps, row, writes } = worldOf(rowWith(FOREIGN));

    await expect(release(deps, { ...RELEASE, holds: [] })).rejects.toMatchObject({ code: 'no-hold' });
    expect([writes(), row(MARY)]).toEqual([[], rowWith(FOREIGN)]);
  });

  it('gains nothing by a change in Cognito that the worker has not seen yet', async () => {
    const { deps, row } = worldOf(rowWith(LOOKED_AT), 'mallory@example.net');

    await expect(release(deps, { ...RELEASE, holds: [idOf(LOOKED_AT)] })).rejects.toThrow(
      'Cognito has another value by now; nothing was released.',
    );
    expect(row(MARY)).toEqual(rowWith(LOOKED_AT));
  });

  it('is shown by the plan, which compares with Cognito', async () => {
    const [same, another] = [worldOf(rowWith(LOOKED_AT)), worldOf(rowWith(LOOKED_AT), 'mallory@example.net')];

    for (const { deps } of [same, another]) await release(deps, { ...RELEASE, apply: false, json: true, holds: [] });

    expect(same.json()).toMatchObject({ held: [{ field: 'Email', holdId: idOf(LOOKED_AT), cognito: 'same' }] });
    expect(another.json()).toMatchObject({ held: [{ cognito: 'another' }] });
    expect(another.terminal.notes.at(-1)).toBe(
      `Such a release would be refused. To have the user read again: npx connect-sync sync ${MARY} --apply`,
    );
  });

  it('is advised by no command once Cognito has another value', async () => {
    const [same, another] = [worldOf(rowWith(LOOKED_AT)), worldOf(rowWith(LOOKED_AT), 'mallory@example.net')];

    for (const { deps } of [same, another]) await release(deps, { ...RELEASE, apply: false, json: false, holds: [] });

    const command = `    npx connect-sync release ${MARY} --hold ${idOf(LOOKED_AT)} --apply`;
    expect(same.terminal.lines).toContain(command);
    expect(another.terminal.lines).not.toContain(command);
  });

  it('does not keep an operator from the value that they have looked at, and the row says who it was', async () => {
    const { deps, row } = worldOf(rowWith(LOOKED_AT));

    await release(deps, { ...RELEASE, holds: [idOf(LOOKED_AT)] });

    expect(row(MARY)).toMatchObject({ releases: { Email: LOOKED_AT }, releasedBy: { role: ROLE, at: NOW } });
  });
});
