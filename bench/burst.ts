import type { User } from '@aws-sdk/client-connect';
import { type Product, startProduct } from './harness/product.ts';
import { optimumSeconds, type QuotaServer, startQuotaServer } from './harness/quota-server.ts';
import { type Goal, percent, type Question, type Table } from './harness/report.ts';
import { runWrites } from './harness/run-writes.ts';
import { inVirtualTime } from './harness/virtual-time.ts';
import { sdk, sharedInMemory, type Way, type Write } from './harness/ways.ts';

const USERS = 100;
const CHANGES = 500;
/** Changes after a quiet time, for the last goal. */
const FEW = 10;
const GOALS = { writes: 105, seconds: 55, fewSeconds: 1 };

interface Outcome {
  readonly name: string;
  readonly accepted: number;
  readonly refused: number;
  /** Until the last write was in Connect. */
  readonly seconds: number;
  /** Users whom Connect knows by an older name than the pool. */
  readonly stale: number;
}

/** Every change carries its value: what the next way does with it decides. */
const NAIVE: readonly { readonly name: string; readonly way: Way; readonly workers: number }[] = [
  { name: 'value in the message, SDK standard, 10 workers', way: sdk('standard'), workers: 10 },
  { name: 'value in the message, SDK standard, 2 workers', way: sdk('standard'), workers: 2 },
  { name: 'value in the message, SDK adaptive, 2 workers', way: sdk('adaptive'), workers: 2 },
  { name: 'value in the message, shared rate limit, 1 worker in order', way: sharedInMemory, workers: 1 },
];

/** What do 500 changes of 100 users cost that come at once, and how soon is the pool in step after a few? */
export const benchBurst: Question = async (progress) => {
  const server = await startQuotaServer();
  try {
    const outcomes: Outcome[] = [];
    for (const { name, way, workers } of NAIVE) {
      outcomes.push(await runNaive(server, name, way, workers));
      progress(JSON.stringify(outcomes.at(-1)));
    }
    const product = await inVirtualTime(async (time) => {
      const started = await startProduct(time, USERS);
      const outcome = await watch(started, time.now, '**the product**: only who changed, 2 workers', async () => {
        for (let change = 0; change < CHANGES; change += 1) {
          const user = started.users[change % USERS];
          if (user !== undefined) await started.rename(user, nameOf(change));
        }
      });
      await started.close();
      return outcome;
    });
    outcomes.push(product);
    progress(JSON.stringify(product));
    const few = await inVirtualTime(async (time) => {
      const started = await startProduct(time, FEW);
      await time.sleep(60_000);
      const outcome = await watch(started, time.now, '', async () => {
        for (const [index, user] of started.users.entries()) await started.rename(user, nameOf(index));
      });
      await started.close();
      return outcome;
    });
    return { tables: [toTable(outcomes)], goals: goalsOf(product, few) };
  } finally {
    await server.close();
  }
};

const nameOf = (change: number): string => `Name ${change}`;

async function runNaive(server: QuotaServer, name: string, way: Way, workers: number): Promise<Outcome> {
  const writes = Array.from(
    { length: CHANGES },
    (_, change): Write => ({
      user: `user-${change % USERS}`,
      name: nameOf(change),
    }),
  );
  const { seconds, calls } = await runWrites({ server, way, workers, writes });
  const last = new Map(writes.map((write) => [write.user, write.name]));
  const stale = [...last].filter(([user, wanted]) => server.names.get(user) !== wanted).length;
  return { name, accepted: CHANGES, refused: calls - CHANGES, seconds, stale };
}

/** Makes changes and lets the product work them off. */
async function watch(product: Product, now: () => number, name: string, change: () => Promise<void>): Promise<Outcome> {
  const { local, drain } = product;
  let accepted = 0;
  let lastAt = 0;
  const startedAt = now();
  const stop = local.services.connect.onChange(() => {
    accepted += 1;
    lastAt = now();
  });
  await change();
  await drain();
  stop();
  const stats = (await (await fetch(`${local.endpoint}/_local/stats`)).json()) as {
    readonly calls: Readonly<Record<string, Readonly<Record<string, number>>>>;
  };
  const refused = ['DescribeUser', 'UpdateUserIdentityInfo'].map(
    (operation) => stats.calls[`connect.${operation}`]?.['429'] ?? 0,
  );
  return {
    name,
    accepted,
    refused: refused.reduce((sum, count) => sum + count, 0),
    seconds: (lastAt - startedAt) / 1_000,
    stale: await countStale(product),
  };
}

/** Compares the two services user by user, beside their APIs. */
async function countStale({ local, users, firstNameOf }: Product): Promise<number> {
  const { users: agents } = local.services.connect.admin.users() as { readonly users: readonly User[] };
  const names = new Map(agents.map(({ Id, IdentityInfo }) => [Id, IdentityInfo?.FirstName]));
  const wanted = await Promise.all(users.map(firstNameOf));
  return users.filter(({ connectUserId }, index) => names.get(connectUserId) !== wanted[index]).length;
}

const toTable = (outcomes: readonly Outcome[]): Table => ({
  caption: `${CHANGES} changes of ${USERS} users at once (optimum: ${optimumSeconds(USERS)} s for one write each)`,
  columns: ['way', 'writes', 'calls refused', 'seconds', 'users left on an older value'],
  rows: outcomes.map(({ name, accepted, refused, seconds, stale }) => [
    name,
    String(accepted),
    `${refused} (${percent(refused / (accepted + refused), 0)})`,
    seconds.toFixed(1),
    String(stale),
  ]),
});

function goalsOf(product: Outcome, few: Outcome): readonly Goal[] {
  const behind = few.seconds - optimumSeconds(FEW);
  return [
    {
      goal: `at most ${GOALS.writes} writes`,
      measured: `${product.accepted}, ${product.refused} calls refused`,
      met: product.accepted <= GOALS.writes,
    },
    {
      goal: `at most ${GOALS.seconds} s`,
      measured: `${product.seconds.toFixed(1)} s`,
      met: product.seconds <= GOALS.seconds,
    },
    { goal: 'no user left on an older value', measured: String(product.stale), met: product.stale === 0 },
    {
      goal: `${FEW} changes after a quiet time: the last within ${GOALS.fewSeconds} s of the optimum`,
      measured: `${behind.toFixed(2)} s behind ${optimumSeconds(FEW)} s`,
      met: behind <= GOALS.fewSeconds && few.accepted === FEW && few.stale === 0,
    },
  ];
}
