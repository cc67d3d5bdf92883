import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { createSyncTable } from '../lambda/adapters/dynamodb-sync-table.ts';
import { createChangeQueue } from '../lambda/adapters/sqs-change-queue.ts';
import type { LinkSeeded } from '../local/environment.ts';
import type { SeededUser } from '../local/seed.ts';

/** Up to so many people the worker itself links, at its own pace; more are written into the table as it would. */
const LINKED_BY_WORKER = 8;

/**
 * Brings seeded people to where the product brings everybody: linked, and in step. It is the worker that does it, asked
 * by a change for each, unless there are so many that its pace would keep everybody waiting.
 *
 * @throws {Error} when the worker has not done it within a minute, or `signal` aborts.
 */
export const linkSeeded: LinkSeeded = async (
  { endpoint, region, accessKeyId, secretAccessKey, ...target },
  users,
  signal,
) => {
  const config = { endpoint, region, credentials: { accessKeyId, secretAccessKey } };
  const clients = { dynamodb: new DynamoDBClient(config), sqs: new SQSClient(config) };
  const table = createSyncTable(clients.dynamodb, target.tableName, 'seed');
  const queue = createChangeQueue(clients.sqs, target.queueUrl, 5_000);
  const changeOf = (sub: string) => {
    const { userPoolId } = target;
    return { v: 1, userPoolId, sub, cause: 'operator', eventId: `seed-${sub}`, occurredAt: Date.now() } as const;
  };
  const link = async ({ sub, connectUserId }: SeededUser) => {
    if (users.length <= LINKED_BY_WORKER) return queue.send(changeOf(sub));
    const readAt = Date.now();
    await table.link(sub, connectUserId, readAt);
    const outcome = { status: 'unchanged', changed: [], withheld: [] } as const;
    await table.conclude(sub, { outcome, change: changeOf(sub), readAt, settled: true, emailSettled: true });
  };
  const remaining = users.values();
  const lane = async () => {
    for (const user of remaining) await link(user);
  };
  await Promise.all(Array.from({ length: 16 }, lane));
  const deadline = Date.now() + 60_000;
  for (const { sub, username } of users) {
    while ((await table.getUser(sub))?.syncedReadAt === undefined) {
      signal.throwIfAborted();
      if (Date.now() > deadline) throw new Error(`${username} was not linked within a minute.`);
      await sleep(20);
    }
  }
  for (const client of Object.values(clients)) client.destroy();
};
