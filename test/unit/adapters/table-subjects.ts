import { createSyncTable } from '../../../lambda/adapters/dynamodb-sync-table.ts';
import type { Change } from '../../../lambda/core/events/change.ts';
import { summarize } from '../../../lambda/core/outcome.ts';
import type { UserRow } from '../../../lambda/core/rows/user-row.ts';
import type { Conclusion, SyncTable } from '../../../lambda/ports.ts';
import { createRecorder } from '../../support/ports.ts';
import { createTable } from '../../support/table.ts';
import type { startDynamoDb } from './dynamodb.ts';

type DynamoDbOfTests = Awaited<ReturnType<typeof startDynamoDb>>;

/** The time of these tests, milliseconds since the epoch. */
export const NOW = 1_767_268_800_000;
/** Milliseconds. */
export const QUARTER_HOUR = 900_000;
/** Subs of three users. */
export const [ANN, BOB, CAROL] = ['sub-ann', 'sub-bob', 'sub-carol'];
/** A salted digest. */
export const DIGEST = { salt: 'salt', hash: 'hash' };
/** A change of the first user. */
export const CHANGE: Change = {
  v: 1,
  userPoolId: 'eu-central-1_EXAMPLE00',
  sub: ANN,
  cause: 'cloudtrail',
  eventId: 'event-1',
  occurredAt: NOW - 1_000,
};
/** A conclusion about the first user. */
export const concluded = (more: Partial<Conclusion> = {}): Conclusion => ({
  outcome: summarize(['LastName'], []),
  change: CHANGE,
  readAt: NOW,
  link: { connectUserId: undefined, linkedAt: undefined },
  since: NOW,
  synced: true,
  cognitoModifiedAt: NOW - 2_000,
  ...more,
});

/** A link as conclusions name it. */
export const LINK = { connectUserId: 'agent-1', linkedAt: NOW };

/** Concludes about the link that the row has. */
export const concludeAsRead = async (table: SyncTable, sub: string, conclusion: Conclusion): Promise<boolean> => {
  const { connectUserId, linkedAt } = (await table.getUser(sub)) ?? {};
  return table.conclude(sub, { ...conclusion, link: { connectUserId, linkedAt } });
};

/** A table, and what a test sees of it from outside. */
export interface Subject {
  readonly table: SyncTable;
  row(sub: string): Promise<Readonly<Record<string, unknown>> | undefined>;
  claim(connectUserId: string): Promise<unknown>;
  /** Puts members into a row that other programs write. */
  writeRow(row: UserRow): Promise<void>;
}

const without = (name: string, row: Readonly<Record<string, unknown>> | undefined) =>
  row && Object.fromEntries(Object.entries(row).filter(([member]) => member !== name));

/** Opens the table in DynamoDB and the double that other tests use; both have to pass the same tests. */
export const tableSubjects = (dynamoDb: () => DynamoDbOfTests): readonly [string, () => Promise<Subject>][] => [
  [
    'DynamoDB',
    async () => {
      const name = await dynamoDb().createTable();
      const table = createSyncTable(dynamoDb().client, name, 'policy-1');
      return {
        table,
        row: async (sub) => without('pk', await dynamoDb().read(name, `user#${sub}`)),
        claim: async (id) => without('pk', await dynamoDb().read(name, `claim#${id}`)),
        writeRow: (row) => dynamoDb().write(name, { ...(row as object), pk: `user#${row.sub}` }),
      };
    },
  ],
  [
    'the double that other tests use',
    async () => {
      const table = createTable(createRecorder());
      return {
        table,
        row: async (sub) => table.rows.get(sub),
        claim: async (id) => table.claims.get(id),
        writeRow: async (row) => {
          table.rows.set(row.sub, { ...row });
        },
      };
    },
  ],
];
