import { type Command, Option } from 'commander';
import { IDENTITY_FIELDS, type IdentityField } from '../../lambda/core/identity.ts';
import { adviseOn } from '../../lambda/core/outcome.ts';
import { EXIT, type Exit, RefusedError } from '../exit.ts';
import type { ProgramDeps } from '../program-deps.ts';
import { PLAN_ONLY } from '../terminal/terminal.ts';
import { addChangingCommand, type ChangeDeps, type ChangeFlags, type ChangeOptions, runChanging } from './command.ts';
import { describeUser } from './find-user.ts';
import { identifyUser } from './identify-user.ts';
import type { UserRecord } from './ports.ts';
import { renderHeld } from './render-held.ts';
import { reportUser } from './report-user.ts';
import { sendAndFollow } from './send-change.ts';
import { toTime } from './user-view.ts';

/** Options of {@link release}. */
export interface ReleaseOptions extends ChangeOptions {
  /** One held field. @default all of them */
  readonly field?: IdentityField | undefined;
}

/**
 * `release`: lets exactly the values through that are held of a user now, then has the worker reconcile. A value that comes
 * later is held again.
 *
 * @returns in order when the worker has reconciled the user, and nothing about the user waits for a person.
 * @throws {RefusedError} when nothing is held, or no longer what was looked at.
 * @throws {ConfigError} `cognito-user-missing`.
 */
export async function release(deps: ChangeDeps, options: ReleaseOptions): Promise<Exit> {
  const { table, terminal, now } = deps;
  const { apply, json, waitMs } = options;
  const found = await identifyUser(deps, options.user);
  const { sub, row } = found;
  terminal.note(describeUser(found));
  const held = row === undefined ? [] : heldFields(row, options.field);
  if (row === undefined || held.length === 0) throw refuse(row, options.field);
  const { connectUserId = null } = row;
  if (!apply) {
    const plan = held.map((field) => ({ sub, connectUserId, ...field }));
    if (json) terminal.json({ applied: false, held: plan });
    else terminal.out(renderHeld(plan, now()));
    terminal.note(PLAN_ONLY);
    return EXIT.attention;
  }
  const fields = held.map(({ field }) => field);
  if (!(await table.release(row, fields, now())))
    throw new RefusedError('What is held has changed meanwhile; nothing was released. Look again, then decide.');
  const after = await sendAndFollow(deps, sub, waitMs);
  const became = fields.map((field) => ({ field, became: after === undefined ? 'released' : tell(after, field) }));
  if (!json) for (const { field, became: what } of became) terminal.out(`${field}: ${what}`);
  return reportUser(deps, { sub, row: after, json, more: { fields: became } });
}

function heldFields({ status, withheld = [], holds = {}, since }: UserRecord, only: IdentityField | undefined) {
  if (status !== 'held') return [];
  return IDENTITY_FIELDS.flatMap((field) => {
    const found = withheld.find((one) => one.field === field && one.kind === 'held');
    if (found === undefined || holds[field] === undefined || (only !== undefined && only !== field)) return [];
    const { reason } = found;
    return [{ field, reason, since: toTime(since), advice: adviseOn(reason) ?? null }];
  });
}

function refuse(row: UserRecord | undefined, field: IdentityField | undefined): RefusedError {
  const advice = row?.reason === undefined ? undefined : adviseOn(row.reason);
  const what = field === undefined ? 'no value of this user' : `no value for ${field} of this user`;
  return new RefusedError(
    `There is ${what} that is held: ${row?.status === undefined ? 'the worker has not reconciled it yet' : `its status is ${row.status}`}.`,
    advice === undefined ? [] : [advice],
  );
}

/** What became of a released field. */
function tell({ changed = [], withheld = [], reason }: UserRecord, field: IdentityField): string {
  const still = withheld.find((one) => one.field === field);
  if (still !== undefined) return `${still.kind}, ${still.reason}`;
  if (changed.includes(field)) return 'written';
  return reason ?? 'in step';
}

/** Adds `release`. */
export function addRelease(program: Command, deps: ProgramDeps): void {
  addChangingCommand(program, 'release', 'let exactly the values through that are held of a user now')
    .addOption(new Option('--field <field>', 'one held field (default: all of them)').choices(IDENTITY_FIELDS))
    .action((user: string, options: ChangeFlags & Pick<ReleaseOptions, 'field'>) =>
      runChanging(deps, options, user, (ports, common) => release(ports, { ...common, field: options.field })),
    );
}
