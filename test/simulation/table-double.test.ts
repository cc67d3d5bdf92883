import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createSyncTable } from '../../lambda/adapters/dynamodb-sync-table.ts';
import { createRateLimit } from '../../lambda/adapters/throttling/dynamodb-rate-limit.ts';
import type { Change } from '../../lambda/core/events/change.ts';
import type { SyncTable } from '../../lambda/ports.ts';
import { createTableDouble } from '../support/simulation/table.ts';
import { startDynamoDb } from '../unit/adapters/dynamodb.ts';

let dynamodb: Awaited<ReturnType<typeof startDynamoDb>>;
beforeAll(async () => {
  dynamodb = await startDynamoDb();
});
afterAll(() => dynamodb.stop());

const NOW = 1_767_268_800_000;
const sub = fc.constantFrom('11111111-1111-4111-8111-111111111111', '22222222-2222-4222-8222-222222222222');
const agent = fc.constantFrom('agent-1', 'agent-2');
const at = fc.constantFrom(NOW, NOW + 1_000, NOW + 1_000_000);
const digest = { salt: 'salt', hash: 'hash' };
const change = (of: string): Change => ({
  v: 1,
  userPoolId: 'eu-west-1_EXAMPLE',
  sub: of,
  cause: 'cloudtrail',
  eventId: 'event-1',
  occurredAt: NOW,
});

type Call = (table: SyncTable) => Promise<unknown>;
/** One call of the table; its text says which, should it fail. */
const call: fc.Arbitrary<Call> = fc.oneof(
  fc.tuple(sub, agent, at).map(
    ([who, whom, now]): Call =>
      (table) =>
        table.link(who, whom, now),
  ),
  fc.tuple(sub, agent).map(
    ([who, whom]): Call =>
      (table) =>
        table.unlink(who, whom),
  ),
  fc.tuple(sub, agent, at).map(
    ([who, whom, now]): Call =>
      (table) =>
        table.orphan(who, whom, now),
  ),
  fc.tuple(sub, at).map(
    ([who, now]): Call =>
      (table) =>
        table.noteMissing(who, now),
  ),
  fc.tuple(sub, at).map(
    ([who, now]): Call =>
      (table) =>
        table.noteConnectMissing(who, now),
  ),
  fc.tuple(sub, at).map(
    ([who, now]): Call =>
      async (table) => {
        // A write is noted only for a user with a row.
        await table.noteMissing(who, now);
        const { connectUserId, linkedAt } = (await table.getUser(who)) ?? {};
        const noted = await table.noteWrite(who, { connectUserId, linkedAt }, digest, now);
        await table.noteTry(who, { at: now, code: 'ThrottlingException', count: 1, nextAt: now + 1 });
        await table.noteShownEmail(who, { ...digest, at: now });
        return noted;
      },
  ),
  fc.tuple(sub, at, fc.integer({ min: 1, max: 2 })).map(
    ([who, now, most]): Call =>
      (table) =>
        table.spendEmailBudget(who, now, most),
  ),
  fc.tuple(sub, at, fc.boolean()).map(([who, readAt, held]): Call => {
    const withheld = [{ field: 'Email', kind: 'held', reason: 'first-email' }] as const;
    const outcome = { status: held ? 'held' : 'written', changed: [], withheld: held ? withheld : [] } as const;
    const holds = held ? { Email: digest } : undefined;
    return (table) =>
      table.conclude(who, {
        outcome,
        change: change(who),
        readAt,
        since: readAt,
        link: { connectUserId: undefined, linkedAt: undefined },
        synced: !held,
        emailSettled: true,
        holds,
        memory: held ? {} : { settled: digest, hadEmail: true },
      });
  }),
  sub.map(
    (who): Call =>
      (table) =>
        table.getUser(who),
  ),
  fc.tuple(sub, at).map(
    ([who, now]): Call =>
      (table) =>
        table.giveBackEmailBudget(who, now),
  ),
  sub.map(
    (who): Call =>
      (table) =>
        table.takeBackWrite(who, digest, { lastWriteAt: 1, lastWrite: undefined, writeAnswered: true }),
  ),
  fc.tuple(sub, at).map(
    ([who, readAt]): Call =>
      (table) =>
        table.concludeUnchanged(who, {
          ...{ settled: digest, status: 'unchanged', withheld: [] },
          change: change(who),
          readAt,
          since: readAt,
        }),
  ),
  fc.tuple(fc.boolean(), at).map(
    ([selfSignUp, now]): Call =>
      (table) =>
        table.rememberExposure({ selfSignUp, writableAttributes: new Set() }, ['custom:a'], now),
  ),
);

/** Stands in for the client of the SDK, as far as the adapters use it. */
const clientOf = ({ operations }: ReturnType<typeof createTableDouble>): DynamoDBClient => {
  const send = async (command: { readonly input: never }) => {
    const name = command.constructor.name.replace('Command', '') as keyof typeof operations;
    try {
      return operations[name](command.input);
    } catch (error) {
      const { code, status, members } = error as { code: string; status: number; members: object };
      throw Object.assign(new Error(code), { name: code, $metadata: { httpStatusCode: status }, ...members });
    }
  };
  return { send } as unknown as DynamoDBClient;
};

it('the table of the simulation answers as DynamoDB does, whatever the adapters ask of it', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(call, { minLength: 5, maxLength: 25 }), async (calls) => {
      const name = await dynamodb.createTable();
      const real = createSyncTable(dynamodb.client, name, 'policy');
      const double = createSyncTable(clientOf(createTableDouble()), name, 'policy');

      for (const one of calls) expect(await one(double)).toEqual(await one(real));
    }),
    { numRuns: 15 },
  );
});

it('the rate limit of the simulation moves as it does in DynamoDB', async () => {
  const name = await dynamodb.createTable();
  const double = createTableDouble();
  const waits: number[][] = [];
  for (const client of [dynamodb.client, clientOf(double)]) {
    const slept: number[] = [];
    const clock = { now: () => NOW, sleep: async (milliseconds: number) => void slept.push(milliseconds) };
    const [first, second] = [createRateLimit(client, name, 2, clock), createRateLimit(client, name, 2, clock)];
    for (let request = 0; request < 8; request += 1) await (request % 2 === 0 ? first : second).acquire('DescribeUser');
    await first.throttled('DescribeUser');
    waits.push(slept);
  }

  expect(waits[0]).toHaveLength(4);
  expect(waits[1]).toEqual(waits[0]);
  expect(double.get('rate-limit#DescribeUser')).toEqual(await dynamodb.read(name, 'rate-limit#DescribeUser'));
});
