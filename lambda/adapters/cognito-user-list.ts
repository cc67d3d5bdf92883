import {
  type CognitoIdentityProviderClient,
  ListUsersCommand,
  ListUsersInGroupCommand,
  type ListUsersInGroupResponse,
  type UserType,
} from '@aws-sdk/client-cognito-identity-provider';
import type { ListedUser } from '../core/drift.ts';
import { PermanentError } from '../core/errors.ts';
import type { PoolList } from '../ports.ts';
import { callAws } from './aws-errors.ts';

/** The most that Cognito gives at once. */
const PAGE_SIZE = 60;

/**
 * Lists the users of a pool, page after page: nobody counts as active for it, as `AdminGetUser` would have it.
 *
 * @see https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ListUsers.html
 */
export const createPoolList = (client: CognitoIdentityProviderClient, UserPoolId: string): PoolList => ({
  async users() {
    const users: ListedUser[] = [];
    let PaginationToken: string | undefined;
    do {
      const page = await callAws('cognito-idp:ListUsers', () =>
        client.send(new ListUsersCommand({ UserPoolId, Limit: PAGE_SIZE, PaginationToken })),
      );
      users.push(...(page.Users ?? []).map(toListedUser));
      PaginationToken = page.PaginationToken;
    } while (PaginationToken !== undefined);
    return users;
  },
  async membersOf(GroupName) {
    const members = new Set<string>();
    let NextToken: string | undefined;
    do {
      const page: ListUsersInGroupResponse | undefined = await callAws(
        'cognito-idp:ListUsersInGroup',
        () => client.send(new ListUsersInGroupCommand({ UserPoolId, GroupName, Limit: PAGE_SIZE, NextToken })),
        { ResourceNotFoundException: undefined },
      );
      if (page === undefined) return undefined;
      for (const user of page.Users ?? []) members.add(toListedUser(user).sub);
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
    return members;
  },
});

function toListedUser({ Username, Attributes = [], UserLastModifiedDate }: UserType): ListedUser {
  const attributes = Object.fromEntries(Attributes.map(({ Name = '', Value = '' }) => [Name, Value]));
  const { sub } = attributes;
  if (sub === undefined || Username === undefined || UserLastModifiedDate === undefined) {
    throw new PermanentError(
      'unexpected-answer',
      'A list of users has one without sub, Username or modification date.',
    );
  }
  return { sub, username: Username, attributes, modifiedAt: UserLastModifiedDate.getTime() };
}
