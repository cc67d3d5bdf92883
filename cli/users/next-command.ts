import type { Reason, Withheld } from '../../lambda/core/outcome.ts';
import { isDenied, isThrottled } from './failure-kinds.ts';
import type { Progress } from './progress.ts';
import type { UserView } from './user-view.ts';

/** Whom a command is about. */
type Subject = Pick<UserView, 'sub' | 'candidateId'> & {
  readonly withheld: readonly Pick<UserView['withheld'][number], 'holdId'>[];
};

const PROGRAM = 'npx connect-sync';

/** Has the worker reconcile the user now. */
const sync = ({ sub }: Subject): string => `${PROGRAM} sync ${sub} --apply`;
const show = ({ sub }: Subject): string => `${PROGRAM} show ${sub}`;
const doctor = (): string => `${PROGRAM} doctor`;

/** Releases what is held, as it is now: another value has another hold id. */
function release({ sub, withheld }: Subject): string | undefined {
  const holds = withheld.flatMap(({ holdId }) => (holdId === null ? [] : [`--hold ${holdId}`]));
  return holds.length === 0 ? undefined : `${PROGRAM} release ${sub} ${holds.join(' ')} --apply`;
}

/** Links the Connect user that an adoption rule has found. */
const link =
  (...flags: readonly string[]) =>
  ({ sub, candidateId }: Subject): string | undefined =>
    candidateId === null
      ? undefined
      : [`${PROGRAM} link`, sub, candidateId, ...flags.map((flag) => `--${flag}`), '--apply'].join(' ');

type Maker = (subject: Subject) => string | undefined;

/** The command for each reason that has one. Where a value has to be corrected first, it shows both sides. */
const COMMANDS: Readonly<Partial<Record<Reason | Withheld['reason'], Maker>>> = {
  'first-email': release,
  'protected-profile': release,
  'email-budget': release,
  'provider-address-changeable': release,
  'unknown-profile': doctor,
  'existing-directory': doctor,
  'not-verifiable': doctor,
  'email-not-verified': show,
  'domain-not-allowed': show,
  'too-long': show,
  'not-an-email-address': show,
  'not-e164': show,
  'not-printable': show,
  'name-not-split': show,
  blank: show,
  'missing-name': show,
  'connect-keeps-another': show,
  'overwritten-by-another': show,
  'refused-by-connect': sync,
  'wrong-in-connect': sync,
  'no-connect-user': sync,
  'connect-user-missing': sync,
  'claimed-by-another': link('replace-claim'),
  'open-sign-up': link(),
  'writable-attribute': link(),
  'earlier-sign-up': link(),
};

/** The command to paste for a reason, with the ids of this user; `undefined` where there is none. Pure. */
export function commandFor(reason: string, subject: Subject): string | undefined {
  const commands: Readonly<Record<string, Maker>> = COMMANDS;
  return Object.hasOwn(commands, reason) ? commands[reason]?.(subject) : undefined;
}

/** Shows the plan that releases all that is held for a reason; `undefined` where a release is not what to do. Pure. */
export function releaseAll(reason: string): string | undefined {
  const commands: Readonly<Record<string, Maker>> = COMMANDS;
  return commands[reason] === release ? `${PROGRAM} release --reason ${reason}` : undefined;
}

/** Sends the dead letters of a user back. Pure. */
export const redriveOf = (sub: string): string => `${PROGRAM} redrive --sub ${sub} --apply`;

/** The command to paste for the progress of a user; `undefined` where there is nothing to do. Pure. */
export function commandOnProgress(subject: Subject, progress: Progress): string | undefined {
  if (['not-announced', 'never-reconciled', 'cognito-user-missing'].includes(progress.state)) return sync(subject);
  if (progress.state !== 'failing') return undefined;
  if (isDenied(progress.code)) return `npx cdk deploy && ${sync(subject)}`;
  return isThrottled(progress.code) ? doctor() : undefined;
}
