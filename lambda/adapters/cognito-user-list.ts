import {
  type CognitoIdentityProviderClient,
  ListUsersCommand,
  ListUsersInGroupCommand,
  type UserType,
} from '@aws-sdk/client-cognito-identity-provider';
import { TransientError } from '../core/errors.ts';
import type { ListedCognitoUser } from '../core/inventory.ts';
import type { CognitoUserList, ListEnd, ListOptions, VisitUser } from '../ports.ts';
import { callAws } from './aws-errors.ts';
import { pagesOf } from './pages.ts';

/** The most that Cognito gives at once. */
const PAGE_SIZE = 60;

/** A page of either list. */
interface Page {
  readonly Users?: readonly UserType[] | undefined;
  readonly next: string | undefined;
}

/**
 * Lists users of a pool, page after page. Unlike `AdminGetUser` it makes no user count as active.
 *
 * @see https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ListUsers.html
 */
export const createCognitoUserList = (
  client: CognitoIdentityProviderClient,
  UserPoolId: string,
  now: () => number,
): CognitoUserList => {
  const listUsers = async (PaginationToken: string | undefined): Promise<Page> => {
    const { Users, PaginationToken: next } = await callAws('cognito-idp:ListUsers', () =>
      client.send(new ListUsersCommand({ UserPoolId, Limit: PAGE_SIZE, PaginationToken })),
    );
    return { Users, next };
  };
  const listMembers = async (GroupName: string, NextToken: string | undefined): Promise<Page | undefined> => {
    const page = await callAws(
      'cognito-idp:ListUsersInGroup',
      () => client.send(new ListUsersInGroupCommand({ UserPoolId, GroupName, Limit: PAGE_SIZE, NextToken })),
      { ResourceNotFoundException: undefined },
    );
    return page && { Users: page.Users, next: page.NextToken };
  };
  /** Undefined when there is no such list. */
  const readAll = async (
    read: (token: string | undefined) => Promise<Page | undefined>,
    { attributes, deadline }: ListOptions,
    visit: VisitUser,
  ): Promise<ListEnd | undefined> => {
    const end = { calls: 0, skipped: 0 };
    const readInTime = (token: string | undefined) => {
      if (now() > deadline)
        throw new TransientError('list-too-long', `No time is left after ${end.calls} pages of the user pool.`);
      end.calls += 1;
      return read(token);
    };
    for await (const page of pagesOf(readInTime, (last) => last?.next)) {
      if (page === undefined) return undefined;
      for (const user of page.Users ?? []) {
        const listed = toListedUser(user, attributes);
        if (listed === undefined) end.skipped += 1;
        else visit(listed);
      }
    }
    return end;
  };
  return {
    users: async (options, visit) => (await readAll(listUsers, options, visit)) ?? { calls: 0, skipped: 0 },
    members: (group, options, visit) => readAll((token) => listMembers(group, token), options, visit),
  };
};

/** Undefined for a user that cannot be told apart from others, or whose changes cannot be seen. */
function toListedUser(
  { Username, Attributes = [], UserCreateDate, UserLastModifiedDate }: UserType,
  wanted: ReadonlySet<string>,
): ListedCognitoUser | undefined {
  const sub = Attributes.find(({ Name }) => Name === 'sub')?.Value;
  if (!sub || Username === undefined || UserLastModifiedDate === undefined) return undefined;
  const attributes = Object.fromEntries(
    Attributes.flatMap(({ Name = '', Value = '' }) => (wanted.has(Name) ? [[Name, Value]] : [])),
  );
  const modifiedAt = UserLastModifiedDate.getTime();
  return { sub, username: Username, attributes, modifiedAt, createdAt: UserCreateDate?.getTime() };
}
