import { ConfigError } from '../../lambda/core/failures/errors.ts';
import { type Exit, InterruptedError, RefusedError } from '../exit.ts';
import { startProgress } from '../terminal/progress.ts';
import { actOnMany, type ManyOptions, type PlannedAct } from './act-on-many.ts';
import { identifyConnectUser } from './identify-connect-user.ts';
import { identifyUser } from './identify-user.ts';
import type { OpenedConnect } from './open-connect.ts';
import { makeLink, planLink } from './plan-link.ts';
import type { ConnectUsers } from './ports.ts';
import { type Pair, requirePairs } from './read-pairs.ts';
import { sendChange } from './send-change.ts';
import type { ChangeDeps } from './user-command.ts';

/** What {@link linkMany} works with. */
export interface LinkManyDeps extends ChangeDeps, Pick<OpenedConnect, 'connect'> {
  /** @throws {ConfigError} when there is no such file. */
  readonly readFile: (path: string) => Promise<string>;
}

/** Options of {@link linkMany}. */
export interface LinkManyOptions extends ManyOptions {
  /** Path of a file with the columns `user` and `connect-user`. */
  readonly from: string;
  readonly replaceClaim: boolean;
}

/**
 * `link --from`: links the pairs of a file, each by the rules of `link`. A pair that cannot be linked is reported and left
 * out.
 *
 * @throws {ConfigError} for a file that cannot be read.
 * @throws {RefusedError} when the confirmed number is not that of the plan.
 */
export async function linkMany(deps: LinkManyDeps, options: LinkManyOptions): Promise<Exit> {
  const pairs = requirePairs(options.from, await deps.readFile(options.from), ['user', 'connect-user']);
  const opened = pairs.length > MANY ? { ...deps, connect: listedOnce(deps.connect) } : deps;
  const plan: PlannedAct[] = [];
  const progress = startProgress(deps, 'Pairs looked up', pairs.length);
  for (const pair of pairs) {
    if (deps.signal.aborted) throw new InterruptedError();
    plan.push(await planOne(opened, pair, options.replaceClaim));
    progress.at(plan.length);
  }
  progress.end();
  return actOnMany(deps, options, ['USER', 'SUB', 'CONNECT USER'], leaveOutConflicts(plan));
}

/**
 * Leaves out lines that link one user twice, or one Connect user to two users, also where one of them is linked already:
 * only a person knows which of them is right. Pure.
 */
function leaveOutConflicts(plan: readonly PlannedAct[]): readonly PlannedAct[] {
  const links = new Map<string, PlannedAct>();
  for (const act of plan) {
    const link = act.cells.slice(1).join(' ');
    if ((act.left === undefined || act.inOrder) && !links.has(link)) links.set(link, act);
  }
  const ids = [...links.values()].flatMap(({ cells: [, ...both] }) => both);
  const lines = new Map<string, number>();
  for (const id of ids) lines.set(id, (lines.get(id) ?? 0) + 1);
  const isTwice = (id = ''): boolean => (lines.get(id) ?? 0) > 1;
  return plan.map((act) => {
    const [, sub, connectUserId] = act.cells;
    if (act.left !== undefined) return act;
    if (isTwice(sub)) return { ...act, left: 'several lines link this user: keep the right one' };
    if (isTwice(connectUserId)) return { ...act, left: 'several lines link this Connect user: keep the right one' };
    if (links.get(act.cells.slice(1).join(' ')) !== act)
      return { ...act, left: 'in an earlier line too', inOrder: true };
    return act;
  });
}

/** Above this number of pairs, one list of all Connect users takes fewer calls than a search for each pair. */
const MANY = 10;

/** The Connect users, with their user names listed once. */
function listedOnce(connect: LinkManyDeps['connect']): LinkManyDeps['connect'] {
  let listed: ReturnType<ConnectUsers['allIdsByUsername']> | undefined;
  return async () => {
    const users = await connect();
    if ('unknown' in users) return users;
    return {
      ...users,
      async idsByUsername(username) {
        listed ??= users.allIdsByUsername();
        return (await listed).get(username) ?? [];
      },
    };
  };
}

async function planOne(deps: LinkManyDeps, [user, named]: Pair, replaceClaim: boolean): Promise<PlannedAct> {
  const leave = (left: string): PlannedAct => ({ cells: [user, '-', named], left, act: async () => {} });
  try {
    const found = await identifyUser(deps, user);
    const connectUserId = await identifyConnectUser(deps, named);
    const wanted = { connectUserId, replaceClaim };
    const link = await planLink(deps, found, wanted);
    if (link === 'linked')
      return { ...leave('linked already'), cells: [user, found.sub, connectUserId], inOrder: true };
    return {
      cells: [user, found.sub, connectUserId],
      async act() {
        await makeLink(deps, found.sub, wanted, link);
        await sendChange(deps, found.sub);
      },
    };
  } catch (error) {
    if (error instanceof RefusedError || error instanceof ConfigError) return leave(error.message);
    throw error;
  }
}
