import {
  AdminAddUserToGroupCommand,
  DeleteGroupCommand,
  ListUsersCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { numberedPeople } from '../../local/seed.ts';
import { onStage, type Stage } from '../support/acting.ts';
import { captureTable } from '../support/capture-table.ts';
import { captureWays } from '../support/capture-ways.ts';
import { deploy, eventually, quiet, rowOf, sweep } from '../support/deployed.ts';
import { ownPool } from '../support/user-pools.ts';

/** People who come or sign in for the first time, each with a Connect user of that name. */
const NEWCOMERS = [
  ...['invited', 'self-made', 'let-in', 'link-clicker', 'silent-clicker', 'taker'],
  ...['first-timer', 'led-by-hand', 'unnoticed', 'Okta_newcomer', 'Okta_regular', 'Okta_shadow'],
];
const JOINS = '`AdminAddUserToGroup`';
const DISSOLVES = '`DeleteGroup`: its members';

/** No trigger is attached, and no record arrives. */
let stage: Stage;
beforeAll(async () => {
  const deployed = await deploy(numberedPeople(28), {
    configuration: { scope: { kind: 'group', group: 'agents' }, connectRequestsPerSecond: 100 },
    prepare: async (local) => {
      const prepared = await ownPool({
        AliasAttributes: ['email'],
        UserAttributeUpdateSettings: { AttributesRequireVerificationBeforeUpdate: ['email'] },
      })(local);
      // Before the first sweep, which runs at once and needs the group of the scope.
      const UserPoolId = prepared.userPoolId;
      for (const GroupName of ['agents', 'others'])
        await local.cloud.call('cognito-idp', 'CreateGroup', { UserPoolId, GroupName }, { kind: 'account' });
      return prepared;
    },
  });
  stage = onStage(deployed);
  const { cloudtrail, connect } = stage.local.services;
  cloudtrail.admin.settings({ lose: 1 });
  connect.admin.settings({ quotas: { default: { ratePerSecond: 1_000, burst: 1_000 } } });
  connect.seedUsers(NEWCOMERS.map((Username) => ({ Username, IdentityInfo: { FirstName: 'New', LastName: 'Agent' } })));
});
afterAll(() => stage?.close());

const pool = () => ({ UserPoolId: stage.description.userPoolId });
const usersOfPool = async () => {
  const { Users = [] } = await stage.clients.cognito.send(new ListUsersCommand(pool()));
  return Users.map(({ Username = '', Attributes = [] }) => ({
    username: Username,
    sub: Attributes.find(({ Name }) => Name === 'sub')?.Value ?? '',
  }));
};
const join = (Username: string) =>
  stage.clients.cognito.send(new AdminAddUserToGroupCommand({ ...pool(), Username, GroupName: 'agents' }));
/** Runs a sweep; resolves to the subs that the worker has looked at for it, once it has. */
async function sweepAndLook(): Promise<readonly unknown[]> {
  const { pass, queued } = await sweep(stage);
  return eventually('a look at everybody who was queued', () => {
    const lines = stage.logLines('syncWorker').filter(({ eventIds }) => String(eventIds).includes(`${pass}-`));
    const looked = new Set(lines.map(({ sub }) => sub));
    return looked.size === queued && [...looked];
  });
}

it('with the sweep alone, the changes of the table arrive, and no others', async () => {
  let outsider = '';
  const nextOutsider = () => {
    const person = stage.nextPerson();
    outsider = person.username;
    return person;
  };
  const surroundings = { attach: async () => {}, known: async () => {} };
  const ways = captureWays(stage, surroundings);
  const joins = captureWays({ ...stage, nextPerson: nextOutsider }, surroundings)[JOINS];
  const rows = captureTable.filter(({ what }) => what !== DISSOLVES);
  const changes = new Map<string, () => Promise<string>>();
  for (const { what } of rows) {
    const change = await (what === JOINS ? joins : ways[what])?.();
    if (change !== undefined) changes.set(what, change);
  }
  const before = await usersOfPool();
  for (const { username } of before) if (username !== outsider) await join(username);
  await sweepAndLook();
  await quiet(stage);

  const subs = new Map<string, string>();
  for (const [what, change] of changes) subs.set(what, await change());
  const known = new Set(before.map(({ sub }) => sub));
  const newcomers = (await usersOfPool()).filter(({ sub }) => !known.has(sub));
  for (const { username } of newcomers) await join(username);
  const looked = await sweepAndLook();

  const found = rows.map(({ what }) => [what, looked.includes(subs.get(what)) ? 'yes' : '–']);
  expect(found).toEqual(rows.map((row) => [row.what, row.sweep]));
  const changed = new Set([...subs.values(), ...newcomers.map(({ sub }) => sub)]);
  expect(looked.filter((sub) => !changed.has(String(sub)))).toEqual([]);
});

it('a sweep finds that the group of the scope was deleted: every user is out of scope', async () => {
  const [{ sub = '' } = {}] = stage.description.users;
  await stage.clients.cognito.send(new DeleteGroupCommand({ ...pool(), GroupName: 'agents' }));

  const { why } = await sweep(stage);

  expect((why as Record<string, number>)['left-scope']).toBeGreaterThan(20);
  await rowOf(stage, sub, ({ status }) => status === 'out-of-scope');
  expect(stage.logLines('sweep').map(({ message }) => message)).toContain('no group to synchronize');
  expect(captureTable.find(({ what }) => what === DISSOLVES)?.sweep).toBe('yes');
});
