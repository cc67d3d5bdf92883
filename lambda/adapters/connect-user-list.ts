import { type ConnectClient, ListUsersCommand } from '@aws-sdk/client-connect';
import { TransientError } from '../core/errors.ts';
import type { ListedConnectUser } from '../core/inventory.ts';
import type { Clock, ConnectUserList } from '../ports.ts';
import { pagesOf } from './pages.ts';
import { callRateLimited, type RateLimit } from './rate-limited-call.ts';

/** Of one page. */
const MAX_ATTEMPTS = 5;
/** The most that Connect gives at once. */
const PAGE_SIZE = 1_000;

/**
 * Lists the users of an instance, page after page, each in its place in the shared rate limit. The client must not retry.
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
    const list = (NextToken: string | undefined) =>
      insist(clock, deadline, () =>
        callRateLimited(
          rateLimit,
          'ListUsers',
          () => client.send(new ListUsersCommand({ InstanceId, MaxResults: PAGE_SIZE, NextToken })),
          { deadline },
        ),
      );
    for await (const page of pagesOf(list, ({ NextToken }) => NextToken))
      for (const { Id, Username, LastModifiedTime } of page.UserSummaryList ?? [])
        if (Id && Username) connectUsers.push({ id: Id, username: Username, modifiedAt: LastModifiedTime?.getTime() });
    return connectUsers;
  },
});

/** One refusal in a hundred pages must not cost the list: each attempt takes its own place in the rate limit. */
async function insist<Page>(clock: Clock, deadline: number, read: () => Promise<Page>): Promise<Page> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await read();
    } catch (error) {
      if (!(error instanceof TransientError) || attempt === MAX_ATTEMPTS) throw error;
      const waitMs = error.retryAfterMs ?? attempt * 1_000;
      if (clock.now() + waitMs > deadline) throw error;
      await clock.sleep(waitMs);
    }
  }
}
