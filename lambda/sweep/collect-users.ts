import { nameToAdopt } from '../core/adoption.ts';
import { subSchema } from '../core/change.ts';
import { hasCognitoUserChanged } from '../core/drift.ts';
import { TransientError } from '../core/errors.ts';
import type { ListedCognitoUser, ListedConnectUser, ReconciledRow } from '../core/inventory.ts';
import { isAskedFor, type Question } from '../core/list-plan.ts';
import type { Policy } from '../core/policy.ts';
import { attributesToFind, attributesToList } from '../core/settled-in-list.ts';
import type { ListEnd } from '../ports.ts';
import { askAll } from './ask-all.ts';
import type { InventoryDeps } from './deps.ts';

/** For calls that take longer than the rate limit says. */
const SPARE_MS = 30_000;

/** What is known before Cognito is listed. */
export interface KnownBefore {
  /** By sub. */
  readonly rows: ReadonlyMap<string, ReconciledRow>;
  readonly connectUsers: readonly ListedConnectUser[];
  /** When listing has to end, milliseconds since the epoch. */
  readonly deadline: number;
}

/** Collects the Cognito users that matter, from whatever lists. */
export interface UserCollection {
  /**
   * @param mostPages - after which it is given up; `undefined` for no limit but time.
   * @returns whether the list was read to its end.
   */
  listPool(mostPages: number | undefined): Promise<boolean>;
  /** Subs of the members; `undefined` when there is no such group. */
  listGroup(group: string): Promise<ReadonlySet<string> | undefined>;
  /** @returns whether time sufficed to ask all. */
  ask(questions: readonly Question[]): Promise<boolean>;
  /**
   * Asks for rows whose user has not been seen: a user that a list lacks may exist all the same.
   *
   * @returns subs that Cognito does not have, and whether time sufficed to ask for all.
   */
  askForRows(): Promise<{ readonly absent: ReadonlySet<string>; readonly complete: boolean }>;
  found(): {
    readonly users: readonly ListedCognitoUser[];
    readonly listed: number;
    readonly calls: number;
    readonly skipped: number;
  };
}

/** Starts a collection that keeps users who have a row, or a namesake in Connect whatever its case. */
export function collectUsers(
  { pool, policy, clock, cognitoListsPerSecond }: InventoryDeps,
  { rows, connectUsers, deadline }: KnownBefore,
): UserCollection {
  const options = { attributes: attributesToList(policy), deadline };
  const toFind = attributesToFind(policy);
  const hasNamesake = findNamesakes(connectUsers, policy);
  const users = new Map<string, ListedCognitoUser>();
  const totals = { listed: 0, calls: 0, skipped: 0 };
  /** Rows that are still to be asked for, if the list ends here. */
  let unseen = [...rows.values()].filter((row) => isAskedFor(row, policy)).length;
  const visit = (user: ListedCognitoUser): void => {
    totals.listed += 1;
    const row = rows.get(user.sub);
    const known = users.get(user.sub);
    if (known === undefined && row !== undefined && isAskedFor(row, policy)) unseen -= 1;
    // A list that changes while it is read may show a user twice: the later state counts.
    if (known !== undefined && known.modifiedAt > user.modifiedAt) return;
    if (row !== undefined && hasCognitoUserChanged(user, row)) users.set(user.sub, user);
    else if (row !== undefined || hasNamesake(user)) users.set(user.sub, strip(user, toFind));
  };
  const count = ({ calls, skipped }: ListEnd): void => {
    totals.calls += calls;
    totals.skipped += skipped;
  };
  const askOne = async (question: Question): Promise<void> => {
    const end = await pool.found(question, options, visit);
    count(end);
    if (!end.complete) throw new TransientError('list-too-long', 'No time was left to follow an answer to its end.');
  };
  return {
    async listPool(mostPages = Number.POSITIVE_INFINITY) {
      const halfMs = (deadline - clock.now()) / 2;
      const enough = (pages: number) => {
        // Room to ask for the rows that have not been seen.
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
      if (!end.complete) throw new TransientError('list-too-long', 'No time was left to list the group to its end.');
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
      const absent = asked.map(({ value }) => value).filter((sub) => !users.has(sub));
      return { absent: new Set([...absent, ...others]), complete: asked.length === subs.length };
    },
    found: () => ({ users: [...users.values()], ...totals }),
  };
}

/** What scope and adoption need: a pool may be large, and only users who changed are compared by their other attributes. */
function strip(user: ListedCognitoUser, wanted: ReadonlySet<string>): ListedCognitoUser {
  const attributes = Object.entries(user.attributes).filter(([name]) => wanted.has(name));
  return { ...user, attributes: Object.fromEntries(attributes) };
}

/** Tells whether a rule finds a Connect user for a Cognito user, whatever the case of the name. */
function findNamesakes(connectUsers: readonly ListedConnectUser[], { adoption }: Policy) {
  const names = new Set(connectUsers.map(({ username }) => username.toLowerCase()));
  return (user: ListedCognitoUser): boolean =>
    adoption.rules.some((rule) => names.has((nameToAdopt(rule, user) ?? '').toLowerCase()));
}
