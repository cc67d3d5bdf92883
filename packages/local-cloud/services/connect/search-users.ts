import type {
  ControlPlaneTagFilter,
  SearchUsersRequest,
  SearchUsersResponse,
  StringCondition,
  TagCondition,
  UserSearchCriteria,
  UserSearchFilter,
  UserSearchSummary,
} from '@aws-sdk/client-connect';
import { unsupported } from '../../service.ts';
import type { Context } from './context.ts';
import { accessDenied } from './errors.ts';
import { oneOf, text } from './members.ts';
import { takePage } from './paging.ts';
import type { UserRecord } from './user-store.ts';

type Matches = (record: UserRecord) => boolean;

/** The fields that can be searched. An e-mail address cannot be searched. */
const FIELDS: Readonly<Record<string, (record: UserRecord) => readonly string[]>> = {
  Username: ({ username }) => [username],
  FirstName: ({ identity }) => [identity.FirstName ?? ''],
  LastName: ({ identity }) => [identity.LastName ?? ''],
  RoutingProfileId: ({ routingProfileId }) => [routingProfileId],
  SecurityProfileId: ({ securityProfileIds }) => securityProfileIds,
  resourceId: ({ id }) => [id],
};

/**
 * Finds users by name, profile, id or tag. Without criteria and filter it finds all users.
 *
 * @see https://docs.aws.amazon.com/connect/latest/APIReference/API_SearchUsers.html
 */
export const createSearchUsers =
  (context: Context) =>
  (input: SearchUsersRequest): SearchUsersResponse => {
    const { id } = context.instances.require(input.InstanceId);
    const ignoreCase = context.settings().searchCase === 'insensitive';
    const criteria = readCriteria(input.SearchCriteria ?? {}, ignoreCase);
    const filter = readFilter(input.SearchFilter ?? {});
    const found = context.users.listFound(id).filter((record) => criteria(record) && filter(record));
    const { items, ...token } = takePage(context, found, input, `SearchUsers ${id}`, 500);
    return { Users: items.map(toSummary), ...token, ApproximateTotalCount: found.length };
  };

function readCriteria(criteria: UserSearchCriteria, ignoreCase: boolean): Matches {
  const { OrConditions, AndConditions, StringCondition: string } = criteria;
  refuse(criteria, ['ListCondition', 'HierarchyGroupCondition'], 'SearchCriteria');
  if (OrConditions !== undefined) return anyOf(OrConditions.map((each) => readCriteria(each, ignoreCase)));
  if (AndConditions !== undefined) return allOf(AndConditions.map((each) => readCriteria(each, ignoreCase)));
  return string === undefined ? () => true : readString(string, ignoreCase);
}

function readString(condition: StringCondition, ignoreCase: boolean): Matches {
  const field = FIELDS[oneOf(condition.FieldName, 'FieldName', Object.keys(FIELDS))] ?? (() => []);
  const comparison = oneOf(condition.ComparisonType, 'ComparisonType', ['EXACT', 'STARTS_WITH', 'CONTAINS']);
  const wanted = text(condition.Value, 'Value', comparison === 'CONTAINS' ? { min: 2, max: 25 } : {});
  const fold = (value: string) => (ignoreCase ? value.toLowerCase() : value);
  const value = fold(wanted);
  return (record) =>
    field(record)
      .map(fold)
      .some((candidate) => {
        if (comparison === 'EXACT') return candidate === value;
        return comparison === 'CONTAINS' ? candidate.includes(value) : candidate.startsWith(value);
      });
}

function readFilter(filter: UserSearchFilter): Matches {
  if (filter.TagFilter !== undefined && filter.UserAttributeFilter !== undefined)
    throw accessDenied('SearchFilter may hold TagFilter or UserAttributeFilter, not both.');
  if (filter.UserAttributeFilter !== undefined) throw unsupported('UserAttributeFilter of SearchUsers');
  return filter.TagFilter === undefined ? () => true : readTagFilter(filter.TagFilter);
}

function readTagFilter(filter: ControlPlaneTagFilter): Matches {
  refuse(filter, [], 'TagFilter');
  if (filter.OrConditions !== undefined)
    return anyOf(filter.OrConditions.map((conditions) => allOf(conditions.map(readTag))));
  if (filter.AndConditions !== undefined) return allOf(filter.AndConditions.map(readTag));
  return filter.TagCondition === undefined ? () => true : readTag(filter.TagCondition);
}

function readTag({ TagKey, TagValue }: TagCondition): Matches {
  const key = text(TagKey, 'TagKey', { min: 1 });
  const value = text(TagValue, 'TagValue');
  return ({ tags }) => tags[key] === value;
}

function refuse(node: object, members: readonly string[], where: string): void {
  const given = Object.entries(node).flatMap(([member, value]) => (value === undefined ? [] : [member]));
  const [first] = given.filter((member) => members.includes(member));
  if (first !== undefined) throw unsupported(`${first} in ${where} of SearchUsers`);
  if (given.length > 1) throw unsupported(`${given.join(' and ')} side by side in one ${where} of SearchUsers`);
}

const anyOf =
  (conditions: readonly Matches[]): Matches =>
  (record) =>
    conditions.some((matches) => matches(record));
const allOf =
  (conditions: readonly Matches[]): Matches =>
  (record) =>
    conditions.every((matches) => matches(record));

/** A user as a search shows it: of the identity only the names. The after-contact-work limit is in milliseconds. */
const toSummary = (record: UserRecord): UserSearchSummary => {
  const { FirstName, LastName } = record.identity;
  const limit = record.phoneConfig?.AfterContactWorkTimeLimit;
  return {
    Arn: record.arn,
    ...(record.directoryUserId !== undefined && { DirectoryUserId: record.directoryUserId }),
    Id: record.id,
    IdentityInfo: { ...(FirstName !== undefined && { FirstName }), ...(LastName !== undefined && { LastName }) },
    ...(record.phoneConfig && {
      PhoneConfig: { ...record.phoneConfig, ...(limit !== undefined && { AfterContactWorkTimeLimit: limit * 1000 }) },
    }),
    RoutingProfileId: record.routingProfileId,
    SecurityProfileIds: [...record.securityProfileIds],
    Tags: { ...record.tags },
    Username: record.username,
  };
};
