import type { AttributeType, ListUsersRequest, ListUsersResponse } from '@aws-sdk/client-cognito-identity-provider';
import { type CognitoOperation, type Context, invalid, operation } from './context.ts';
import type { User } from './model.ts';
import { pageOf } from './paging.ts';
import { describeUser, findPool } from './users.ts';

const SEARCHABLE = ['email', 'phone_number', 'name', 'given_name', 'family_name', 'preferred_username', 'sub'];
const FILTER = /^\s*"?([\w:]+)"?\s*(\^?=)\s*"((?:[^"\\]|\\.)*)"\s*$/;

/** A predicate on users. */
type UserFilter = (user: User) => boolean;

function readValue(attribute: string, user: User): string | undefined {
  if (attribute === 'username') return user.username;
  if (attribute === 'cognito:user_status') return user.status.toLowerCase();
  if (attribute === 'status') return user.enabled ? 'Enabled' : 'Disabled';
  return user.attributes.get(attribute);
}

/**
 * Reads a filter of `ListUsers`: one searchable attribute, `=` (equal) or `^=` (begins with), a quoted value. Pure.
 *
 * @throws {AwsError} `InvalidParameterException` when it cannot be read or its attribute cannot be searched.
 * @see https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ListUsers.html
 */
function parseFilter(filter: string | undefined): UserFilter {
  if (filter === undefined || filter.trim() === '') return () => true;
  const [, attribute = '', comparison, quoted = ''] = FILTER.exec(filter) ?? [];
  if (comparison === undefined) throw invalid('Error while parsing filter.');
  if (!['username', 'cognito:user_status', 'status', ...SEARCHABLE].includes(attribute))
    throw invalid(`Error while parsing filter. Attribute ${attribute} is not searchable.`);
  const unescaped = quoted.replaceAll(/\\(.)/g, '$1');
  const wanted = attribute === 'cognito:user_status' ? unescaped.toLowerCase() : unescaped;
  return (user) => {
    const value = readValue(attribute, user);
    return value !== undefined && (comparison === '=' ? value === wanted : value.startsWith(wanted));
  };
}

function select(attributes: readonly AttributeType[], names: readonly string[] | undefined): AttributeType[] {
  if (names === undefined) return [...attributes];
  return names.map((name) => {
    const found = attributes.find(({ Name }) => Name === name);
    if (found === undefined) throw invalid(`One or more requested attributes do not exist in user pool: ${name}`);
    return found;
  });
}

const toWholeSeconds = (at: number): number => Math.floor(at / 1000) * 1000;

/** Lists users, at most 60 in a page, in order of creation [assumption: AWS documents no order]. */
export const listUserOperations = (context: Context): Readonly<Record<string, CognitoOperation>> => ({
  ListUsers: operation<ListUsersRequest, ListUsersResponse>(
    ['UserPoolId'],
    ['AttributesToGet', 'Limit', 'PaginationToken', 'Filter'],
    ({ UserPoolId, AttributesToGet, Limit, PaginationToken, Filter }) => {
      const pool = findPool(context, UserPoolId);
      const matches = parseFilter(Filter);
      const { listLagMs, listWithoutSub, listTimes } = context.settings();
      const now = context.cloud.clock.now();
      const isListed = (user: User) => Math.max(user.listedAt, user.createdAt + listLagMs) <= now;
      const users = [...pool.users.values()].filter((user) => isListed(user) && matches(user));
      const scope = JSON.stringify([pool.id, Filter ?? '']);
      const { items, next } = pageOf(context, users, Limit || 60, PaginationToken, scope, ({ ordinal }) => ordinal);
      return {
        Users: items.map((user) => {
          const described = describeUser(user);
          const selected = select(described.Attributes ?? [], AttributesToGet);
          const Attributes = listWithoutSub.includes(user.username)
            ? selected.filter(({ Name }) => Name !== 'sub')
            : selected;
          const modifiedAt = listTimes === 'seconds' ? toWholeSeconds(user.modifiedAt) : user.modifiedAt;
          return { ...described, UserLastModifiedDate: new Date(modifiedAt), Attributes };
        }),
        ...(next !== undefined && { PaginationToken: next }),
      };
    },
  ),
});
