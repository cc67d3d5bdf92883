import { RefusedError } from '../exit.ts';
import { type JsonObject, memberAt } from '../json.ts';
import type { PoolAnswer } from '../ports.ts';
import { renderDifferences } from '../render/slot-changes.ts';
import { comparePools, type Difference } from '../triggers/differences.ts';
import { applyChanges, type SlotChange } from '../triggers/slots.ts';
import { planUpdate } from '../triggers/update-request.ts';
import type { TriggerDeps } from './inspect-triggers.ts';

/** What is to be written, and on what it was decided. */
export interface PoolWrite {
  readonly userPoolId: string;
  /** The description that the plan was made of. */
  readonly answer: PoolAnswer;
  readonly changes: readonly SlotChange[];
}

/** What became of it. */
export interface PoolWritten {
  readonly backup: { readonly description: string; readonly wayBack: string };
  /** Settings that are not as they should be now; none when all went well. */
  readonly differences: readonly Difference[];
}

/**
 * Writes triggers to a pool, and leaves everything else as it is: keeps what was there in files, makes sure that nobody
 * changed it since, sends all of it by one request, reads it back and compares.
 *
 * @throws {RefusedError} when the pool was changed since it was described; nothing was written then.
 */
export async function writePool(deps: TriggerDeps, { userPoolId, answer, changes }: PoolWrite): Promise<PoolWritten> {
  const { settings, terminal } = deps;
  const backup = await keep(deps, userPoolId, answer);
  terminal.note(`Kept as it is now: ${backup.description}`);
  const latest = await settings.describe(userPoolId);
  const moved = memberAt(latest.pool, 'LastModifiedDate') !== memberAt(answer.pool, 'LastModifiedDate');
  const since = comparePools(answer.pool, latest.pool);
  if (moved || since.length > 0)
    throw new RefusedError(`Nothing was written to ${userPoolId}: it was changed since the plan was made.`, [
      `Changed: ${since.map(({ path }) => path).join(', ') || 'LastModifiedDate only'}. Look at it and start again.`,
    ]);
  const expected = applyChanges(latest.pool, changes);
  try {
    await settings.update(planUpdate(expected).request);
  } catch (error) {
    await explainFailure(deps, { userPoolId, before: latest, expected, backup });
    throw error;
  }
  const differences = comparePools(expected, (await settings.describe(userPoolId)).pool);
  if (differences.length > 0) report(deps, userPoolId, differences, backup);
  else terminal.note(`Written, and read back: everything else in ${userPoolId} is as it was.`);
  return { backup, differences };
}

/** Says what a failed update has left behind: a failure without an answer may have been a success. */
async function explainFailure(deps: TriggerDeps, { userPoolId, before, expected, backup }: FailedWrite): Promise<void> {
  const { terminal } = deps;
  const now = await deps.settings.describe(userPoolId).catch(() => undefined);
  if (now === undefined) {
    terminal.note(`Whether ${userPoolId} was written is not known: it cannot be read. ${goBack(backup)}`);
    return;
  }
  const differences = comparePools(expected, now.pool);
  if (differences.length === 0) terminal.note(`${userPoolId} was written all the same; only the answer was lost.`);
  else if (comparePools(before.pool, now.pool).length === 0) terminal.note(`${userPoolId} is as it was.`);
  else report(deps, userPoolId, differences, backup);
}

interface FailedWrite {
  readonly userPoolId: string;
  readonly before: PoolAnswer;
  readonly expected: JsonObject;
  readonly backup: PoolWritten['backup'];
}

async function keep({ backups, now }: TriggerDeps, userPoolId: string, { text, pool }: PoolAnswer) {
  const name = `${userPoolId}-${new Date(now()).toISOString().replaceAll(':', '')}`;
  return {
    description: await backups.save(`${name}.describe.json`, text),
    wayBack: await backups.save(`${name}.update.json`, `${JSON.stringify(planUpdate(pool).request, null, 2)}\n`),
  };
}

function report(
  { terminal }: TriggerDeps,
  userPoolId: string,
  differences: readonly Difference[],
  backup: PoolWritten['backup'],
): void {
  terminal.note(`ATTENTION: ${userPoolId} is not what it should be after the update.`);
  for (const line of renderDifferences(differences)) terminal.note(line);
  terminal.note(goBack(backup));
}

const goBack = ({ wayBack, description }: PoolWritten['backup']): string =>
  `To go back to what it was: aws cognito-idp update-user-pool --cli-input-json file://${wayBack} ` +
  `(the whole description is in ${description}).`;
