import { type ConnectClient, ListUsersCommand } from '@aws-sdk/client-connect';
import type { ListedAgent } from '../core/drift.ts';
import type { AgentList } from '../ports.ts';
import { callPaced, type Pace } from './paced-call.ts';

/** The most that Connect gives at once. */
const PAGE_SIZE = 1_000;

/**
 * Lists the users of an instance, page after page, each in its place in the shared pace. The client must not retry.
 *
 * @see https://docs.aws.amazon.com/connect/latest/APIReference/API_ListUsers.html
 */
export const createAgentList = (client: ConnectClient, InstanceId: string, pace: Pace): AgentList => ({
  async users() {
    const agents: ListedAgent[] = [];
    let NextToken: string | undefined;
    do {
      const page = await callPaced(pace, 'ListUsers', () =>
        client.send(new ListUsersCommand({ InstanceId, MaxResults: PAGE_SIZE, NextToken })),
      );
      for (const { Id, Username, LastModifiedTime } of page.UserSummaryList ?? [])
        if (Id && Username) agents.push({ id: Id, username: Username, modifiedAt: LastModifiedTime?.getTime() });
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
    return agents;
  },
});
