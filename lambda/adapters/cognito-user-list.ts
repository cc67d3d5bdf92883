import {
  type CognitoIdentityProviderClient,
  DescribeUserPoolCommand,
  ListUsersCommand,
  ListUsersInGroupCommand,
  type UserType,
} from '@aws-sdk/client-cognito-identity-provider';
import type { ListedCognitoUser } from '../core/sweep/inventory.ts';
import { COGNITO_PAGE_SIZE } from '../core/sweep/list-plan.ts';
import type { Clock, CognitoUserList, ListEnd, ListOptions, VisitUser } from '../ports.ts';
import { callAws } from './aws-errors.ts';
import { readProviders } from './cognito-user-pool.ts';
import { pagesOf } from './pages.ts';
import { retryRead } from './retry-read.ts';
import { callRateLimited, type RateLimit } from './throttling/rate-limited-call.ts';

/** How much later than the deadline of the list a call may get its slot. */
const LAST_CALL_MS = 5_000;
/** How long to retry reading the settings of the pool. */
const FACTS_MS = 60_000;

/** A page of any list of users. */
interface Page {
  readonly Users?: readonly UserType[] | undefined;
  readonly next: string | undefined;
}

/**
 * Lists users of a pool, page by page. Each page takes a slot of the rate limit. `ListUsers` does not make a user count as
 * active, as `AdminGetUser` does. The client must not retry.
 *
 * @see https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ListUsers.html
 */
export const createCognitoUserList = (
  client: CognitoIdentityProviderClient,
  UserPoolId: string,
  rateLimit: RateLimit,
  clock: Clock,
): CognitoUserList => {
  /** `ListUsers` and `ListUsersInGroup` share one quota. */
  const call = <Result, Expected = never>(
    operation: string,
    send: () => Promise<Result>,
    { deadline, expected = {} }: { readonly deadline: number; readonly expected?: Readonly<Record<string, Expected>> },
  ) => callRateLimited(rateLimit, operation, send, { deadline, expected, service: 'cognito-idp', quota: 'UserList' });

  const listUsers =
    (Filter?: string) =>
    async (PaginationToken: string | undefined, deadline: number): Promise<Page> => {
      const input = { UserPoolId, Limit: COGNITO_PAGE_SIZE, PaginationToken, ...(Filter && { Filter }) };
      const page = await call('ListUsers', () => client.send(new ListUsersCommand(input)), { deadline });
      return { Users: page.Users, next: page.PaginationToken };
    };
  const readAll = async (
    read: (token: string | undefined, deadline: number) => Promise<Page>,
    { attributes, deadline, enough = () => clock.now() >= deadline }: ListOptions,
    visit: VisitUser,
  ): Promise<ListEnd> => {
    const end: { calls: number; skipped: (string | undefined)[] } = { calls: 0, skipped: [] };
    let pages = 0;
    const readPage = (token: string | undefined) =>
      retryRead(clock, deadline, () => {
        end.calls += 1;
        return read(token, deadline + LAST_CALL_MS);
      });
    for await (const page of pagesOf(readPage, ({ next }) => next)) {
      for (const user of page.Users ?? []) {
        const listed = toListedUser(user, attributes);
        if (listed === undefined) end.skipped.push(user.Username);
        else visit(listed);
      }
      pages += 1;
      if (page.next && enough(pages)) return { ...end, complete: false };
    }
    return { ...end, complete: true };
  };
  return {
    async facts() {
      const describe = () =>
        callAws('cognito-idp:DescribeUserPool', () => client.send(new DescribeUserPoolCommand({ UserPoolId })));
      const { UserPool } = await retryRead(clock, clock.now() + FACTS_MS, describe);
      return {
        estimatedUsers: UserPool?.EstimatedNumberOfUsers,
        generatedUsernames: (UserPool?.UsernameAttributes ?? []).length > 0,
      };
    },
    users: (options, visit) => readAll(listUsers(), options, visit),
    found: ({ attribute, value }, options, visit) => readAll(listUsers(`${attribute} = "${value}"`), options, visit),
    async members(GroupName, options, visit) {
      let exists = true;
      const list = async (NextToken: string | undefined, deadline: number): Promise<Page> => {
        const input = { UserPoolId, GroupName, Limit: COGNITO_PAGE_SIZE, NextToken };
        const send = () => client.send(new ListUsersInGroupCommand(input));
        const expected = { ResourceNotFoundException: undefined };
        const page = await call('ListUsersInGroup', send, { deadline, expected });
        exists = page !== undefined;
        return { Users: page?.Users, next: page?.NextToken };
      };
      const end = await readAll(list, options, visit);
      return exists ? end : undefined;
    },
  };
};

/** `undefined` for a user without sub, user name or modification date. */
function toListedUser(
  { Username, Attributes = [], UserCreateDate, UserLastModifiedDate, UserStatus }: UserType,
  wanted: ReadonlySet<string>,
): ListedCognitoUser | undefined {
  const sub = Attributes.find(({ Name }) => Name === 'sub')?.Value;
  if (!sub || Username === undefined || UserLastModifiedDate === undefined) return undefined;
  const attributes = Object.fromEntries(
    Attributes.flatMap(({ Name = '', Value = '' }) => (wanted.has(Name) ? [[Name, Value]] : [])),
  );
  const identities = Attributes.find(({ Name }) => Name === 'identities')?.Value;
  return {
    sub,
    username: Username,
    attributes,
    modifiedAt: UserLastModifiedDate.getTime(),
    createdAt: UserCreateDate?.getTime(),
    ...readProviders(UserStatus, identities),
  };
}
