import { InterruptedError, RefusedError } from '../exit.ts';
import { type JsonObject, memberAt } from '../json.ts';
import { shellWord } from '../terminal/shell-word.ts';
import { compareMfa, comparePools, type Difference } from './differences.ts';
import type { TriggerDeps } from './inspect.ts';
import type { PoolAnswer } from './ports.ts';
import { renderDifferences } from './render-changes.ts';
import { applyChanges, type SlotChange } from './slots.ts';
import { planUpdate } from './update-request.ts';

/** What is to be written, and on what it was decided. */
export interface PoolWrite {
  readonly userPoolId: string;
  /** The description that the plan was made of. */
  readonly answer: PoolAnswer;
  readonly changes: readonly SlotChange[];
}

/** Paths of the files that hold the pool as it was: the description, and the two requests that go back to it. */
interface Backup {
  readonly description: string;
  readonly wayBack: string;
  readonly mfaWayBack: string;
}

/** All settings of a pool that can be read. */
interface Settings {
  readonly pool: JsonObject;
  readonly mfa: JsonObject;
}

/** What became of it. */
export interface PoolWritten {
  readonly backup: Backup;
  /** Settings that are not as they should be now; none when all went well. */
  readonly differences: readonly Difference[];
}

/**
 * Writes triggers to a pool, and leaves everything else as it is: keeps what was there in files, makes sure that no other
 * administrator changed it since, sends all of it by one request, reads it back and compares.
 *
 * @throws {RefusedError} when the pool was changed since it was described; nothing was written then.
 * @throws {InterruptedError} at Ctrl-C before the pool was written.
 */
export async function writePool(deps: TriggerDeps, { userPoolId, answer, changes }: PoolWrite): Promise<PoolWritten> {
  const { settings, terminal } = deps;
  const before = { pool: answer.pool, mfa: await settings.describeMfa(userPoolId) };
  const backup = await keep(deps, userPoolId, answer, before.mfa);
  terminal.note(`Kept as it is now: ${backup.description}`);
  const latest = await readSettings(deps, userPoolId);
  const moved = memberAt(latest.pool, 'LastModifiedDate') !== memberAt(answer.pool, 'LastModifiedDate');
  const since = compareSettings(before, latest);
  if (moved || since.length > 0)
    throw new RefusedError(`Nothing was written to ${userPoolId}: it was changed since the plan was made.`, [
      `Changed: ${since.map(({ path }) => path).join(', ') || 'LastModifiedDate only'}. Look at it and start again.`,
    ]);
  const expected = { pool: applyChanges(latest.pool, changes), mfa: latest.mfa };
  if (deps.signal.aborted) throw new InterruptedError();
  try {
    await settings.update(planUpdate(expected.pool).request);
  } catch (error) {
    await explainFailure(deps, { userPoolId, before: latest, expected, backup });
    throw error;
  }
  const differences = compareSettings(expected, await readSettings(deps, userPoolId));
  if (differences.length > 0) report(deps, userPoolId, differences, backup);
  else terminal.note(`Written, and read back: everything else in ${userPoolId} is as it was.`);
  return { backup, differences };
}

async function readSettings({ settings }: TriggerDeps, userPoolId: string): Promise<Settings> {
  const [{ pool }, mfa] = await Promise.all([settings.describe(userPoolId), settings.describeMfa(userPoolId)]);
  return { pool, mfa };
}

const compareSettings = (expected: Settings, found: Settings): readonly Difference[] => [
  ...comparePools(expected.pool, found.pool),
  ...compareMfa(expected.mfa, found.mfa),
];

/** Says what a failed update has changed. An update without an answer may have succeeded. */
async function explainFailure(deps: TriggerDeps, { userPoolId, before, expected, backup }: FailedWrite): Promise<void> {
  const { terminal } = deps;
  const now = await readSettings(deps, userPoolId).catch(() => undefined);
  if (now === undefined) {
    terminal.note(`Whether ${userPoolId} was written is not known: it cannot be read.`);
    terminal.note(goBack(userPoolId, backup));
    return;
  }
  const differences = compareSettings(expected, now);
  if (differences.length === 0) terminal.note(`${userPoolId} was written all the same; only the answer was lost.`);
  else if (compareSettings(before, now).length === 0) terminal.note(`${userPoolId} is as it was.`);
  else report(deps, userPoolId, differences, backup);
}

interface FailedWrite {
  readonly userPoolId: string;
  readonly before: Settings;
  readonly expected: Settings;
  readonly backup: Backup;
}

async function keep(
  { backups, now }: TriggerDeps,
  userPoolId: string,
  { text, pool }: PoolAnswer,
  mfa: JsonObject,
): Promise<Backup> {
  const name = `${userPoolId}-${new Date(now()).toISOString().replaceAll(':', '')}`;
  const save = (kind: string, request: JsonObject) =>
    backups.save(`${name}.${kind}.json`, `${JSON.stringify(request, null, 2)}\n`);
  return {
    description: await backups.save(`${name}.describe.json`, text),
    wayBack: await save('update', planUpdate(pool).request),
    mfaWayBack: await save('mfa', { UserPoolId: userPoolId, ...mfa }),
  };
}

function report(
  { terminal }: TriggerDeps,
  userPoolId: string,
  differences: readonly Difference[],
  backup: Backup,
): void {
  terminal.note(`ATTENTION: ${userPoolId} is not what it should be after the update.`);
  terminal.note(renderDifferences(differences));
  terminal.note(goBack(userPoolId, backup));
}

/** How to go back, each command on a line of its own. The id of a pool begins with its Region. */
function goBack(userPoolId: string, { wayBack, mfaWayBack, description }: Backup): readonly string[] {
  const command = (operation: string, path: string) =>
    `  aws cognito-idp ${operation} --region ${userPoolId.split('_')[0]} --cli-input-json ${shellWord(`file://${path}`)}`;
  return [
    'To go back to what it was:',
    command('update-user-pool', wayBack),
    'And where GetUserPoolMfaConfig differs:',
    command('set-user-pool-mfa-config', mfaWayBack),
    `The whole description is in ${description}.`,
  ];
}
