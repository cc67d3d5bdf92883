import {
  type ConnectClient,
  DescribeInstanceCommand,
  DescribeUserCommand,
  ListUsersCommand,
  type ListUsersCommandOutput,
  SearchUsersCommand,
  type SearchUsersCommandOutput,
} from '@aws-sdk/client-connect';
import { retryRead } from '../../lambda/adapters/retry-read.ts';
import { callRateLimited, type RateLimit } from '../../lambda/adapters/throttling/rate-limited-call.ts';
import { PermanentError } from '../../lambda/core/failures/errors.ts';
import { IDENTITY_FIELDS } from '../../lambda/core/identity/identity.ts';
import type { Clock } from '../../lambda/ports.ts';
import type { ConnectUsers } from '../users/ports.ts';

/** A call is not made again later than this: a person waits. */
const ANSWER_WITHIN_MS = 60_000;

/**
 * The users of one Connect instance, read at the shared rate limit. A call that fails for a moment is made again, in a slot
 * of its own.
 */
export function createConnectUsers(
  client: ConnectClient,
  InstanceId: string,
  rateLimit: RateLimit,
  clock: Clock,
): ConnectUsers {
  const call: typeof callRateLimited = (...args) =>
    retryRead(clock, clock.now() + ANSWER_WITHIN_MS, () => callRateLimited(...args));
  return {
    async describe(UserId) {
      const answer = await call(
        rateLimit,
        'DescribeUser',
        () => client.send(new DescribeUserCommand({ InstanceId, UserId })),
        { expected: { ResourceNotFoundException: undefined } },
      );
      if (answer === undefined) return undefined;
      const { Username, IdentityInfo } = answer.User ?? {};
      if (Username === undefined)
        throw new PermanentError('unexpected-answer', 'DescribeUser answered without a user name.');
      const identity = Object.fromEntries(
        IDENTITY_FIELDS.flatMap((field) => (IdentityInfo?.[field] ? [[field, IdentityInfo[field]]] : [])),
      );
      return { id: UserId, username: Username, identity };
    },
    async idsByUsername(username) {
      const SearchCriteria = {
        StringCondition: { FieldName: 'Username', Value: username, ComparisonType: 'EXACT' as const },
      };
      const ids: string[] = [];
      let NextToken: string | undefined;
      do {
        const page: SearchUsersCommandOutput = await call(rateLimit, 'SearchUsers', () =>
          client.send(new SearchUsersCommand({ InstanceId, SearchCriteria, NextToken })),
        );
        // Whether EXACT ignores case is not documented; Connect user names are case-sensitive.
        for (const { Id, Username } of page.Users ?? []) if (Id !== undefined && Username === username) ids.push(Id);
        NextToken = page.NextToken || undefined;
      } while (NextToken !== undefined);
      return ids;
    },
    async allIdsByUsername() {
      const ids = new Map<string, string[]>();
      let NextToken: string | undefined;
      do {
        const page: ListUsersCommandOutput = await call(rateLimit, 'ListUsers', () =>
          client.send(new ListUsersCommand({ InstanceId, MaxResults: 1_000, NextToken })),
        );
        for (const { Id, Username } of page.UserSummaryList ?? [])
          if (Id !== undefined && Username !== undefined) ids.set(Username, [...(ids.get(Username) ?? []), Id]);
        NextToken = page.NextToken || undefined;
      } while (NextToken !== undefined);
      return ids;
    },
    async identityManagementType() {
      const { Instance } = await call(rateLimit, 'DescribeInstance', () =>
        client.send(new DescribeInstanceCommand({ InstanceId })),
      );
      return Instance?.IdentityManagementType;
    },
  };
}
