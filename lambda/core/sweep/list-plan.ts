import type { Reason } from '../outcome.ts';
import type { Policy } from '../policy.ts';
import type { ListedConnectUser, ReconciledRow } from './inventory.ts';

/**
 * Attributes that the filter of `ListUsers` can search. It cannot search custom attributes.
 *
 * @see https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ListUsers.html
 */
const SEARCHABLE: ReadonlySet<string> = new Set([
  ...['username', 'email', 'phone_number', 'name', 'given_name', 'family_name', 'preferred_username', 'sub'],
]);

/** The most users that Cognito gives at once. */
export const COGNITO_PAGE_SIZE = 60;

/** A list of at most this many pages is always read: it costs little and shows every user. */
const FEW_PAGES = 10;

/** Asks Cognito for the users whose attribute has exactly this value. `username` counts as an attribute. */
export interface Question {
  readonly attribute: string;
  readonly value: string;
}

/** How the sweep finds Cognito users. */
export type ListWay =
  /** The members of the group that is the scope. */
  | 'group'
  /** One question for each name of a Connect user and for each row. */
  | 'known-users'
  /** Every user of the pool. */
  | 'whole-pool';

/** See {@link planLists}. */
export interface ListPlan {
  readonly way: ListWay;
  /** Why this way: a code, for the log. */
  readonly because:
    | 'scope-is-a-group'
    | 'rule-cannot-be-searched'
    | 'pool-is-larger'
    | 'pool-is-smaller'
    | 'pool-size-unknown';
  /** Questions that find the namesakes of Connect users. */
  readonly names: readonly Question[];
  /** How many Connect user names cannot be put into a filter. */
  readonly unsearchable: number;
  /** Beyond this number of pages of the pool, questions are cheaper. `undefined`: the whole list is needed. */
  readonly mostPages: number | undefined;
}

/** What {@link planLists} decides by. */
export interface ListFacts {
  readonly policy: Policy;
  readonly connectUsers: readonly ListedConnectUser[];
  /** By sub. */
  readonly rows: ReadonlyMap<string, ReconciledRow>;
  /** `EstimatedNumberOfUsers`; `undefined` when Cognito does not say. It decides the way, not the result. */
  readonly estimatedUsers: number | undefined;
}

/**
 * Chooses the cheapest way that is exact. Pure.
 *
 * A scope by group lists the group. A rule over an attribute that cannot be searched needs the whole list. Otherwise each
 * known user is asked for when this takes fewer calls than the pool has pages.
 */
export function planLists({ policy, connectUsers, rows, estimatedUsers }: ListFacts): ListPlan {
  const { names, unsearchable } = questionsOf(policy, connectUsers, linkedIn(rows));
  const plan = { names, unsearchable, mostPages: undefined };
  if (policy.scope.kind === 'group') return { ...plan, way: 'group', because: 'scope-is-a-group' };
  if (policy.adoption.rules.some(({ attribute = 'username', ignoreCase }) => ignoreCase || !SEARCHABLE.has(attribute)))
    return { ...plan, way: 'whole-pool', because: 'rule-cannot-be-searched' };
  const asking = [...rows.values()].filter((row) => isAskedFor(row, policy)).length + names.length;
  const bounded = { ...plan, mostPages: Math.max(asking, FEW_PAGES) };
  if (estimatedUsers === undefined) return { ...bounded, way: 'whole-pool', because: 'pool-size-unknown' };
  const pages = Math.ceil(estimatedUsers / COGNITO_PAGE_SIZE);
  return bounded.mostPages < pages
    ? { ...bounded, way: 'known-users', because: 'pool-is-larger' }
    : { ...bounded, way: 'whole-pool', because: 'pool-is-smaller' };
}

/** Connect users that a row links to a Cognito user, without rows whose Cognito user is missing. Pure. */
export const linkedIn = (rows: ReadonlyMap<string, ReconciledRow>): ReadonlySet<string> =>
  new Set(
    [...rows.values()].flatMap(({ connectUserId, status }) =>
      connectUserId === undefined || status === 'cognito-user-missing' ? [] : [connectUserId],
    ),
  );

/**
 * Whether the user of a row is asked for by its sub when no list has shown it. A list may be partial, or lack a user while
 * it changes. A row without a link and without a namesake in Connect is not asked for: a later namesake is found by name. Pure.
 */
export function isAskedFor({ connectUserId, status, reason }: ReconciledRow, { scope }: Policy): boolean {
  if (status === 'cognito-user-missing') return false;
  // The list of a group shows a user who came back into it. With another scope, only a question shows it.
  if (status === 'out-of-scope') return scope.kind !== 'group' && connectUserId !== undefined;
  return connectUserId !== undefined || !NO_NAMESAKE.has(reason);
}

/** Reasons of rows that say that no Connect user has the name. */
export const NO_NAMESAKE: ReadonlySet<string | undefined> = new Set<Reason>([
  'no-connect-user',
  'connect-user-missing',
]);

/**
 * Names of Connect users without a link are also asked for in lower case, because a case-insensitive pool may store them in
 * lower case.
 */
function questionsOf(policy: Policy, connectUsers: readonly ListedConnectUser[], linked: ReadonlySet<string>) {
  const searchable = connectUsers.filter(({ username }) => /^[^"\\\p{Cc}]+$/u.test(username));
  const values = new Set(
    searchable.flatMap(({ id, username }) => (linked.has(id) ? [username] : [username, username.toLowerCase()])),
  );
  const attributes = new Set(policy.adoption.rules.map(({ attribute = 'username' }) => attribute));
  const names = [...attributes].flatMap((attribute) => [...values].map((value): Question => ({ attribute, value })));
  return { names, unsearchable: connectUsers.length - searchable.length };
}
