import { ConfigError } from '../../lambda/core/failures/errors.ts';
import { IDENTITY_FIELDS, type IdentityField } from '../../lambda/core/identity/identity.ts';
import { type Exit, InterruptedError, RefusedError } from '../exit.ts';
import { startProgress } from '../terminal/progress.ts';
import { actOnMany, type ManyOptions, type PlannedAct } from './act-on-many.ts';
import { compareHold, desiredValue } from './compare-hold.ts';
import { holdIdIn } from './hold-digest.ts';
import type { OpenedConnect } from './open-connect.ts';
import { withoutPerson } from './operator.ts';
import type { UserRecord } from './ports.ts';
import { readBothSides, renderBothSides, type SideOptions } from './read-both-sides.ts';
import { readPairs } from './read-pairs.ts';
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
export interface ReleaseManyOptions extends ManyOptions, Partial<SideOptions> {
  /** Why the value is held. */
  readonly reason?: string | undefined;
  /** Domain of the address that is held. */
  readonly domain?: string | undefined;
  /** Path of a file with the columns `sub` and `hold`. */
  readonly from?: string | undefined;
  readonly field?: IdentityField | undefined;
}

/** Most users whose both sides are shown: each read waits for its slot. */
const MAX_SIDES = 50;

/** A value that is held. */
interface ManyHold {
  readonly row: UserRecord;
  readonly field: IdentityField;
  readonly reason: string;
  readonly holdId: string;
}

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
  const named = options.from === undefined ? undefined : await readHolds(deps, options.from);
  const found = (await findHolds(deps, options)).filter(
    ({ row, holdId }) => named === undefined || named.has(`${row.sub} ${holdId}`),
  );
  const plan: PlannedAct[] = [];
  const seen = new Set(found.map(({ row, holdId }) => `${row.sub} ${holdId}`));
  for (const name of named ?? [])
    if (!seen.has(name)) {
      const [sub = '', holdId = ''] = name.split(' ');
      plan.push({ cells: [sub, '-', holdId], left: 'not held now under this id', act: async () => {} });
    }
  const domain = options.domain?.toLowerCase();
  const progress = startProgress(deps, 'Holds compared', found.length);
  let compared = 0;
  for (const { row, field, reason, holdId } of found) {
    if (deps.signal.aborted) throw new InterruptedError();
    compared += 1;
    progress.at(compared);
    const [user] = await deps.pool.having('sub', row.sub);
    const digest = row.holds?.[field];
    const value = user && desiredValue(field, user, settings);
    if (digest === undefined || (domain !== undefined && value?.toLowerCase().endsWith(`@${domain}`) !== true))
      continue;
    const same = compareHold(field, digest, user, settings) === 'same';
    plan.push({
      cells: [row.sub, `${field}, ${reason}`, holdId],
      left: same ? undefined : 'Cognito has another value by now',
      async act() {
        const at = deps.now();
        if (!(await deps.table.release(row, [field], { role: withoutPerson(await deps.caller()), at })))
          throw new RefusedError('what is held has changed since the plan; it was not released.');
        await sendChange(deps, row.sub);
      },
    });
  }
  progress.end();
  await showSides(deps, found.slice(0, MAX_SIDES), options);
  return actOnMany(deps, options, ['SUB', 'HELD', 'HOLD'], plan);
}

/** Both sides of the first ones, for a person who decides. */
async function showSides(
  { connect, ...deps }: ReleaseManyDeps,
  found: readonly ManyHold[],
  { json, apply, names = false, showValues = false }: ReleaseManyOptions,
): Promise<void> {
  if (connect === undefined || json || apply || !(names || showValues)) return;
  const users = found.map(({ row: { sub, connectUserId = null }, field }) => ({ sub, connectUserId, fields: [field] }));
  deps.terminal.out(renderBothSides(await readBothSides({ ...deps, connect }, users, { names, showValues })));
}

async function readHolds({ readFile }: ReleaseManyDeps, path: string): Promise<ReadonlySet<string>> {
  const { pairs, badLines } = readPairs(await readFile(path), ['sub', 'hold']);
  if (badLines.length === 0) return new Set(pairs.map(([sub, holdId]) => `${sub} ${holdId}`));
  const lines = badLines.slice(0, 10).join(', ');
  throw new ConfigError('unreadable-file', `${path}: lines ${lines}: expected two columns, sub and hold.`);
}

/** What is held in the table, by reason and field. */
async function findHolds(
  { table }: ReleaseManyDeps,
  { reason: only, field: onlyField }: ReleaseManyOptions,
): Promise<readonly ManyHold[]> {
  const holds: ManyHold[] = [];
  for await (const page of table.scan())
    for (const row of page) {
      if (row.status !== 'held') continue;
      for (const { field: name, kind, reason } of row.withheld ?? []) {
        const field = IDENTITY_FIELDS.find((known) => known === name);
        const holdId = holdIdIn(row.holds ?? {}, name);
        const wanted = (only ?? reason) === reason && (onlyField ?? field) === field;
        if (kind === 'held' && field !== undefined && holdId !== undefined && wanted)
          holds.push({ row, field, reason, holdId });
      }
    }
  return holds;
}
