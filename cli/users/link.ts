import type { Command } from 'commander';
import { ConfigError } from '../../lambda/core/failures/errors.ts';
import { EXIT, type Exit, InterruptedError } from '../exit.ts';
import { connectUser } from '../options.ts';
import type { ProgramDeps } from '../program-deps.ts';
import { PLAN_ONLY } from '../terminal/terminal.ts';
import { describeUser } from './find-user.ts';
import { identifyConnectUser } from './identify-connect-user.ts';
import { identifyUser } from './identify-user.ts';
import { linkMany } from './link-many.ts';
import { openConnect } from './open-connect.ts';
import { makeLink, planLink, type WantedLink } from './plan-link.ts';
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

/** Options of {@link linkByHand}. */
export interface LinkOptions extends ChangeOptions, WantedLink {}

/**
 * `link`: links a user to a Connect user by hand, as the worker does it: the claim first, then the row. The first address
 * is held as for every new link.
 *
 * @returns in order when the worker has reconciled the user, and nothing about the user waits for a person.
 * @throws {RefusedError} when either of the two is linked to another user.
 * @throws {ConfigError} `cognito-user-missing`.
 */
export async function linkByHand(deps: ChangeDeps, options: LinkOptions): Promise<Exit> {
  const { terminal } = deps;
  const { connectUserId, apply, json, waitMs } = options;
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
    if (claim?.orphanedAt !== undefined)
      terminal.note('Its Cognito user is gone: the Connect user would be linked to this user instead.');
    terminal.note(PLAN_ONLY);
    return EXIT.attention;
  }
  if (deps.signal.aborted) throw new InterruptedError();
  await makeLink(deps, sub, options, plan);
  return reportUser(deps, { sub, row: await sendAndFollow(deps, sub, waitMs), json, more: summary });
}

interface LinkFlags extends ChangeFlags {
  readonly replaceClaim: boolean;
  readonly from?: string;
  readonly yes?: number;
}

/** Adds `link`. */
export function addLink(program: Command, deps: ProgramDeps): void {
  addChangingCommand(
    program,
    'link',
    'link a user to a Connect user by hand, or many by a file',
    ['syncWorker'],
    'optional',
  )
    .argument('[connect-user]', 'id or user name of the Connect user', connectUser)
    .option('--replace-claim', 'take the Connect user from the user who has it', false)
    .option('--from <file>', 'link the pairs of a file with the columns user and connect-user')
    .addOption(yesOption())
    .action((user: string | undefined, named: string | undefined, options: LinkFlags) => {
      const { from, replaceClaim, yes } = options;
      if ((from === undefined) !== (named !== undefined) || (from !== undefined && user !== undefined))
        throw new ConfigError('usage', 'link: give a user and a Connect user, or --from with a file.');
      return runChanging(
        deps,
        options,
        user ?? '',
        async (ports, common, connected) => {
          const opened = openConnect(connected);
          if (named === undefined)
            return linkMany(
              { ...ports, ...opened, readFile: deps.readFile },
              { ...common, from: from ?? '', replaceClaim, yes },
            );
          const connectUserId = await identifyConnectUser(opened, named);
          return linkByHand(ports, { ...common, connectUserId, replaceClaim });
        },
        ['syncWorker'],
      );
    });
}
