import { ConfigError } from '../../lambda/core/failures/errors.ts';
import { type Exit, InterruptedError, RefusedError } from '../exit.ts';
import { startProgress } from '../terminal/progress.ts';
import { actOnMany, type ManyOptions, type PlannedAct } from './act-on-many.ts';
import { identifyConnectUser } from './identify-connect-user.ts';
import { identifyUser } from './identify-user.ts';
import type { OpenedConnect } from './open-connect.ts';
import { makeLink, planLink } from './plan-link.ts';
import type { ConnectUsers } from './ports.ts';
import { type Pair, readPairs } from './read-pairs.ts';
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
  const { pairs, badLines } = readPairs(await deps.readFile(options.from), ['user', 'connect-user']);
  if (badLines.length > 0)
    throw new ConfigError(
      'unreadable-file',
      `${options.from}: lines ${badLines.slice(0, 10).join(', ')}: expected two columns, user and connect-user.`,
    );
  const opened = pairs.length > MANY ? { ...deps, connect: listedOnce(deps.connect) } : deps;
  const plan: PlannedAct[] = [];
  const progress = startProgress(deps, 'Pairs looked up', pairs.length);
  for (const pair of pairs) {
    if (deps.signal.aborted) throw new InterruptedError();
    plan.push(await planOne(opened, pair, options.replaceClaim));
    progress.at(plan.length);
  }
  progress.end();
  return actOnMany(deps, options, ['USER', 'SUB', 'CONNECT USER'], plan);
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
  const leave = (left: string, sub = '-'): PlannedAct => ({ cells: [user, sub, named], left, act: async () => {} });
  try {
    const found = await identifyUser(deps, user);
    const connectUserId = await identifyConnectUser(deps, named);
    const wanted = { connectUserId, replaceClaim };
    const link = await planLink(deps, found, wanted);
    if (link === 'linked') return leave('linked already', found.sub);
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
