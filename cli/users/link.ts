import type { Command } from 'commander';
import { EXIT, type Exit, RefusedError } from '../exit.ts';
import { connectUser } from '../options.ts';
import type { ProgramDeps } from '../program-deps.ts';
import { PLAN_ONLY } from '../terminal/terminal.ts';
import { addChangingCommand, type ChangeDeps, type ChangeFlags, type ChangeOptions, runChanging } from './command.ts';
import { describeUser, type FoundUser } from './find-user.ts';
import { identifyConnectUser } from './identify-connect-user.ts';
import { identifyUser } from './identify-user.ts';
import { openConnect } from './open-connect.ts';
import { withoutPerson } from './operator.ts';
import type { Claim } from './ports.ts';
import { reportUser } from './report-user.ts';
import { sendAndFollow, sendChange } from './send-change.ts';

/** Options of {@link linkByHand}. */
export interface LinkOptions extends ChangeOptions {
  readonly connectUserId: string;
  /** Take the Connect user from the Cognito user who has it. */
  readonly replaceClaim: boolean;
}

/**
 * `link`: links a user to a Connect user by hand, as the worker does it: the claim first, then the row. The first address
 * is held as for every new link.
 *
 * @returns in order when the worker has reconciled the user, and nothing about the user waits for a person.
 * @throws {RefusedError} when either of the two is linked to somebody else.
 * @throws {ConfigError} `cognito-user-missing`.
 */
export async function linkByHand(deps: ChangeDeps, options: LinkOptions): Promise<Exit> {
  const { table, terminal } = deps;
  const { connectUserId, replaceClaim, apply, json, waitMs } = options;
  const found = await identifyUser(deps, options.user);
  const { sub } = found;
  terminal.note(describeUser(found));
  const plan = await planLink(deps, found, options);
  if (plan === 'linked') {
    if (json) terminal.json({ applied: false, sub, connectUserId, linked: true });
    terminal.note(`${sub} is linked to ${connectUserId}; nothing to do.`);
    return EXIT.inOrder;
  }
  const { claim, unlinks } = plan;
  const summary = { sub, username: found.user?.username ?? null, connectUserId, unlinks };
  if (!apply) {
    if (json) terminal.json({ applied: false, ...summary });
    else {
      if (unlinks !== null) terminal.out(`- ${unlinks} -> ${connectUserId}`);
      terminal.out(`+ ${sub} -> ${connectUserId}`);
    }
    if (claim?.orphanedAt !== undefined) terminal.note('Its Cognito user is gone; the Connect user would be given on.');
    terminal.note(PLAN_ONLY);
    return EXIT.attention;
  }
  const now = await table.now();
  const by = { role: withoutPerson(await deps.caller()), at: now };
  // Given up before it is taken: never two users with one Connect user, wherever this ends.
  if (unlinks !== null) await table.unlink(unlinks, connectUserId);
  const takes = claim !== undefined && (claim.orphanedAt !== undefined || (claim.sub !== sub && replaceClaim));
  const taken = !takes || (await table.takeClaim(claim, sub, now));
  if (!taken || (await table.link(sub, connectUserId, now)) !== 'linked')
    throw new RefusedError(
      `${connectUserId} or ${sub} has been linked meanwhile, or a link was begun within 15 minutes. Look again, then repeat the command.`,
    );
  await table.noteOperator(sub, 'link', by);
  // Its row is to say that it has lost its Connect user.
  if (unlinks !== null && claim?.orphanedAt === undefined) await sendChange(deps, unlinks);
  return reportUser(deps, { sub, row: await sendAndFollow(deps, sub, waitMs), json, more: summary });
}

interface LinkPlan {
  /** The claim on the Connect user that there is now. */
  readonly claim: Claim | undefined;
  /** Who is to lose it. */
  readonly unlinks: string | null;
}

async function planLink(
  { table }: ChangeDeps,
  { sub, row }: FoundUser,
  { connectUserId, replaceClaim }: LinkOptions,
): Promise<LinkPlan | 'linked'> {
  const claim = await table.findClaim(connectUserId);
  const orphaned = claim?.orphanedAt !== undefined;
  // A link without reconciling since was interrupted: once more does no harm, and asks for it.
  const reconciled = row?.syncedReadAt !== undefined && row.syncedReadAt >= (row.linkedAt ?? 0);
  if (row?.connectUserId === connectUserId && claim?.sub === sub && !orphaned && reconciled) return 'linked';
  if (row?.connectUserId !== undefined && row.connectUserId !== connectUserId)
    throw new RefusedError(`${sub} is linked to ${row.connectUserId}: connect-sync unlink ${sub}, then link it anew.`);
  const holder = claim === undefined || claim.sub === sub ? undefined : await table.find(claim.sub);
  const unlinks = holder?.connectUserId === connectUserId ? holder.sub : null;
  if (unlinks !== null && !orphaned && !replaceClaim)
    throw new RefusedError(`${connectUserId} is linked to ${unlinks}.`, [
      'If that link is wrong, --replace-claim takes the Connect user from it.',
    ]);
  return { claim, unlinks };
}

/** Adds `link`. */
export function addLink(program: Command, deps: ProgramDeps): void {
  addChangingCommand(program, 'link', 'link a user to a Connect user by hand', ['syncWorker'])
    .argument('<connect-user>', 'id or user name of the Connect user', connectUser)
    .option('--replace-claim', 'take the Connect user from the user who has it', false)
    .action((user: string, named: string, options: ChangeFlags & Pick<LinkOptions, 'replaceClaim'>) =>
      runChanging(
        deps,
        options,
        user,
        async (ports, common, connected) => {
          const id = await identifyConnectUser(openConnect(connected), named);
          return linkByHand(ports, { ...common, connectUserId: id, replaceClaim: options.replaceClaim });
        },
        ['syncWorker'],
      ),
    );
}
