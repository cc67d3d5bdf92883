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

/** Which holds to release. A hold must match every option that is given. */
export interface ReleaseManyOptions extends ManyOptions, WantedHolds, Partial<SideOptions> {
  /** Domain of the address that is held. */
  readonly domain?: string | undefined;
  /** Path of a file with the columns `sub` and `hold`. */
  readonly from?: string | undefined;
}

/** Most users whose both sides are shown: each read waits for its slot. */
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
  const shown: ManyHold[] = [];
  const progress = startProgress(deps, 'Holds compared', found.length);
  for (const [index, hold] of found.entries()) {
    if (deps.signal.aborted) throw new InterruptedError();
    progress.at(index + 1);
    const act = await planRelease(deps, hold, settings, options);
    if (act === undefined) continue;
    plan.push(act);
    shown.push(hold);
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

/** The release of one hold; `undefined` for a hold that no option is about. */
async function planRelease(
  deps: ReleaseManyDeps,
  hold: ManyHold,
  settings: WorkerSettings,
  options: ReleaseManyOptions,
): Promise<PlannedAct | undefined> {
  const { row, field, reason, holdId } = hold;
  const digest = row.holds?.[field];
  if (digest === undefined) return undefined;
  const cells = [row.sub, `${field}, ${reason}`, holdId];
  const leave = (left: string): PlannedAct => ({ cells, left, act: async () => {} });
  if (!isWanted(hold, options)) return leave('not of the reason or the field that was asked for');
  const [user] = await deps.pool.having('sub', row.sub);
  const domain = options.domain?.toLowerCase();
  if (domain !== undefined) {
    const value = user && desiredValue(field, user, settings);
    if (value === undefined) return leave('Cognito has no value now, so its domain is not known');
    if (!value.toLowerCase().endsWith(`@${domain}`))
      return options.from === undefined ? undefined : leave('not in the domain that was asked for');
  }
  if (compareHold(field, digest, user, settings) !== 'same') return leave('Cognito has another value by now');
  return {
    cells,
    async act() {
      const at = deps.now();
      if (!(await deps.table.release(row, [field], { role: withoutPerson(await deps.caller()), at })))
        throw new RefusedError('what is held has changed since the plan; it was not released.');
      await sendChange(deps, row.sub);
    },
  };
}

/** Both sides of the first ones, for a person who decides; `undefined` where they are not wanted. */
async function readSides(
  { connect, ...deps }: ReleaseManyDeps,
  found: readonly ManyHold[],
  { apply, names = false, showValues = false }: ReleaseManyOptions,
): Promise<ReadonlyMap<string, readonly SideLine[]> | undefined> {
  if (connect === undefined || apply || !(names || showValues)) return undefined;
  const users = found.map(({ row: { sub, connectUserId = null }, field }) => ({ sub, connectUserId, fields: [field] }));
  return readBothSides({ ...deps, connect }, users, { names, showValues });
}
