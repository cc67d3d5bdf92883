import { RefusedError } from '../exit.ts';
import type { FoundUser } from './find-user.ts';
import { withoutPerson } from './operator.ts';
import type { Claim } from './ports.ts';
import { sendChange } from './send-change.ts';
import type { ChangeDeps } from './user-command.ts';

/** A link that is wanted. */
export interface WantedLink {
  readonly connectUserId: string;
  /** Take the Connect user from the Cognito user who has it. */
  readonly replaceClaim: boolean;
}

/** What it takes to make a link. */
export interface LinkPlan {
  /** The claim on the Connect user that there is now. */
  readonly claim: Claim | undefined;
  /** Sub of the user whose link is removed. */
  readonly unlinks: string | null;
}

/**
 * Plans a link by hand.
 *
 * @returns `linked` when there is nothing to do.
 * @throws {RefusedError} when either of the two is linked to another one, or the worker has found that Cognito does not have
 *   the user any more: the link would keep the Connect user from the user who was created again.
 */
export async function planLink(
  { table }: Pick<ChangeDeps, 'table'>,
  { sub, row, user }: FoundUser,
  { connectUserId, replaceClaim }: WantedLink,
): Promise<LinkPlan | 'linked'> {
  if (user === undefined && row?.status === 'cognito-user-missing')
    throw new RefusedError(`Cognito has no user ${sub} any more.`, [
      'A user who was created again has another sub: give the user name.',
    ]);
  const claim = await table.findClaim(connectUserId);
  const orphaned = claim?.orphanedAt !== undefined;
  // A link that was not reconciled since was interrupted. Making it again is harmless, and has the worker reconcile the
  // user.
  const reconciled = row?.syncedReadAt !== undefined && row.syncedReadAt >= (row.linkedAt ?? 0);
  if (row?.connectUserId === connectUserId && claim?.sub === sub && !orphaned && reconciled) return 'linked';
  if (row?.connectUserId !== undefined && row.connectUserId !== connectUserId)
    throw new RefusedError(`${sub} is linked to ${row.connectUserId}.`, [
      `To link it anew, remove that link first: npx connect-sync unlink ${sub} --apply`,
    ]);
  const holder = claim === undefined || claim.sub === sub ? undefined : await table.find(claim.sub);
  const unlinks = holder?.connectUserId === connectUserId ? holder.sub : null;
  if (unlinks !== null && !orphaned && !replaceClaim)
    throw new RefusedError(`${connectUserId} is linked to ${unlinks}.`, [
      'If that link is wrong, --replace-claim takes the Connect user from it.',
    ]);
  return { claim, unlinks };
}

/**
 * Makes a planned link: the claim first, then the row.
 *
 * @throws {RefusedError} when something has changed since the plan.
 */
export async function makeLink(
  deps: ChangeDeps,
  sub: string,
  { connectUserId, replaceClaim }: WantedLink,
  { claim, unlinks }: LinkPlan,
): Promise<void> {
  const { table } = deps;
  const now = await table.now();
  const by = { role: withoutPerson(await deps.caller()), at: now };
  // Remove the old link first. Then two users never have one Connect user, even if the command stops here.
  if (unlinks !== null) await table.unlink(unlinks, connectUserId);
  const takes = claim !== undefined && (claim.orphanedAt !== undefined || (claim.sub !== sub && replaceClaim));
  const taken = !takes || (await table.takeClaim(claim, sub, now));
  if (!taken || (await table.link(sub, connectUserId, now)) !== 'linked')
    throw new RefusedError(
      `${connectUserId} or ${sub} has been linked meanwhile, or a link was begun within 15 minutes. Look again, then repeat the command.`,
    );
  await table.noteOperator(sub, 'link', by);
  // Have the worker reconcile the user whose link was removed, so that the row says so.
  if (unlinks !== null && claim?.orphanedAt === undefined) await sendChange(deps, unlinks);
}
