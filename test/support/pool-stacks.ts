import type { CreateUserPoolRequest } from '@aws-sdk/client-cognito-identity-provider';
import type { Person } from '../../local/seed.ts';
import type { Clock } from '../../packages/local-cloud/clock.ts';
import { onStage, type Stage } from './acting.ts';
import { deployBeside } from './deploy-beside.ts';
import { type Deployed, deploy } from './deployed.ts';
import { attach, ownPool, POOL_TRIGGERS } from './user-pools.ts';

/** A new address does not count before it is verified. */
export const VERIFIED_FIRST = { AttributesRequireVerificationBeforeUpdate: ['email' as const] };

interface PoolKind {
  readonly people: readonly Person[];
  readonly pool: Partial<CreateUserPoolRequest>;
}

/** `count` people with the user names that a pool wants; more than the worker links itself, so they are linked at once. */
const people = (count: number, usernameOf: (index: number) => string): readonly Person[] =>
  Array.from({ length: count }, (_, index) => {
    const username = usernameOf(index + 1);
    const email = username.includes('@') ? username : `${username.replace('+', '')}@example.com`;
    return { username, firstName: 'Agent', lastName: `Number ${index + 1}`, email };
  });

const POOLS: Readonly<Record<string, PoolKind>> = {
  'user names': { people: people(24, (index) => `agent-${index}`), pool: {} },
  aliases: {
    people: people(9, (index) => `alias-${index}`),
    pool: { AliasAttributes: ['email', 'preferred_username'] },
  },
  addresses: { people: people(9, (index) => `mail-${index}@example.com`), pool: { UsernameAttributes: ['email'] } },
  'addresses or numbers': {
    people: people(9, (index) => (index % 2 ? `+120655501${10 + index}` : `either-${index}@example.com`)),
    pool: { UsernameAttributes: ['email', 'phone_number'] },
  },
};

/** What people sign in with, by kind of pool. */
export const POOL_KINDS = Object.keys(POOLS);

const prepare = ({ pool }: PoolKind) =>
  ownPool(
    {
      ...pool,
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
      UserAttributeUpdateSettings: VERIFIED_FIRST,
      Schema: [{ Name: 'agent', AttributeDataType: 'String', Mutable: true }],
    },
    { WriteAttributes: ['given_name', 'family_name', 'email', 'preferred_username'] },
  );

/** Makes a pool of each kind, deploys the product onto each, as stacks of one account, and attaches the triggers. */
export async function deployPools(clock: Clock): Promise<ReadonlyMap<string, Stage>> {
  const stacks = new Map<string, Stage>();
  let first: Deployed | undefined;
  for (const [kind, pool] of Object.entries(POOLS)) {
    first ??= await deploy(pool.people, {
      clock,
      configuration: {
        postAuthentication: true,
        connectRequestsPerSecond: 100,
        email: { trustedProviders: ['Okta'] },
        adoption: { rules: [{ kind: 'username' }, { kind: 'username', attribute: 'custom:agent' }] },
      },
      prepare: prepare(pool),
    });
    const isFirst = stacks.size === 0;
    const stack = isFirst
      ? first
      : await deployBeside(first, { ...(await prepare(pool)(first.local)), people: pool.people });
    stacks.set(kind, onStage(stack));
    await attach(stack, POOL_TRIGGERS);
  }
  first?.local.services.connect.admin.settings({ quotas: { default: { ratePerSecond: 1_000, burst: 1_000 } } });
  return stacks;
}
