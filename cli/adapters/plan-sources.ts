import type { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { type ConnectClient, SearchUsersCommand } from '@aws-sdk/client-connect';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createCognitoUserList } from '../../lambda/adapters/cognito-user-list.ts';
import { createUserPool } from '../../lambda/adapters/cognito-user-pool.ts';
import { createConnectDirectory } from '../../lambda/adapters/connect-directory.ts';
import { createConnectUserList } from '../../lambda/adapters/connect-user-list.ts';
import { readEmailBudget } from '../../lambda/adapters/dynamodb-email-budget.ts';
import { readExposureHistory } from '../../lambda/adapters/dynamodb-exposure.ts';
import { createRowList } from '../../lambda/adapters/dynamodb-row-list.ts';
import { pagesOf } from '../../lambda/adapters/pages.ts';
import { policyHashOf } from '../../lambda/adapters/policy-hash.ts';
import { retryRead } from '../../lambda/adapters/retry-read.ts';
import { createRateLimit } from '../../lambda/adapters/throttling/dynamodb-rate-limit.ts';
import { createProcessRateLimit } from '../../lambda/adapters/throttling/process-rate-limit.ts';
import { callRateLimited, type RateLimit } from '../../lambda/adapters/throttling/rate-limited-call.ts';
import type { Identity } from '../../lambda/core/identity/identity.ts';
import { NO_HISTORY } from '../../lambda/core/links/exposure.ts';
import type { Clock } from '../../lambda/ports.ts';
import type { KeptState, PlanSources, PlanTarget } from '../plan/ports.ts';
import { createUserTable } from './dynamodb-user-table.ts';

/** The most that a search gives at once. @see https://docs.aws.amazon.com/connect/latest/APIReference/API_SearchUsers.html */
const PAGE_SIZE = 500;

/** Clients for a plan: those that list and those that call Connect must not retry by themselves. */
export interface PlanClients {
  readonly cognito: CognitoIdentityProviderClient;
  readonly cognitoLists: CognitoIdentityProviderClient;
  readonly connect: ConnectClient;
  readonly dynamodb: DynamoDBClient;
}

/** Opens both sides and the table for reading. Without a table the rate limit holds for this process only. */
export function createPlanSources(
  { cognito, cognitoLists, connect, dynamodb }: PlanClients,
  { userPoolId, instanceId, policy, requestsPerSecond, listsPerSecond, tableName }: PlanTarget,
  clock: Clock,
): PlanSources {
  const rateLimit =
    tableName === undefined
      ? createProcessRateLimit(requestsPerSecond, clock)
      : createRateLimit(dynamodb, tableName, requestsPerSecond, clock);
  const directory = createConnectDirectory(connect, instanceId, rateLimit, clock.now);
  const surely = <Result>(read: () => Promise<Result>): Promise<Result> =>
    retryRead(clock, Number.POSITIVE_INFINITY, read);
  return {
    pool: {
      ...createCognitoUserList(cognitoLists, userPoolId, createProcessRateLimit(listsPerSecond, clock), clock),
      exposure: () => createUserPool(cognito, userPoolId, clock.now).exposure(),
    },
    connectList: createConnectUserList(connect, instanceId, rateLimit, clock),
    connectNames: (deadline) => searchNames(connect, instanceId, rateLimit, clock, deadline),
    connectReads: {
      identityManagementType: () => surely(() => directory.identityManagementType()),
      describeUser: (id) => surely(() => directory.describeUser(id)),
      securityProfileIds: (names) => surely(() => directory.securityProfileIds(names)),
      checkInstance: () => surely(() => directory.checkInstance()),
    },
    kept: tableName === undefined ? NOTHING_KEPT : createKeptState(dynamodb, tableName),
    policyHash: policyHashOf(policy),
  };
}

const NOTHING_KEPT: KeptState = {
  rowsAndClaims: async () => ({ rows: new Map(), claims: new Map() }),
  exposureHistory: async () => NO_HISTORY,
  findRow: async () => undefined,
  findClaim: async () => undefined,
  emailBudget: async () => new Set(),
};

function createKeptState(dynamodb: DynamoDBClient, tableName: string): KeptState {
  const { find, findClaim } = createUserTable(dynamodb, tableName);
  return {
    ...createRowList(dynamodb, tableName),
    exposureHistory: async () => (await readExposureHistory(dynamodb, tableName)).history,
    findRow: find,
    findClaim,
    emailBudget: (now) => readEmailBudget(dynamodb, tableName, now),
  };
}

async function searchNames(
  client: ConnectClient,
  InstanceId: string,
  rateLimit: RateLimit,
  clock: Clock,
  deadline: number,
) {
  const names = new Map<string, Identity>();
  let calls = 0;
  const search = (NextToken: string | undefined) =>
    retryRead(clock, deadline, () => {
      calls += 1;
      const command = new SearchUsersCommand({ InstanceId, MaxResults: PAGE_SIZE, NextToken });
      return callRateLimited(rateLimit, 'SearchUsers', () => client.send(command), { deadline });
    });
  for await (const page of pagesOf(search, ({ NextToken }) => NextToken))
    for (const { Id, IdentityInfo: { FirstName, LastName } = {} } of page.Users ?? [])
      if (Id) names.set(Id, { ...(FirstName && { FirstName }), ...(LastName && { LastName }) });
  return { names, calls };
}
