import { type Command, Option } from 'commander';
import { ConfigError } from '../../lambda/core/failures/errors.ts';
import { HOLD_REASONS } from '../../lambda/core/holds/email-guards.ts';
import { holdIdOf } from '../../lambda/core/holds/hold-digests.ts';
import { IDENTITY_FIELDS, type IdentityField } from '../../lambda/core/identity/identity.ts';
import { adviseOn } from '../../lambda/core/outcome.ts';
import type { ReadWorkerSettings } from '../deployment/worker-settings.ts';
import { EXIT, type Exit, InterruptedError, RefusedError } from '../exit.ts';
import { emailDomain } from '../options.ts';
import type { ProgramDeps } from '../program-deps.ts';
import { PLAN_ONLY } from '../terminal/terminal.ts';
import { compareHold, type HoldComparison } from './compare-hold.ts';
import { describeUser, type FoundUser } from './find-user.ts';
import { heldFields } from './hold-digest.ts';
import { identifyUser } from './identify-user.ts';
import { type OpenedConnect, openConnect } from './open-connect.ts';
import { withoutPerson } from './operator.ts';
import type { UserRecord } from './ports.ts';
import {
  namesOption,
  readBothSides,
  renderBothSides,
  type SideLine,
  type SideOptions,
  type SidesOf,
  valuesOption,
} from './read-both-sides.ts';
import { releaseMany } from './release-many.ts';
import { renderHeld } from './render-held.ts';
import { reportUser } from './report-user.ts';
import { sendAndFollow } from './send-change.ts';
import {
  addChangingCommand,
  type ChangeDeps,
  type ChangeFlags,
  type ChangeOptions,
  runChanging,
  yesOption,
} from './user-command.ts';
import { toTime } from './user-view.ts';

/** What {@link release} works with. */
export interface ReleaseDeps extends ChangeDeps {
  /** Says what Cognito's attributes mean to Connect. */
  readonly workerSettings: () => Promise<ReadWorkerSettings>;
  /** Reads both sides, where they are wanted. */
  readonly connect?: OpenedConnect['connect'];
}

/** Options of {@link release}. */
export interface ReleaseOptions extends ChangeOptions, Partial<SideOptions> {
  /** One held field. @default all of them */
  readonly field?: IdentityField | undefined;
  /** Ids of the held values that the operator has looked at; needed to write. */
  readonly holds: readonly string[];
}

/** A value that is held of the user. */
interface Hold {
  readonly field: IdentityField;
  readonly holdId: string;
  readonly reason: string;
  readonly since: string | null;
  readonly advice: string | null;
  /** Whether the value is the one that Cognito has now. */
  readonly cognito: HoldComparison;
}

/**
 * `release`: lets exactly the values through that the operator names by hold id, then has the worker reconcile. A value that
 * comes later is held again, under another id.
 *
 * @returns in order when the worker has reconciled the user, and nothing about the user waits for a person.
 * @throws {RefusedError} when nothing is held, or not what was named.
 * @throws {ConfigError} `cognito-user-missing`, `no-hold`.
 */
export async function release(deps: ReleaseDeps, options: ReleaseOptions): Promise<Exit> {
  const { table, terminal, now } = deps;
  const { apply, json, waitMs } = options;
  const found = await identifyUser(deps, options.user);
  const { sub, row } = found;
  terminal.note(describeUser(found));
  const held = await findHolds(deps, found, options.field);
  if (row === undefined || held.length === 0) throw refuse(row, options.field);
  const chosen = options.holds.length === 0 ? held : choose(sub, held, options.holds);
  if (!apply) {
    const { connectUserId = null } = row;
    const plan = chosen.map((hold) => ({ sub, connectUserId, ...hold }));
    const sides = await readSides(deps, { sub, connectUserId, fields: chosen.map(({ field }) => field) }, options);
    if (json)
      terminal.json({
        ...{ applied: false, username: found.user?.username ?? null, held: plan },
        ...(sides && { sides: sides.get(sub) ?? [] }),
      });
    else {
      terminal.out(
        renderHeld(
          plan.map((hold) => ({ ...hold, outdated: hold.cognito === 'another' })),
          now(),
        ),
      );
      terminal.out(['', ...chosen.map(({ field, cognito }) => `${field}: ${COMPARISONS[cognito]}`)]);
      if (sides !== undefined) terminal.out(renderBothSides(sides));
    }
    const holds = chosen.flatMap(({ holdId, cognito }) => (cognito === 'another' ? [] : [`--hold ${holdId}`]));
    terminal.note(
      holds.length === 0
        ? `Such a release would be refused. To have the user read again: npx connect-sync sync ${sub} --apply`
        : PLAN_ONLY.replace('--apply', `--apply ${holds.join(' ')}`),
    );
    return EXIT.attention;
  }
  if (options.holds.length === 0)
    throw new ConfigError(
      'no-hold',
      `--apply: name the values that you have looked at by --hold; they are shown by: npx connect-sync release ${sub}`,
    );
  const another = chosen.filter(({ cognito }) => cognito === 'another');
  if (another.length > 0)
    throw new RefusedError('Cognito has another value by now; nothing was released.', [
      `To have ${another.map(({ field }) => field).join(', ')} read again, then look again: npx connect-sync sync ${sub} --apply`,
    ]);
  if (deps.signal.aborted) throw new InterruptedError();
  const fields = chosen.map(({ field }) => field);
  if (!(await table.release(row, fields, { role: withoutPerson(await deps.caller()), at: now() })))
    throw new RefusedError('What is held has changed meanwhile; nothing was released. Look again, then decide.');
  const after = await sendAndFollow(deps, sub, waitMs);
  const became = chosen.map(({ field, holdId }) => ({
    field,
    holdId,
    became: after === undefined ? 'released' : tell(after, field),
  }));
  if (!json) for (const { field, became: what } of became) terminal.out(`${field}: ${what}`);
  return reportUser(deps, { sub, row: after, json, more: { fields: became } });
}

async function readSides(
  { connect, ...deps }: ReleaseDeps,
  user: SidesOf,
  { names = false, showValues = false }: ReleaseOptions,
): Promise<ReadonlyMap<string, readonly SideLine[]> | undefined> {
  if (connect === undefined || !(names || showValues)) return undefined;
  return readBothSides({ ...deps, connect }, [user], { names, showValues });
}

const COMPARISONS: Readonly<Record<HoldComparison, string>> = {
  same: 'Cognito has the held value now.',
  another: 'Cognito has another value by now: the held one would not be written.',
  'not-compared': 'Whether Cognito has the held value now was not compared.',
};

async function findHolds(
  { terminal, workerSettings }: ReleaseDeps,
  { row, user }: FoundUser,
  only: IdentityField | undefined,
): Promise<readonly Hold[]> {
  const { sub = '', holds = {}, since } = row ?? {};
  const fields = heldFields(row ?? {});
  const held = IDENTITY_FIELDS.flatMap((field) => {
    const reason = fields.find((one) => one.field === field)?.reason;
    const digest = holds[field];
    if (reason === undefined || digest === undefined || (only !== undefined && only !== field)) return [];
    return [{ field, digest, reason, since: toTime(since), advice: adviseOn(reason, { sub }) ?? null }];
  });
  if (held.length === 0) return [];
  const settings = await workerSettings();
  if ('unknown' in settings) terminal.note(`Not compared with Cognito: ${settings.unknown}.`);
  return held.map(({ digest, ...hold }) => ({
    ...hold,
    holdId: holdIdOf(digest),
    cognito: compareHold(hold.field, digest, user, settings),
  }));
}

/** Every id must be that of a value which is held of this user now: a part of an id is refused. */
function choose(sub: string, held: readonly Hold[], ids: readonly string[]): readonly Hold[] {
  const strange = ids.filter((id) => !held.some(({ holdId }) => holdId === id));
  if (strange.length === 0) return held.filter(({ holdId }) => ids.includes(holdId));
  throw new RefusedError(
    `--hold ${strange.join(', ')}: no value is held of this user now under this id; nothing was released.`,
    [
      `Held now: ${held.map(({ field, holdId }) => `${field} ${holdId}`).join(', ')}.`,
      `Look again, then decide: npx connect-sync release ${sub}`,
    ],
  );
}

function refuse(row: UserRecord | undefined, field: IdentityField | undefined): RefusedError {
  const advice = row?.reason === undefined ? undefined : adviseOn(row.reason, row);
  const what = field === undefined ? 'no value of this user' : `no value for ${field} of this user`;
  return new RefusedError(
    `There is ${what} that is held: ${row?.status === undefined ? 'the worker has not reconciled it yet' : `its status is ${row.status}`}.`,
    advice === undefined ? [] : [advice],
  );
}

/** What became of a released field. */
function tell({ status, changed = [], withheld = [], reason }: UserRecord, field: IdentityField): string {
  const still = withheld.find((one) => one.field === field);
  if (still !== undefined) return `${still.kind}, ${still.reason}`;
  if (changed.includes(field)) return status === 'would-write' ? 'would be written' : 'written';
  return reason ?? 'in step';
}

interface ReleaseFlags extends ChangeFlags, SideOptions, Pick<ReleaseOptions, 'field'> {
  readonly hold: readonly string[];
  readonly reason?: string;
  readonly domain?: string;
  readonly from?: string;
  readonly yes?: number;
}

/** Adds `release`. */
export function addRelease(program: Command, deps: ProgramDeps): void {
  const hold = new Option('--hold <id>', 'a held value that you have looked at, by its id; may be repeated')
    .argParser((id: string, before: readonly string[]) => [...before, id])
    .default([], 'none');
  const what = 'release exactly the held values that you name';
  addChangingCommand(program, 'release', what, ['syncWorker'], 'optional')
    .addOption(hold)
    .addOption(new Option('--field <field>', 'one held field (default: all of them)').choices(IDENTITY_FIELDS))
    .addOption(new Option('--reason <reason>', 'for many users: what is held for this reason').choices(HOLD_REASONS))
    .addOption(new Option('--domain <domain>', 'for many users: addresses of this domain').argParser(emailDomain))
    .option('--from <file>', 'for many users: the holds of a file with the columns sub and hold')
    .addOption(yesOption())
    .addOption(namesOption())
    .addOption(valuesOption())
    .action((user: string | undefined, options: ReleaseFlags) => {
      const { hold: holds, field, reason, domain, from, yes, names, showValues } = options;
      const many = [reason, domain, from].some((given) => given !== undefined);
      if (many === (user !== undefined))
        throw new ConfigError('usage', 'release: give a user, or --reason, --domain or --from for many.');
      if (many && holds.length > 0)
        throw new ConfigError(
          'usage',
          '--hold: name a user with it; for many users write sub and hold into a file, and give it by --from.',
        );
      return runChanging(
        deps,
        options,
        user ?? '',
        (ports, common, connected) => {
          const opened = openConnect(connected);
          const shown = { names, showValues };
          if (!many) return release({ ...ports, ...opened }, { ...common, ...shown, field, holds });
          const { readFile } = deps;
          const which = { field, reason, domain, from, yes };
          return releaseMany({ ...ports, ...opened, readFile }, { ...common, ...shown, ...which });
        },
        ['syncWorker'],
      );
    });
}
