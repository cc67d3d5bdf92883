import { type ConnectClient, ListUsersCommand } from '@aws-sdk/client-connect';
import type { ListedConnectUser } from '../core/sweep/inventory.ts';
import type { Clock, ConnectUserList } from '../ports.ts';
import { pagesOf } from './pages.ts';
import { retryRead } from './retry-read.ts';
import { callRateLimited, type RateLimit } from './throttling/rate-limited-call.ts';

/** Most users in a page of Connect. */
const PAGE_SIZE = 1_000;

/**
 * Lists the users of an instance, page by page. Each page takes a slot of the shared rate limit. The client must not retry.
 *
 * @see https://docs.aws.amazon.com/connect/latest/APIReference/API_ListUsers.html
 */
export const createConnectUserList = (
  client: ConnectClient,
  InstanceId: string,
  rateLimit: RateLimit,
  clock: Clock,
): ConnectUserList => ({
  async users(deadline) {
    const connectUsers: ListedConnectUser[] = [];
    let calls = 0;
    const list = (NextToken: string | undefined) =>
      retryRead(clock, deadline, () => {
        calls += 1;
        const command = new ListUsersCommand({ InstanceId, MaxResults: PAGE_SIZE, NextToken });
        return callRateLimited(rateLimit, 'ListUsers', () => client.send(command), { deadline });
      });
    for await (const page of pagesOf(list, ({ NextToken }) => NextToken))
      for (const { Id, Username, LastModifiedTime } of page.UserSummaryList ?? [])
        if (Id && Username) connectUsers.push({ id: Id, username: Username, modifiedAt: LastModifiedTime?.getTime() });
    return { users: connectUsers, calls };
  },
});
