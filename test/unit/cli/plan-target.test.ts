import { describe, expect, it } from 'vitest';
import type { Connections } from '../../../cli/connections.ts';
import { findTarget, type TargetOptions } from '../../../cli/plan/find-target.ts';
import { type Configuration, configurationSchema } from '../../../lib/configuration/configuration-schema.ts';
import { createTriggerWorld, POOL_ID } from './doubles.ts';

const INSTANCE_ARN = 'arn:aws:connect:eu-central-1:111122223333:instance/11111111-2222-3333-4444-555555555555';
const CONFIGURED: Configuration = configurationSchema.parse({
  userPoolId: POOL_ID,
  connectInstanceArn: INSTANCE_ARN,
  mode: 'observe',
  connectRequestsPerSecond: 5,
  cognitoListsPerSecond: 3,
});
const STACK = 'ConnectSync-Ab12Cd34E-11111111';
const WORKER = {
  QUEUE_URL: 'https://sqs.eu-west-1.amazonaws.com/111122223333/changes.fifo',
  DEAD_LETTER_QUEUE_URL: 'https://sqs.eu-west-1.amazonaws.com/111122223333/dead.fifo',
  TABLE_NAME: 'state',
  USER_POOL_ID: POOL_ID,
  CONNECT_INSTANCE_ID: 'instance-1',
  CONNECT_REGION: 'eu-west-1',
  CONNECT_REQUESTS_PER_SECOND: '1.95',
  POLICY: '{}',
};

/** @param deployed - names of the stacks there are. */
function start(deployed: readonly string[], options: Partial<TargetOptions> = {}, tablePool = POOL_ID) {
  const { deps, world } = createTriggerWorld();
  world.ours = [...deployed];
  world.environments.set('worker', WORKER);
  const connections = {
    region: 'eu-west-1',
    note: () => {},
    describeStack: async (name: string) =>
      deployed.includes(name)
        ? {
            status: 'CREATE_COMPLETE',
            outputs: { UserPoolId: POOL_ID, TableName: 'state', SyncWorkerFunctionName: 'worker' },
          }
        : undefined,
    stacks: deps.stacks,
    functions: deps.functions,
    tableOwner: async () => ({ userPoolId: tablePool, connectInstanceId: 'instance-1' }),
  } satisfies Partial<Connections> & { readonly note: () => void };
  return findTarget(connections, { json: false, configuration: undefined, atHand: () => undefined, ...options });
}

const OF_CONFIGURATION = {
  userPoolId: POOL_ID,
  instanceId: '11111111-2222-3333-4444-555555555555',
  region: 'eu-central-1',
  requestsPerSecond: 5,
  listsPerSecond: 3,
  tableName: undefined,
};

describe('what a plan is about', () => {
  it('is what the configuration at hand would make, where its stack does not exist yet', async () => {
    const target = await start([], { atHand: () => CONFIGURED });

    expect(target).toMatchObject(OF_CONFIGURATION);
    expect(target.policy.mode).toBe('observe');
  });

  it('is the deployment under its own policy, once the stack is there', async () => {
    const target = await start([STACK], { atHand: () => CONFIGURED });

    expect(target).toMatchObject({
      ...{ userPoolId: POOL_ID, instanceId: 'instance-1', region: 'eu-west-1' },
      ...{ requestsPerSecond: 1.95, tableName: 'state' },
    });
    expect(target.policy.mode).toBe('sync');
  });

  it('is the deployment under the policy of a file that is named', async () => {
    const target = await start([STACK], { configuration: CONFIGURED });

    expect(target).toMatchObject({ instanceId: 'instance-1', tableName: 'state' });
    expect(target.policy.mode).toBe('observe');
  });

  it('is the only deployment where there is no configuration', async () => {
    expect(await start([STACK])).toMatchObject({ tableName: 'state' });
  });

  it('is the stack that is named, whatever the configuration at hand', async () => {
    expect(await start(['Other'], { stack: 'Other', atHand: () => CONFIGURED })).toMatchObject({ tableName: 'state' });
    await expect(start([], { stack: 'Missing', atHand: () => CONFIGURED })).rejects.toThrow(
      'There is no stack Missing',
    );
  });

  it('is nothing where neither is found, or the pool is yet to be made', async () => {
    await expect(start([])).rejects.toThrow('There is no stack of the product');
    const created = configurationSchema.parse({ createUserPool: true, connectInstanceArn: INSTANCE_ARN });
    await expect(start([], { atHand: () => created })).rejects.toThrow('The configuration creates the user pool');
  });

  it('is never a table of another pool', async () => {
    await expect(start([STACK], {}, 'eu-west-1_Another01')).rejects.toThrow('belongs to the deployment');
  });
});
