import type { SQSBatchResponse, SQSRecord } from 'aws-lambda';
import { expect } from 'vitest';
import type { Change } from '../../../lambda/core/events/change.ts';
import type { IdentityManagementType } from '../../../lambda/core/identity/identity.ts';
import type { PoolExposure } from '../../../lambda/core/links/exposure.ts';
import { policySchema } from '../../../lambda/core/policy.ts';
import type { CognitoUser } from '../../../lambda/ports.ts';
import { createHandler } from '../../../lambda/sync-worker/handler.ts';
import {
  createClock,
  createDirectory,
  createLogger,
  createMessages,
  createPool,
  createRecorder,
  type DirectoryUser,
} from '../../support/ports.ts';
import { createTable } from '../../support/table.ts';

/** 2026-01-01T12:00:00Z. */
export const NOW = 1_767_268_800_000;
export const MINUTE = 60_000;
const POOL_ID = 'eu-central-1_EXAMPLE00';
export const SUB = '11111111-1111-4111-8111-111111111111';
export const OTHER_SUB = '22222222-2222-4222-8222-222222222222';

/** Mary married: Cognito says Jones. Changed ten seconds ago. */
export const MARY: CognitoUser = {
  sub: SUB,
  username: 'mary.user',
  attributes: {
    sub: SUB,
    given_name: 'Mary',
    family_name: 'Jones',
    email: 'mary.jones@example.com',
    email_verified: 'true',
  },
  modifiedAt: NOW - 10_000,
  createdAt: NOW - 100_000_000,
  providers: [],
};

/** Connect still says Smith. */
export const AGENT_MARY: DirectoryUser = {
  id: 'agent-mary',
  username: 'mary.user',
  identity: { FirstName: 'Mary', LastName: 'Smith', Email: 'mary.smith@example.com', Mobile: '+12065550100' },
  modifiedAt: NOW - 1_000_000,
};

/** Mary's row an hour after she was linked. */
export const LINKED = { sub: SUB, connectUserId: 'agent-mary', linkedAt: NOW - 60 * MINUTE };
/** What reaches Connect when her name changes and her address does not. */
export const NAMES_ONLY = {
  FirstName: 'Mary',
  LastName: 'Jones',
  Email: 'mary.smith@example.com',
  Mobile: '+12065550100',
};

/** A person whose Connect user shares nothing with Mary's. */
export const PETER: CognitoUser = {
  sub: OTHER_SUB,
  username: 'peter.user',
  attributes: { sub: OTHER_SUB, given_name: 'Peter', family_name: 'Miller' },
  modifiedAt: NOW - 10_000,
  createdAt: NOW - 100_000_000,
  providers: [],
};

const AGENT_PETER: DirectoryUser = {
  id: 'agent-peter',
  username: 'peter.user',
  identity: { FirstName: 'Peter', LastName: 'Baker', Email: 'peter.baker@example.com' },
};

/** Mary with other attributes; `undefined` takes one away. */
export function maryWith(
  attributes: Readonly<Record<string, string | undefined>>,
  rest: Partial<CognitoUser> = {},
): CognitoUser {
  const all = Object.entries({ ...MARY.attributes, ...attributes });
  const kept = all.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
  return { ...MARY, ...rest, attributes: Object.fromEntries(kept) };
}

/** What belongs into no log line, no row and no queue. */
const PERSONAL = /Mary|Jones|Smith|Peter|Miller|Baker|mary\.|peter\.|@example|\+1206|client-metadata/;

interface World {
  readonly users?: readonly CognitoUser[];
  readonly agents?: readonly DirectoryUser[];
  /** Row of Mary; linked to her agent an hour ago unless said otherwise; `null` for none. */
  readonly row?: Readonly<Record<string, unknown>> | null;
  readonly policy?: object;
  readonly policyHash?: string;
  readonly exposure?: Partial<PoolExposure>;
  /** Groups by user name. */
  readonly groups?: Readonly<Record<string, readonly string[]>>;
  readonly type?: IdentityManagementType;
  readonly random?: number;
  /** What is left of the invocation, milliseconds. */
  readonly remainingMs?: number;
  /** What happens while the worker waits for its second look. */
  readonly onSleep?: (world: { readonly users: Map<string, CognitoUser> }) => void;
}

/** A worker with its world in memory: Mary and Peter in both services, Mary linked. */
export function startWorker({
  users = [MARY, PETER],
  agents = [AGENT_MARY, AGENT_PETER],
  row = { sub: SUB, connectUserId: 'agent-mary', linkedAt: NOW - 60 * MINUTE },
  policy = {},
  policyHash = 'policy-1',
  exposure = {},
  groups = {},
  type = 'CONNECT_MANAGED',
  random = 0.5,
  remainingMs = 30_000,
  onSleep,
}: World = {}) {
  const recorder = createRecorder();
  const pool = createPool(recorder, users, exposure, groups, () => clock.now());
  const directory = createDirectory(recorder, agents, { type });
  const table = createTable(recorder);
  if (row !== null) {
    table.rows.set(SUB, row);
    if (typeof row.connectUserId === 'string') table.claims.set(row.connectUserId, { sub: SUB, claimedAt: NOW });
  }
  let salts = 0;
  const clock = createClock(NOW, () => onSleep?.(pool));
  const logger = createLogger();
  const handler = createHandler({
    pool,
    directory,
    table,
    messages: createMessages(recorder),
    logger,
    clock,
    policy: policySchema.parse(policy),
    policyHash,
    newSalt: () => `salt-${++salts}`,
    userPoolId: POOL_ID,
    random: () => random,
  });

  const context = { getRemainingTimeInMillis: () => remainingMs };
  const handle = (...records: readonly SQSRecord[]): Promise<SQSBatchResponse> =>
    handler({ Records: [...records] }, context);
  /** Hands a batch to the worker; afterwards nothing it wrote anywhere may tell of a person. */
  const deliver = async (...records: readonly SQSRecord[]): Promise<SQSBatchResponse> => {
    const response = await handle(...records);
    expectNothingPersonal();
    return response;
  };
  const expectNothingPersonal = () => {
    const written = recorder.calls.filter(({ name }) => name.startsWith('table.') || name.startsWith('messages.'));
    const everything = [logger.lines, written, [...table.rows.values()]];
    expect(JSON.stringify(everything)).not.toMatch(PERSONAL);
  };
  const calls = (port: string) => recorder.calls.map(({ name }) => name).filter((name) => name.startsWith(`${port}.`));
  /** Identities written to Connect, oldest first. */
  const writes = () => recorder.argsOf('directory.updateIdentity').map(([, identity]) => identity);
  return { recorder, pool, directory, table, clock, logger, handle, deliver, calls, writes };
}

/** A FIFO message with a change, received for the first time. */
export function message(
  id: string,
  change: Partial<Change> = {},
  { receiveCount = 1, firstReceivedAt = NOW, body = undefined as string | undefined } = {},
): SQSRecord {
  const whole: Change = {
    v: 1,
    userPoolId: POOL_ID,
    sub: SUB,
    cause: 'cloudtrail',
    eventId: `event-${id}`,
    occurredAt: NOW - 10_000,
    ...change,
  };
  return {
    messageId: id,
    receiptHandle: `receipt-${id}`,
    body: body ?? JSON.stringify(whole),
    attributes: {
      ApproximateReceiveCount: String(receiveCount),
      SentTimestamp: String(firstReceivedAt),
      SenderId: 'AROAEXAMPLE:change-intake',
      ApproximateFirstReceiveTimestamp: String(firstReceivedAt),
      MessageGroupId: whole.sub,
    },
    messageAttributes: {},
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:eu-central-1:111122223333:changes.fifo',
    awsRegion: 'eu-central-1',
  };
}
