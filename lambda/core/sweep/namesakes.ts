import { foldName, nameToAdopt } from '../links/adoption.ts';
import type { AdoptionRule, Policy } from '../policy.ts';
import type { Inventory, ListedCognitoUser, ListedConnectUser } from './inventory.ts';
import { linkedIn } from './list-plan.ts';

/** A Cognito user and the Connect user whose name differs in case only. */
export interface CasePair {
  readonly sub: string;
  readonly connectUserId: string;
}

/** Cognito users and Connect users with the same name, in an inventory. */
export interface Namesakes {
  /** The Connect user that a rule finds for a Cognito user in scope; `undefined` when it finds none. */
  find(rule: AdoptionRule, user: ListedCognitoUser): ListedConnectUser | undefined;
  /**
   * Cognito users without a link, and the Connect user that a rule with `ignoreCase` finds for each, because no other user
   * has either name. The Connect user may be linked to a Cognito user with another name: then the worker says so.
   */
  readonly unique: readonly CasePair[];
  /** Pairs without a link whose names differ in case only, and that no rule links. */
  readonly otherCase: readonly CasePair[];
  /** Ids of Connect users without a link for which no rule finds a Cognito user. */
  readonly unmatched: readonly string[];
}

/**
 * Compares the names of both sides. Pure.
 *
 * Names that differ in case only count as one name when the whole scope was listed and exactly one user of each side has the
 * name. A search cannot show that there is no other user.
 *
 * @param inScope - whether a user is synchronized. Others are left out.
 */
export function compareNames(
  { users, connectUsers, rows, whole }: Pick<Inventory, 'users' | 'connectUsers' | 'rows' | 'whole'>,
  { adoption: { rules } }: Policy,
  inScope: (user: ListedCognitoUser) => boolean,
): Namesakes {
  const scoped = users.filter(inScope);
  const byName = new Map(connectUsers.map((connectUser) => [connectUser.username, connectUser]));
  const byFoldedName = Map.groupBy(connectUsers, ({ username }) => foldName(username));
  const exact = (rule: AdoptionRule, user: ListedCognitoUser) => byName.get(nameToAdopt(rule, user) ?? '');
  const foldedOf = (rule: AdoptionRule, user: ListedCognitoUser) => foldName(nameToAdopt(rule, user) ?? '');
  const found = new Set(scoped.flatMap((user) => rules.flatMap((rule) => exact(rule, user)?.id ?? [])));
  const hasExact = (user: ListedCognitoUser) => rules.some((rule) => exact(rule, user) !== undefined);
  const ignoring = rules.filter(({ ignoreCase }) => ignoreCase === true);
  const bearers = countBearers(scoped, (user) => new Set(ignoring.map((rule) => foldedOf(rule, user))));

  /**
   * The only Connect user with a name, in any case. `undefined` when another Cognito user has the name by any rule, or this
   * one has exactly the name of a Connect user.
   */
  const only = (rule: AdoptionRule, user: ListedCognitoUser): ListedConnectUser | undefined => {
    if (!whole || rule.ignoreCase !== true || hasExact(user)) return undefined;
    const [connectUser, another] = byFoldedName.get(foldedOf(rule, user)) ?? [];
    if (connectUser === undefined || another !== undefined || found.has(connectUser.id)) return undefined;
    return bearers.get(foldedOf(rule, user)) === 1 ? connectUser : undefined;
  };
  const find = (rule: AdoptionRule, user: ListedCognitoUser) => exact(rule, user) ?? only(rule, user);

  const linked = linkedIn(rows);
  const unlinkedUsers = scoped.filter((user) => rows.get(user.sub)?.connectUserId === undefined && !hasExact(user));
  const pair = ({ sub }: ListedCognitoUser, { id }: ListedConnectUser): CasePair => ({ sub, connectUserId: id });
  const unique = unlinkedUsers.flatMap((user): readonly CasePair[] => {
    const connectUser = rules.map((rule) => only(rule, user)).find((each) => each !== undefined);
    return connectUser === undefined ? [] : [pair(user, connectUser)];
  });
  const paired = new Set(unique.map(({ connectUserId }) => connectUserId));
  const isFree = ({ id }: ListedConnectUser) => !linked.has(id) && !found.has(id) && !paired.has(id);
  const otherCase = unlinkedUsers.flatMap((user) => {
    const near = rules.flatMap((rule) => byFoldedName.get(foldedOf(rule, user)) ?? []);
    return [...new Set(near)].filter(isFree).map((connectUser) => pair(user, connectUser));
  });
  return { find, unique, otherCase, unmatched: connectUsers.filter(isFree).map(({ id }) => id) };
}

/** How many users have a name. A user who has it by several rules counts once. */
function countBearers(
  users: readonly ListedCognitoUser[],
  namesOf: (user: ListedCognitoUser) => ReadonlySet<string>,
): ReadonlyMap<string, number> {
  const names = users.flatMap((user) => [...namesOf(user)]);
  return new Map([...Map.groupBy(names, (name) => name)].map(([name, those]) => [name, those.length]));
}
