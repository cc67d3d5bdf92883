import { createUserTable } from '../../../../cli/adapters/dynamodb-user-table.ts';
import { rememberSettings } from '../../../../cli/deployment/remember-settings.ts';
import { RefusedError } from '../../../../cli/exit.ts';
import { createTerminal } from '../../../../cli/terminal/terminal.ts';
import type { PoolUsers, UserTable } from '../../../../cli/users/ports.ts';
import { type ReleaseDeps, release } from '../../../../cli/users/release.ts';
import { syncWorkerEnv } from '../../../../lambda/config.ts';
import { ConfigError } from '../../../../lambda/core/failures/errors.ts';
import { holdIdOf } from '../../../../lambda/core/holds/hold-digests.ts';
import { matches } from '../../../../lambda/core/rows/digest.ts';
import { people } from '../actions.ts';
import type { World } from '../world.ts';
import { createDirectClient } from './direct-client.ts';
import { isForeign } from './foreign.ts';

/** A held value that the operator was shown, by the id of the hold. */
interface Seen {
  readonly sub: string;
  readonly holdId: string;
  /** What Cognito had at that moment. */
  readonly value: string;
}

/** Fields of a held address. */
const ADDRESSES = ['Email', 'SecondaryEmail'] as const;
const EMPTY_SETTINGS = { AllowAdminCreateUserOnly: true };

/** A person with the command line of the product, who looks at holds, and releases and links now and then. */
export function createOperator(world: World) {
  const { userPoolId: UserPoolId, clock, services } = world;
  const cognito = <Output>(operation: string, input: object) => services.call<Output>('cognito-idp', operation, input);
  const table: UserTable = {
    ...createUserTable(createDirectClient(world.table), 'state'),
    now: async () => Math.floor(clock.now() / 1_000) * 1_000,
  };
  const users = async () =>
    (await people(world)).map(({ username, sub, attributes }) => ({
      ...{ sub, username, attributes: Object.fromEntries(attributes), modifiedAt: 0, providers: [] },
    }));
  const pool: PoolUsers = {
    having: async (attribute, value) =>
      (await users()).filter(({ sub, username }) => (attribute === 'username' ? username : sub) === value),
    named: async () => undefined,
    signInRules: async () => ({ ignoresCase: false, byAddress: false, selfSignUp: false, preSignUp: false }),
  };
  const workerSettings = syncWorkerEnv.parse({
    ...{ QUEUE_URL: services.queues.changes, DEAD_LETTER_QUEUE_URL: services.queues.dead, TABLE_NAME: 'state' },
    ...{ USER_POOL_ID: UserPoolId, CONNECT_INSTANCE_ID: services.connect.instance.id, CONNECT_REGION: 'eu-west-1' },
    ...{ CONNECT_REQUESTS_PER_SECOND: '1.95', POLICY: JSON.stringify(world.policy) },
  });
  const nothing = () => {};
  const remember = (signUp: { readonly selfSignUp: boolean; readonly preSignUp: boolean }) =>
    rememberSettings(
      {
        table,
        workerSettings: async () => workerSettings,
        openSettings: () => Promise.reject(new Error('No rule of a simulation reads an attribute.')),
      },
      signUp,
    );
  const deps: ReleaseDeps = {
    ...{ table, pool, remember, userPoolId: UserPoolId, now: clock.now, sleep: async () => {} },
    queue: { send: async ({ sub }) => world.send(sub) },
    caller: async () => 'arn:aws:sts::111122223333:assumed-role/Operator/oscar',
    workerSettings: async () => workerSettings,
    terminal: createTerminal({ out: nothing, note: nothing }),
    signal: new AbortController().signal,
  };
  const strangers = new Set<string>();
  const linked = new Set<string>();
  const released = new Set<string>();
  let seen: readonly Seen[] = [];

  const readDoors = async () => {
    const { UserPool } = await cognito<{
      readonly UserPool: {
        readonly AdminCreateUserConfig?: typeof EMPTY_SETTINGS;
        readonly LambdaConfig?: { readonly PreSignUp?: string };
        readonly [name: string]: unknown;
      };
    }>('DescribeUserPool', { UserPoolId });
    // What `connect-sync trigger show` does.
    await remember({
      selfSignUp: UserPool.AdminCreateUserConfig?.AllowAdminCreateUserOnly !== true,
      preSignUp: UserPool.LambdaConfig?.PreSignUp !== undefined,
    });
    return UserPool;
  };
  return {
    /** Subs of accounts that strangers have signed up. */
    strangers,
    /** Subs whom the operator has linked. */
    linked,
    /** Whether the operator has released this very value for this user. */
    hasReleased: (sub: string, value: string) => released.has(`${sub} ${value}`),
    async isStranger(username: string) {
      return (await people(world)).some((user) => user.username === username && strangers.has(user.sub));
    },
    async setSignUp(open: boolean) {
      // Before and after: what the operator does not look at, the product cannot know.
      const { LambdaConfig, AutoVerifiedAttributes, UserAttributeUpdateSettings } = await readDoors();
      await cognito('UpdateUserPool', {
        ...{ UserPoolId, LambdaConfig, AutoVerifiedAttributes },
        ...(UserAttributeUpdateSettings !== undefined && { UserAttributeUpdateSettings }),
        AdminCreateUserConfig: { AllowAdminCreateUserOnly: !open },
      });
      await readDoors();
    },
    async look() {
      const present = await people(world);
      seen = world.table.all('user#').flatMap(({ sub, holds = {} }) => {
        const value = present.find((user) => user.sub === sub)?.attributes.get('email');
        const held = holds as Readonly<Partial<Record<string, { readonly salt: string; readonly hash: string }>>>;
        return ADDRESSES.flatMap((field) => {
          const digest = held[field];
          return digest && value !== undefined && matches(digest, value)
            ? [{ sub: String(sub), holdId: holdIdOf(digest), value }]
            : [];
        });
      });
    },
    async release(careless: boolean) {
      for (const { sub, holdId, value } of seen) {
        if (isForeign(value) && !careless) continue;
        // Before the worker can act on it.
        const before = released.has(`${sub} ${value}`);
        released.add(`${sub} ${value}`);
        try {
          await release(deps, { user: sub, apply: true, json: true, holds: [holdId], waitMs: 0 });
        } catch (error) {
          if (!(error instanceof RefusedError || error instanceof ConfigError)) throw error;
          if (!before) released.delete(`${sub} ${value}`);
        }
      }
    },
    async link(username: string) {
      const sub = (await people(world)).find((user) => user.username === username)?.sub;
      const { users: agents } = services.connect.admin.users() as {
        readonly users: readonly { readonly Id: string; readonly Username: string }[];
      };
      const agent = agents.find(({ Username }) => Username === username);
      if (sub === undefined || agent === undefined) return;
      linked.add(sub);
      await table.link(sub, agent.Id, clock.now());
      await world.send(sub);
    },
  };
}

/** See {@link createOperator}. */
export type Operator = ReturnType<typeof createOperator>;
