import { subSchema } from '../core/events/change.ts';
import { TransientError } from '../core/failures/errors.ts';
import { foldName, nameToAdopt } from '../core/links/adoption.ts';
import type { Policy } from '../core/policy.ts';
import { hasCognitoUserChanged } from '../core/sweep/drift.ts';
import type { ListedCognitoUser, ListedConnectUser, ReconciledRow } from '../core/sweep/inventory.ts';
import { isAskedFor, type Question } from '../core/sweep/list-plan.ts';
import { attributesToFind, attributesToList } from '../core/sweep/settled-in-list.ts';
import type { ListEnd } from '../ports.ts';
import { askAll } from './ask-all.ts';
import type { InventoryDeps } from './deps.ts';

/** Extra time for calls that take longer than the rate limit says. */
const SPARE_MS = 30_000;

/** What is known before Cognito is listed. */
export interface KnownBefore {
  /** By sub. */
  readonly rows: ReadonlyMap<string, ReconciledRow>;
  readonly connectUsers: readonly ListedConnectUser[];
  /** When listing has to end, milliseconds since the epoch. */
  readonly deadline: number;
}

/** Collects Cognito users with a row or a namesake, from lists and questions. */
export interface UserCollection {
  /**
   * @param mostPages - the list is given up after this number of pages; `undefined` limits it by time only.
   * @returns whether the list was read to its end.
   */
  listPool(mostPages: number | undefined): Promise<boolean>;
  /** Subs of the members; `undefined` when there is no such group. */
  listGroup(group: string): Promise<ReadonlySet<string> | undefined>;
  /** @returns whether there was time for all questions. */
  ask(questions: readonly Question[]): Promise<boolean>;
  /**
   * Asks for the users of rows that no list has shown. Such a user may still exist.
   *
   * @returns subs that Cognito does not have, and whether there was time for all questions.
   */
  askForRows(): Promise<{ readonly absent: ReadonlySet<string>; readonly complete: boolean }>;
  found(): {
    readonly users: readonly ListedCognitoUser[];
    readonly listed: number;
    readonly calls: number;
    readonly skipped: number;
  };
}

/** Starts a collection. It keeps users with a row, or with a namesake in Connect in any case. */
export function collectUsers(
  { pool, policy, clock, cognitoListsPerSecond }: InventoryDeps,
  { rows, connectUsers, deadline }: KnownBefore,
): UserCollection {
  const options = { attributes: attributesToList(policy), deadline };
  const toFind = attributesToFind(policy);
  const hasNamesake = findNamesakes(connectUsers, policy);
  const users = new Map<string, ListedCognitoUser>();
  const totals = { listed: 0, calls: 0 };
  /** A list and a question may both show a user that cannot be read: it counts once. */
  const skipped = { named: new Set<string>(), nameless: 0 };
  /** How many rows must be asked for, if the list ends here. */
  let unseen = [...rows.values()].filter((row) => isAskedFor(row, policy)).length;
  const visit = (user: ListedCognitoUser): void => {
    totals.listed += 1;
    const row = rows.get(user.sub);
    const known = users.get(user.sub);
    if (known === undefined && row !== undefined && isAskedFor(row, policy)) unseen -= 1;
    // A list that changes while it is read may show a user twice. The later state counts.
    if (known !== undefined && known.modifiedAt > user.modifiedAt) return;
    if (row !== undefined && hasCognitoUserChanged(user, row)) users.set(user.sub, user);
    else if (row !== undefined || hasNamesake(user)) users.set(user.sub, strip(user, toFind));
    // The user was renamed while the list was read, and the new name has no namesake.
    else users.delete(user.sub);
  };
  const count = (end: ListEnd): void => {
    totals.calls += end.calls;
    for (const username of end.skipped) {
      if (username === undefined) skipped.nameless += 1;
      else skipped.named.add(username);
    }
  };
  /** Values for which Cognito returned a user that cannot be read. Such a user is not absent. */
  const unreadable = new Set<string>();
  const askOne = async (question: Question): Promise<void> => {
    const end = await pool.found(question, options, visit);
    count(end);
    if (end.skipped.length > 0) unreadable.add(question.value);
    if (!end.complete)
      throw new TransientError('list-too-long', 'There was no time left to read all pages of an answer.');
  };
  return {
    async listPool(mostPages = Number.POSITIVE_INFINITY) {
      const halfMs = (deadline - clock.now()) / 2;
      const enough = (pages: number) => {
        // Leave time to ask for the rows that have not been seen.
        const askingMs = unseen === 0 ? 0 : Math.min(halfMs, SPARE_MS + (unseen * 1_000) / cognitoListsPerSecond);
        return pages >= mostPages || clock.now() + askingMs >= deadline;
      };
      const end = await pool.users({ ...options, enough }, visit);
      count(end);
      return end.complete;
    },
    async listGroup(group) {
      const members = new Set<string>();
      const end = await pool.members(group, options, (user) => {
        members.add(user.sub);
        visit(user);
      });
      if (end === undefined) return undefined;
      count(end);
      if (!end.complete)
        throw new TransientError('list-too-long', 'There was no time left to read all pages of the group.');
      return members;
    },
    ask: async (questions) => (await askAll(clock, questions, deadline, askOne)).length === questions.length,
    async askForRows() {
      const missed = [...rows].filter(([sub, row]) => !users.has(sub) && isAskedFor(row, policy)).map(([sub]) => sub);
      // Not Object.groupBy: the command line runs this on Node.js 20, too.
      const isSub = Map.groupBy(missed, (sub) => subSchema.safeParse(sub).success);
      const [subs, others] = [isSub.get(true) ?? [], isSub.get(false) ?? []];
      const questions = subs.map((value): Question => ({ attribute: 'sub', value }));
      const asked = await askAll(clock, questions, deadline, askOne);
      const absent = asked.map(({ value }) => value).filter((sub) => !users.has(sub) && !unreadable.has(sub));
      return { absent: new Set([...absent, ...others]), complete: asked.length === subs.length };
    },
    found: () => ({ users: [...users.values()], ...totals, skipped: skipped.named.size + skipped.nameless }),
  };
}

/** Keeps only the attributes that scope and adoption need, because a pool may be large. Changed users keep the others. */
function strip(user: ListedCognitoUser, wanted: ReadonlySet<string>): ListedCognitoUser {
  const attributes = Object.entries(user.attributes).filter(([name]) => wanted.has(name));
  return { ...user, attributes: Object.fromEntries(attributes) };
}

/** Tells whether a rule finds a Connect user for a Cognito user, in any case of the name. */
function findNamesakes(connectUsers: readonly ListedConnectUser[], { adoption }: Policy) {
  const names = new Set(connectUsers.map(({ username }) => foldName(username)));
  return (user: ListedCognitoUser): boolean =>
    adoption.rules.some((rule) => names.has(foldName(nameToAdopt(rule, user) ?? '')));
}
