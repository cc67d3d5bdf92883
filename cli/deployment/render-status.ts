import { adviseOnNearMisses } from '../../lambda/core/sweep/near-misses.ts';
import { renderAge } from '../terminal/age.ts';
import { type Line, tableOf } from '../terminal/table.ts';
import { ROUTES, type RowCounts } from './count-rows.ts';
import type { QueueCounts } from './ports.ts';
import type { Switches } from './read-switches.ts';
import type { SweepView } from './view-sweep.ts';

/** See {@link renderStatus}. */
export interface StatusReport extends RowCounts, Switches {
  readonly sweep: SweepView | null;
  /** The deployment has no sweep. */
  readonly sweepOff: boolean;
  readonly queues: Readonly<Record<'changes' | 'deadLetters' | 'intakeDeadLetters', QueueCounts>>;
}

/** Most users that are named to a person. */
const MAX_ROWS = 50;

const QUEUES = {
  changes: 'changes',
  deadLetters: 'dead letters',
  intakeDeadLetters: 'dead letters of change-intake',
} as const;

const ROUTE_TITLES = { trigger: 'trigger', cloudtrail: 'CloudTrail', sweep: 'sweep', operator: 'operator' } as const;

/** Lines that tell how the synchronization is doing. Pure. */
export function renderStatus(report: StatusReport, now: number): readonly Line[] {
  const { users, outcomes, lastReconciled, lastEvents, failing, queues, attention } = report;
  const ago = (time: string | null) => (time === null ? 'none' : `${renderAge(now - Date.parse(time))} ago`);
  const counts = outcomes.map((group) => [group.status ?? 'no outcome', reasons(group), String(group.users)]);
  const depths = Object.entries(QUEUES).map(([name, title]) => {
    const { visible, hidden } = queues[name as keyof typeof QUEUES];
    return [title, String(visible), String(hidden)];
  });
  const failures = failing.map((group) => [
    ...[group.code, group.operation ?? '-', String(group.users)],
    renderAge(now - Date.parse(group.oldestSince)),
  ]);
  const named = attention.slice(0, MAX_ROWS).map((user) => [user.sub, user.status, reasons(user)]);
  const more = attention.length - named.length;
  const events = ROUTES.map((route) => `${ROUTE_TITLES[route]} ${ago(lastEvents[route])}`);
  return [
    ...renderSwitches(report),
    `Users: ${users}, last reconciled: ${lastReconciled === null ? 'none yet' : `${lastReconciled} (${ago(lastReconciled)})`}`,
    `Last events: ${events.join(', ')}`,
    ...renderPending(report, ago),
    ...renderSweep(report, now),
    ...(users === 0 ? [] : ['', tableOf(['STATUS', 'REASONS', 'USERS'], counts, [2])]),
    ...(failures.length === 0
      ? []
      : ['', 'Failing', tableOf(['CODE', 'CALL', 'USERS', 'OLDEST'], failures, [2, 3]), ...adviseOnFailing(failing)]),
    '',
    tableOf(['QUEUE', 'VISIBLE', 'HIDDEN'], depths, [1, 2]),
    ...(named.length === 0 ? [] : ['', tableOf(['SUB', 'STATUS', 'REASONS'], named)]),
    ...(more === 0 ? [] : [`... and ${more} more (all of them with --json)`]),
  ];
}

function renderSwitches({
  mode,
  paused,
  noInput,
  scope,
  wouldWrite,
  missingProfiles = [],
  notKnown,
}: StatusReport): readonly string[] {
  return [
    ...(mode === 'observe' ? [`observing: ${wouldWrite} would be written`] : []),
    ...(paused === true ? ['paused: changes wait in the queue'] : []),
    ...(noInput === true ? ['no-input: nothing hands changes from the queue to the worker'] : []),
    ...(scope === undefined || scope === 'everyone' ? [] : [`Scope: ${scope}`]),
    ...missingProfiles.map(
      (name) => `The instance has no security profile ${name}: email.protectedSecurityProfiles protects no user by it.`,
    ),
    ...notKnown,
  ];
}

function renderPending(
  { queues: { changes }, failing }: StatusReport,
  ago: (time: string | null) => string,
): readonly string[] {
  const waiting = changes.visible + changes.hidden;
  const [oldest = null] = failing.map(({ oldestSince }) => oldestSince).sort();
  const users = failing.reduce((sum, group) => sum + group.users, 0);
  if (waiting + users === 0) return [];
  return [
    `Pending: ${waiting} changes; failing: ${users} users${oldest === null ? '' : `, the oldest since ${ago(oldest)}`}`,
  ];
}

/** What to do about each way to fail, once. */
const adviseOnFailing = (failing: StatusReport['failing']): readonly string[] => [
  ...new Set(failing.flatMap(({ code, operation }) => adviseOnCode(code, operation) ?? [])),
];

function adviseOnCode(code: string, operation: string | null): string | undefined {
  if (/AccessDenied|NotAuthorized/.test(code))
    return `The worker lacks the permission for ${operation ?? 'a call'}: deploy the stack again, and look for policies that deny.`;
  if (
    code === 'ResourceNotFoundException' &&
    operation !== null &&
    /DescribeInstance|ListSecurityProfiles/.test(operation)
  )
    return 'The Connect instance is not found: correct connectInstanceArn, and deploy again.';
  if (/Throttl|TooManyRequests|rate-limit/.test(code))
    return 'AWS is asked too often: the worker slows down and goes on by itself. If it lasts, look who else calls Connect in this account and Region.';
  return undefined;
}

function renderSweep({ sweep, sweepOff, scope }: StatusReport, now: number): readonly string[] {
  if (sweepOff) return ['Sweep: off (sweepIntervalMinutes is 0)'];
  if (sweep === null) return ['Sweep: none yet'];
  const { startedAt, finishedAt, nearMisses, changes, failure, stale } = sweep;
  const when = (time: string | null) => (time === null ? '-' : `${time} (${renderAge(now - Date.parse(time))} ago)`);
  const share =
    changes === null || changes.changed === 0
      ? []
      : [`Changes that only the sweep found: ${changes.unannounced} of ${changes.changed}`];
  const { entered = 0, left = 0 } = sweep.scope ?? {};
  const moved =
    entered + left === 0
      ? []
      : [`The last pass saw ${entered} come into the scope (${scope ?? 'its rule'}) and ${left} leave it`];
  return [
    `Sweep: ${finishedAt === null ? `under way since ${when(startedAt)}` : when(finishedAt)}${stale ? ', late or failing' : ''}`,
    ...(failure === null
      ? []
      : [
          `The sweep failed ${failure.at === null ? '' : `${renderAge(now - Date.parse(failure.at))} ago `}at ${failure.operation ?? 'its own code'}: ${failure.code}. ${adviseOnFailure(failure.code)}`,
        ]),
    ...share,
    ...moved,
    ...adviseOnNearMisses(nearMisses),
  ];
}

function adviseOnFailure(code: string): string {
  if (/AccessDenied|NotAuthorized/.test(code)) return 'A permission is missing: deploy the stack again.';
  if (code === 'ResourceNotFoundException')
    return 'The pool or the Connect instance is not found: correct userPoolId or connectInstanceArn, and deploy again.';
  return 'The next tick of the sweep tries again.';
}

const reasons = (group: { readonly reasons: readonly string[] }): string => group.reasons.join(', ') || '-';
