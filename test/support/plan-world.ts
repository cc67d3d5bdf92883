import type { SQSRecord } from 'aws-lambda';
import type { PlanSources, PlanTarget } from '../../cli/plan/ports.ts';
import { serializeChange } from '../../lambda/core/events/change.ts';
import { NO_HISTORY, type PoolExposure } from '../../lambda/core/links/exposure.ts';
import { policySchema } from '../../lambda/core/policy.ts';
import { type UserRow, userRowSchema } from '../../lambda/core/rows/user-row.ts';
import type { ReconciledRow } from '../../lambda/core/sweep/inventory.ts';
import type { CognitoUser, CognitoUserList, SweepStore } from '../../lambda/ports.ts';
import { createHandler as createSweep } from '../../lambda/sweep/handler.ts';
import { createHandler as createWorker } from '../../lambda/sync-worker/handler.ts';
import {
  createClock,
  createDirectory,
  createLogger,
  createMessages,
  createPool,
  createQueue,
  createRecorder,
  type DirectoryUser,
} from './ports.ts';
import { createTable } from './table.ts';

/** 2026-01-01T12:00:00Z. */
export const PLAN_NOW = 1_767_268_800_000;
const POOL_ID = 'eu-central-1_EXAMPLE00';
const POLICY_HASH = 'policy-1';

interface World {
  readonly users: readonly CognitoUser[];
  readonly agents: readonly DirectoryUser[];
  readonly rows?: readonly UserRow[];
  readonly policy?: object;
  readonly exposure?: Partial<PoolExposure>;
  /** Groups by user name. */
  readonly groups?: Readonly<Record<string, readonly string[]>>;
}

/** A pool, an instance and a table in memory, with the sweep and the worker of the product, and the sources of a plan. */
export function createPlanWorld({ users, agents, rows = [], policy: given = {}, exposure, groups = {} }: World) {
  const recorder = createRecorder();
  const clock = createClock(PLAN_NOW);
  const policy = policySchema.parse(given);
  const pool = createPool(recorder, users, exposure, groups);
  const directory = createDirectory(recorder, agents);
  const table = createTable(recorder, POLICY_HASH);
  const queue = createQueue(recorder);
  for (const row of rows) {
    table.rows.set(row.sub, { ...row });
    if (row.connectUserId !== undefined) table.claims.set(row.connectUserId, { sub: row.sub, claimedAt: PLAN_NOW });
  }
  const rowOf = (sub: string) => userRowSchema.safeParse(table.rows.get(sub)).data;
  const lists = createLists(users, groups);
  const connectUsers = async () => ({
    users: [...directory.users.values()].map(({ id, username, modifiedAt }) => ({ id, username, modifiedAt })),
    calls: 1,
  });
  const rowsAndClaims = async () => ({
    rows: new Map([...table.rows.keys()].map((sub): [string, ReconciledRow] => [sub, rowOf(sub) ?? {}])),
    claims: new Map([...table.claims].map(([id, { sub }]) => [id, sub])),
  });
  const { describeUser, identityManagementType, securityProfileIds, checkInstance } = directory;
  const sources: PlanSources = {
    pool: { ...lists, exposure: pool.exposure },
    connectList: { users: connectUsers },
    connectNames: async () => ({
      names: new Map(
        [...directory.users.values()].map(({ id, identity: { FirstName, LastName } }) => [
          id,
          { ...(FirstName && { FirstName }), ...(LastName && { LastName }) },
        ]),
      ),
      calls: 1,
    }),
    connectReads: { describeUser, identityManagementType, securityProfileIds, checkInstance },
    kept: {
      rowsAndClaims,
      exposureHistory: async () => NO_HISTORY,
      findRow: async (sub) => rowOf(sub),
      findClaim: async (connectUserId) => {
        const claim = table.claims.get(connectUserId);
        return claim && { connectUserId, ...claim };
      },
      emailBudget: async () => new Set(),
    },
    policyHash: POLICY_HASH,
  };
  const target: PlanTarget = {
    ...{ userPoolId: POOL_ID, instanceId: 'instance-1', region: 'eu-central-1', policy },
    ...{ requestsPerSecond: 1.95, listsPerSecond: 15, tableName: 'state' },
  };
  const kept: { version: number } & Partial<Awaited<ReturnType<SweepStore['read']>>> = { version: 0 };
  const logger = createLogger();
  const common = { policy, policyHash: POLICY_HASH, userPoolId: POOL_ID, clock, logger };
  const sweep = createSweep({
    ...common,
    pool: { ...lists, exposure: pool.exposure },
    directory: { users: connectUsers },
    table: {
      rowsAndClaims,
      rememberExposure: table.rememberExposure,
      keepCaseMatch: async (sub, match) => void table.caseMatches.set(sub, match),
    },
    store: {
      read: async () => ({ state: kept.state, version: kept.version }),
      async write(state, version) {
        Object.assign(kept, { state, version: version + 1 });
        return true;
      },
    },
    queue: { ...queue, depth: async () => ({ waiting: 0, hidden: 0 }) },
    sweepIntervalMs: 3_600_000,
    connectRequestsPerSecond: 1.95,
    cognitoListsPerSecond: 15,
  });
  let salts = 0;
  const worker = createWorker({
    ...common,
    pool,
    directory,
    table,
    messages: createMessages(recorder),
    newSalt: () => `salt-${++salts}`,
    random: () => 0.5,
  });
  const context = { getRemainingTimeInMillis: () => 870_000 };

  /** Runs one pass of the sweep, and the worker until no message is left. It also waits for delayed messages. */
  async function runPass(): Promise<void> {
    await sweep({ mode: 'now' }, context);
    let records = queue.sent.splice(0).map((change): SQSRecord => toRecord(serializeChange(change), change.sub));
    for (let round = 0; records.length > 0 && round < 20; round += 1) {
      const kept: SQSRecord[] = [];
      for (const record of records)
        if ((await worker({ Records: [record] }, context)).batchItemFailures.length > 0) kept.push(record);
      const delays = recorder.argsOf('messages.delay').map(([, seconds]) => Number(seconds));
      clock.advance(Math.max(60, ...delays) * 1_000);
      records = kept;
    }
  }
  return { recorder, clock, table, directory, pool, sources, target, rowOf, runPass };
}

function createLists(users: readonly CognitoUser[], groups: World['groups'] = {}): CognitoUserList {
  const end = { complete: true, calls: 1, skipped: [] };
  return {
    facts: async () => ({ estimatedUsers: users.length, generatedUsernames: false }),
    async users(_, visit) {
      for (const user of users) visit(user);
      return end;
    },
    async members(group, _, visit) {
      if (!Object.values(groups).some((names) => names.includes(group))) return undefined;
      for (const user of users) if (groups[user.username]?.includes(group)) visit(user);
      return end;
    },
    async found({ attribute, value }, _, visit) {
      for (const user of users)
        if (
          (attribute === 'sub' ? user.sub : attribute === 'username' ? user.username : user.attributes[attribute]) ===
          value
        )
          visit(user);
      return end;
    },
  };
}

const toRecord = (body: string, sub: string): SQSRecord => ({
  messageId: sub,
  receiptHandle: `receipt-${sub}`,
  body,
  attributes: {
    ApproximateReceiveCount: '1',
    SentTimestamp: String(PLAN_NOW),
    SenderId: 'sweep',
    ApproximateFirstReceiveTimestamp: String(PLAN_NOW),
    MessageGroupId: sub,
  },
  messageAttributes: {},
  md5OfBody: '',
  eventSource: 'aws:sqs',
  eventSourceARN: 'arn:aws:sqs:eu-central-1:111122223333:changes.fifo',
  awsRegion: 'eu-central-1',
});
