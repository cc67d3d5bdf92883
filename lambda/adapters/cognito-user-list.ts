import {
  type CognitoIdentityProviderClient,
  ListUsersCommand,
  ListUsersInGroupCommand,
  type ListUsersInGroupResponse,
  type UserType,
} from '@aws-sdk/client-cognito-identity-provider';
import type { ListedCognitoUser } from '../core/drift.ts';
import { PermanentError, TransientError } from '../core/errors.ts';
import type { CognitoUserList } from '../ports.ts';
import { callAws } from './aws-errors.ts';

/** The most that Cognito gives at once. */
const PAGE_SIZE = 60;

/**
 * Lists the users of a pool, page after page: nobody counts as active for it, as `AdminGetUser` would have it.
 *
 * @see https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ListUsers.html
 */
export const createCognitoUserList = (
  client: CognitoIdentityProviderClient,
  UserPoolId: string,
  now: () => number,
): CognitoUserList => ({
  async users(wanted, deadline) {
    const users: ListedCognitoUser[] = [];
    let PaginationToken: string | undefined;
    do {
      checkTime(now(), deadline, users.length);
      const page = await callAws('cognito-idp:ListUsers', () =>
        client.send(new ListUsersCommand({ UserPoolId, Limit: PAGE_SIZE, PaginationToken })),
      );
      for (const user of page.Users ?? []) users.push(toListedUser(user, wanted));
      PaginationToken = page.PaginationToken;
    } while (PaginationToken !== undefined);
    return users;
  },
  async membersOf(GroupName, deadline) {
    const members = new Set<string>();
    let NextToken: string | undefined;
    do {
      checkTime(now(), deadline, members.size);
      const page: ListUsersInGroupResponse | undefined = await callAws(
        'cognito-idp:ListUsersInGroup',
        () => client.send(new ListUsersInGroupCommand({ UserPoolId, GroupName, Limit: PAGE_SIZE, NextToken })),
        { ResourceNotFoundException: undefined },
      );
      if (page === undefined) return undefined;
      for (const user of page.Users ?? []) members.add(toListedUser(user, NO_ATTRIBUTES).sub);
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
    return members;
  },
});

function checkTime(now: number, deadline: number, listed: number): void {
  if (now > deadline) throw new TransientError('list-too-long', `No time is left after ${listed} users of the pool.`);
}

const NO_ATTRIBUTES: ReadonlySet<string> = new Set();

function toListedUser(
  { Username, Attributes = [], UserLastModifiedDate }: UserType,
  wanted: ReadonlySet<string>,
): ListedCognitoUser {
  const sub = Attributes.find(({ Name }) => Name === 'sub')?.Value;
  const attributes = Object.fromEntries(
    Attributes.flatMap(({ Name = '', Value = '' }) => (wanted.has(Name) ? [[Name, Value]] : [])),
  );
  if (sub === undefined || Username === undefined || UserLastModifiedDate === undefined) {
    throw new PermanentError(
      'unexpected-answer',
      'A list of users has one without sub, Username or modification date.',
    );
  }
  return { sub, username: Username, attributes, modifiedAt: UserLastModifiedDate.getTime() };
}
