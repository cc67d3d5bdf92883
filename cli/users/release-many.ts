import { ConfigError } from '../../lambda/core/failures/errors.ts';
import type { WorkerSettings } from '../deployment/worker-settings.ts';
import { type Exit, InterruptedError, RefusedError } from '../exit.ts';
import { startProgress } from '../terminal/progress.ts';
import { actOnMany, type ManyOptions, type PlannedAct } from './act-on-many.ts';
import { compareHold, desiredValue } from './compare-hold.ts';
import {
  type HoldName,
  isWanted,
  type ManyHold,
  nameOfHold,
  readHoldNames,
  readHolds,
  type WantedHolds,
} from './many-holds.ts';
import type { OpenedConnect } from './open-connect.ts';
import { withoutPerson } from './operator.ts';
import type { PoolUser } from './ports.ts';
import { readBothSides, renderBothSides, type SideLine, type SideOptions } from './read-both-sides.ts';
import { sendChange } from './send-change.ts';
import type { ChangeDeps } from './user-command.ts';

/** What {@link releaseMany} works with. */
export interface ReleaseManyDeps extends ChangeDeps, Pick<OpenedConnect, 'workerSettings'> {
  /** Reads both sides, where they are wanted. */
  readonly connect?: OpenedConnect['connect'];
  /** @throws {ConfigError} when there is no such file. */
  readonly readFile: (path: string) => Promise<string>;
}

/** A user, and what is held of them. */
interface UserHolds {
  readonly row: ManyHold['row'];
  readonly holds: readonly ManyHold[];
}

/** Which holds to release. A hold must match every option that is given. */
export interface ReleaseManyOptions extends ManyOptions, WantedHolds, Partial<SideOptions> {
  /** Domain of the address that is held. */
  readonly domain?: string | undefined;
  /** Path of a file with the columns `sub` and `hold`. */
  readonly from?: string | undefined;
}

/** Most users of whom both sides are shown: each read waits for its slot. */
const MAX_SIDES = 50;

/**
 * `release` for many users: those of a file of hold ids, or all that are held for a reason, with an address of a domain.
 * Every release is bound to the value that the plan has seen: a value that has changed since is reported and left out.
 *
 * @throws {ConfigError} for a file that cannot be read, or when Cognito's values cannot be compared.
 * @throws {RefusedError} when the confirmed number is not that of the plan.
 */
export async function releaseMany(deps: ReleaseManyDeps, options: ReleaseManyOptions): Promise<Exit> {
  const settings = await deps.workerSettings();
  if ('unknown' in settings)
    throw new ConfigError(
      'not-compared',
      `Values of Cognito cannot be compared with what is held: ${settings.unknown}.`,
    );
  const named = options.from === undefined ? undefined : readHoldNames(options.from, await deps.readFile(options.from));
  const all = await readHolds(deps.table);
  const found = all.filter((hold) => named?.has(nameOfHold(hold)) ?? isWanted(hold, options));
  const plan: PlannedAct[] = namesWithoutHold(named, found);
  const shown: UserHolds[] = [];
  const users = [...Map.groupBy(found, ({ row }) => row)].map(([row, holds]): UserHolds => ({ row, holds }));
  const progress = startProgress(deps, 'Users compared', users.length);
  for (const [index, user] of users.entries()) {
    if (deps.signal.aborted) throw new InterruptedError();
    progress.at(index + 1);
    const planned = await planReleases(deps, user, settings, options);
    plan.push(...planned.acts);
    if (planned.asked.length > 0) shown.push({ ...user, holds: planned.asked });
  }
  progress.end();
  if (plan.length === 0)
    deps.terminal.note(
      all.length === 0
        ? 'No value is held.'
        : `No value that is held fits. Held now: ${all.length}. To see them: npx connect-sync held`,
    );
  const sides = await readSides(deps, shown.slice(0, MAX_SIDES), options);
  if (sides !== undefined && !options.json) deps.terminal.out(renderBothSides(sides));
  if (sides !== undefined && shown.length > MAX_SIDES)
    deps.terminal.note(
      `Both sides are shown of the first ${MAX_SIDES} of ${shown.length} users. To see all: npx connect-sync held ${options.showValues ? '--show-values' : '--names'}`,
    );
  const more = sides && { sides: Object.fromEntries(sides) };
  return actOnMany(deps, { ...options, more }, ['SUB', 'HELD', 'HOLD'], plan);
}

/** Lines of the file that name nothing which is held. Pure. */
const namesWithoutHold = (named: ReadonlySet<HoldName> = new Set(), found: readonly ManyHold[]): PlannedAct[] => {
  const names = new Set<string>(found.map(nameOfHold));
  return [...named]
    .filter((name) => !names.has(name))
    .map((name) => {
      const [sub = '', holdId = ''] = name.split(' ');
      return { cells: [sub, '-', holdId], left: 'not held now under this id', act: async () => {} };
    });
};

/** The release of all holds of one user that can be released, and each other one; those alone that were asked for. */
async function planReleases(
  deps: ReleaseManyDeps,
  { row, holds }: UserHolds,
  settings: WorkerSettings,
  options: ReleaseManyOptions,
): Promise<{ readonly acts: readonly PlannedAct[]; readonly asked: readonly ManyHold[] }> {
  const [user] = await deps.pool.having('sub', row.sub);
  const judged = holds.map((hold) => ({ hold, verdict: judge(hold, user, settings, options) }));
  const asked = judged.filter(({ verdict }) => verdict !== 'not-asked');
  const fine = asked.flatMap(({ hold, verdict }) => (verdict === 'release' ? [hold] : []));
  const left = asked.flatMap(({ hold, verdict }): readonly PlannedAct[] =>
    typeof verdict === 'string' ? [] : [{ cells: cellsOf(row.sub, [hold]), ...verdict, act: async () => {} }],
  );
  // One act for each user: with one for each hold, the second would write over the release of the first.
  const release: PlannedAct = {
    cells: cellsOf(row.sub, fine),
    async act() {
      const by = { role: withoutPerson(await deps.caller()), at: deps.now() };
      const fields = fine.map(({ field }) => field);
      if (!(await deps.table.release(row, fields, by)))
        throw new RefusedError('what is held has changed since the plan; it was not released.');
      await sendChange(deps, row.sub);
    },
  };
  return { acts: [...(fine.length === 0 ? [] : [release]), ...left], asked: asked.map(({ hold }) => hold) };
}

/** Sub, what is held, and hold ids. */
const cellsOf = (sub: string, holds: readonly ManyHold[]): readonly string[] => [
  sub,
  holds.map(({ field, reason }) => `${field}, ${reason}`).join('; '),
  holds.map(({ holdId }) => holdId).join(' '),
];

/** Whether to release a hold, or why not; `not-asked` for one that no option is about. Pure. */
function judge(
  hold: ManyHold,
  user: PoolUser | undefined,
  settings: WorkerSettings,
  options: ReleaseManyOptions,
): 'release' | 'not-asked' | { readonly left: string } {
  const { row, field } = hold;
  const digest = row.holds?.[field];
  if (digest === undefined) return 'not-asked';
  if (!isWanted(hold, options)) return { left: 'not of the reason or the field that was asked for' };
  const domain = options.domain?.toLowerCase();
  if (domain !== undefined) {
    const value = user && desiredValue(field, user, settings);
    if (value === undefined) return { left: 'Cognito has no value now, so its domain is not known' };
    if (!value.toLowerCase().endsWith(`@${domain}`))
      return options.from === undefined ? 'not-asked' : { left: 'not in the domain that was asked for' };
  }
  return compareHold(field, digest, user, settings) === 'same'
    ? 'release'
    : { left: 'Cognito has another value by now' };
}

/** Both sides of the first users, in a plan only; `undefined` where they are not wanted. */
async function readSides(
  { connect, ...deps }: ReleaseManyDeps,
  found: readonly UserHolds[],
  { apply, names = false, showValues = false }: ReleaseManyOptions,
): Promise<ReadonlyMap<string, readonly SideLine[]> | undefined> {
  if (connect === undefined || apply || !(names || showValues)) return undefined;
  const users = found.map(({ row: { sub, connectUserId = null }, holds }) => ({
    ...{ sub, connectUserId, fields: holds.map(({ field }) => field) },
  }));
  return readBothSides({ ...deps, connect }, users, { names, showValues });
}
