import { type ConnectClient, ListUsersCommand } from '@aws-sdk/client-connect';
import type { ListedAgent } from '../core/drift.ts';
import { TransientError } from '../core/errors.ts';
import type { AgentList, Clock } from '../ports.ts';
import { callPaced, type Pace } from './paced-call.ts';

/** Of one page. */
const MAX_ATTEMPTS = 5;
/** The most that Connect gives at once. */
const PAGE_SIZE = 1_000;

/**
 * Lists the users of an instance, page after page, each in its place in the shared pace. The client must not retry.
 *
 * @see https://docs.aws.amazon.com/connect/latest/APIReference/API_ListUsers.html
 */
export const createAgentList = (client: ConnectClient, InstanceId: string, pace: Pace, clock: Clock): AgentList => ({
  async users(deadline) {
    const agents: ListedAgent[] = [];
    let NextToken: string | undefined;
    do {
      const page = await insist(clock, deadline, () =>
        callPaced(
          pace,
          'ListUsers',
          () => client.send(new ListUsersCommand({ InstanceId, MaxResults: PAGE_SIZE, NextToken })),
          { deadline },
        ),
      );
      for (const { Id, Username, LastModifiedTime } of page.UserSummaryList ?? [])
        if (Id && Username) agents.push({ id: Id, username: Username, modifiedAt: LastModifiedTime?.getTime() });
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
    return agents;
  },
});

/** One refusal in a hundred pages must not cost the list: each attempt takes its own place in the pace. */
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
