import { tmpdir } from 'node:os';
import type { User } from '@aws-sdk/client-connect';
import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stackNameOf } from '../../lib/configuration/deployment-identity.ts';
import { onStage, type Stage } from '../support/acting.ts';
import { runCli } from '../support/cli.ts';
import { deployBeside } from '../support/deploy-beside.ts';
import { type Deployed, deploy, eventually, rowOf } from '../support/deployed.ts';
import { ownPool } from '../support/user-pools.ts';

const ACCOUNT = { kind: 'account' } as const;
const CLOSED = { AdminCreateUserConfig: { AllowAdminCreateUserOnly: true } };

/** The four stacks, by pool and instance. */
type Pair = 'A1' | 'A2' | 'B1' | 'B2';
const PAIRS: readonly Pair[] = ['A1', 'A2', 'B1', 'B2'];

let stages: Readonly<Record<Pair, Stage>>;
let instanceIds: readonly [string, string];
const subs: Record<string, string> = {};
let first: Deployed;

beforeAll(async () => {
  first = await deploy([], { prepare: ownPool(CLOSED) });
  const { local, description } = first;
  const second = local.services.connect.createInstance({ alias: 'second-centre' });
  const otherPool = await ownPool(CLOSED)(local);
  const samePool = { configuration: { userPoolId: description.userPoolId } };
  stages = {
    A1: onStage(first),
    A2: onStage(await deployBeside(first, { ...samePool, connectInstanceArn: second.arn })),
    B1: onStage(await deployBeside(first, otherPool)),
    B2: onStage(await deployBeside(first, { ...otherPool, connectInstanceArn: second.arn })),
  };
  instanceIds = [description.connectInstanceId, second.id];
  for (const stage of Object.values(stages))
    await eventually('the first sweep', () =>
      stage.logLines('sweep').some(({ message }) => message === 'sweep finished'),
    );
  // Mary is of pool A and John of pool B, both in both instances; Anna is of pool A and in the first instance only.
  await hire('mary', stages.A1, instanceIds);
  await hire('john', stages.B1, instanceIds);
  await hire('anna', stages.A1, [instanceIds[0]]);
});
afterAll(async () => {
  await first?.close();
});

/** Makes a person in Connect instances and then in a pool, and waits until the stacks of the pool have dealt with it. */
async function hire(name: string, stage: Stage, instances: readonly string[]): Promise<void> {
  const email = `${name}@example.com`;
  first.local.services.connect.seedUsers(
    instances.map((InstanceId) => ({
      Username: name,
      InstanceId,
      IdentityInfo: { FirstName: name, LastName: 'Smith', Email: email },
    })),
  );
  const attributes = { given_name: name, family_name: 'Smith', email, email_verified: 'true' };
  subs[name] = await stage.create(name, attributes);
  const ofPool = Object.values(stages).filter(
    ({ description }) => description.userPoolId === stage.description.userPoolId,
  );
  for (const one of ofPool) await rowOf(one, subs[name], ({ status }) => status !== undefined);
}

/** First names in both instances. */
const shown = () =>
  instanceIds.map((instanceId) => {
    const { users } = first.local.services.connect.admin.users({ instanceId }) as { readonly users: readonly User[] };
    return Object.fromEntries(users.map(({ Username = '', IdentityInfo }) => [Username, IdentityInfo?.FirstName]));
  });

/** People whom a stack has a row for. */
const known = async ({ clients, description }: Stage) => {
  const { Items = [] } = await clients.dynamodb.send(new ScanCommand({ TableName: description.tableName }));
  return Object.keys(subs).filter((name) => Items.some(({ pk }) => pk?.S === `user#${subs[name]}`));
};

const nameOf = (pair: Pair): string => stackNameOf(stages[pair].description);
const statuses = async () => {
  const { Stacks } = await first.local.cloud.call<{
    readonly Stacks: readonly { readonly StackName: string; readonly StackStatus: string }[];
  }>('cloudformation', 'DescribeStacks', {}, ACCOUNT);
  return Object.fromEntries(Stacks.map(({ StackName, StackStatus }) => [StackName, StackStatus]));
};

describe('two pools and two instances in one account', () => {
  it('make four stacks with names of their own', async () => {
    expect(new Set(PAIRS.map(nameOf)).size).toBe(4);
    expect(await statuses()).toEqual(Object.fromEntries(PAIRS.map((pair) => [nameOf(pair), 'CREATE_COMPLETE'])));
  });

  it('know the people of their own pool, linked to the users of their own instance', async () => {
    expect(await Promise.all(PAIRS.map((pair) => known(stages[pair])))).toEqual([
      ['mary', 'anna'],
      ['mary', 'anna'],
      ['john'],
      ['john'],
    ]);
    const links = await Promise.all(
      PAIRS.map((pair) => rowOf(stages[pair], subs[pair[0] === 'A' ? 'mary' : 'john'] ?? '')),
    );
    expect(new Set(links.map(({ connectUserId }) => connectUserId)).size).toBe(4);
    expect(await rowOf(stages.A2, subs.anna ?? '')).toMatchObject({ status: 'unlinked' });
  });

  it('bring a change into both instances of the pool, and touch nothing of the other pool', async () => {
    await stages.A1.adminUpdate('mary', { given_name: 'Maria' });
    await stages.B1.adminUpdate('john', { given_name: 'Jan' });
    await stages.A1.adminUpdate('anna', { given_name: 'Anne' });

    await expect.poll(shown).toEqual([
      { mary: 'Maria', john: 'Jan', anna: 'Anne' },
      { mary: 'Maria', john: 'Jan' },
    ]);
    expect(await known(stages.B1)).toEqual(['john']);
    expect(await known(stages.A2)).toEqual(['mary', 'anna']);
  });

  it('are told apart by the command line, which asks for one and then takes it', async () => {
    const cli = (...args: readonly string[]) => runCli(args, { ...first.description, cwd: tmpdir() });

    const asked = await cli('status');
    const taken = await cli('status', '--stack', nameOf('B2'), '--json');

    expect(asked.exit).toBe(2);
    expect(asked.stderr).toMatch(/^There are 4 stacks of the product in .* Say with --stack which one is meant\.$/m);
    expect(PAIRS.map(nameOf).filter((name) => !asked.stderr.includes(name))).toEqual([]);
    expect(JSON.parse(taken.stdout)).toMatchObject({ users: 1 });
  });

  it('go one after the other, and those that are left work on', async () => {
    const expected = shown();
    const left = new Set(PAIRS);
    for (const gone of ['A1', 'B2', 'A2', 'B1'] as const) {
      await first.local.cloud.call('cloudformation', 'DeleteStack', { StackName: nameOf(gone) }, ACCOUNT);
      left.delete(gone);
      await expect
        .poll(statuses)
        .toEqual(Object.fromEntries([...left].map((pair) => [nameOf(pair), 'CREATE_COMPLETE'])));

      await stages.A1.adminUpdate('mary', { given_name: `Without ${gone}` });
      await stages.B1.adminUpdate('john', { given_name: `Without ${gone}` });

      for (const [index, instance] of expected.entries()) {
        if (left.has(index === 0 ? 'A1' : 'A2')) instance.mary = `Without ${gone}`;
        if (left.has(index === 0 ? 'B1' : 'B2')) instance.john = `Without ${gone}`;
      }
      await expect.poll(shown).toEqual(expected);
    }
    expect(expected).toEqual([
      { mary: 'Maria', john: 'Without A2', anna: 'Anne' },
      { mary: 'Without B2', john: 'Without A1' },
    ]);
  });
});
