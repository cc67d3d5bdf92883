import { renderAge } from '../terminal/age.ts';
import { renderTable } from '../terminal/table.ts';
import { commandFor, commandOnProgress } from './next-command.ts';
import { adviseOnProgress, type Progress } from './progress.ts';
import { type AdviceEntry, renderAdvice } from './render-held.ts';
import type { UserView } from './user-view.ts';

/** Lines that tell what is known of one user: link, last outcome and why, what is withheld and released. Pure. */
export function renderUser(view: UserView, now: number, progress?: Progress): readonly string[] {
  const { sub, connectUserId, linkedAt, firstEmail, status, reason, since, reconciledAt, missingSince } = view;
  const { changed, withheld, change, released, operators } = view;
  const ago = (time: string | null) =>
    time === null ? 'at an unknown time' : `${renderAge(now - Date.parse(time))} ago`;
  const outcome = status === null ? 'none yet' : [status, reason].filter((word) => word !== null).join(', ');
  // The link was made by hand, or reconciling is still being tried. The advice of the earlier outcome no longer applies.
  const unseen = connectUserId !== null && linkedAt !== null && reconciledAt !== null && linkedAt > reconciledAt;
  const facts = [
    ['Connect user', connectUserId === null ? 'none' : `${connectUserId}, linked ${ago(linkedAt)}`],
    ...(progress === undefined ? [] : [['progress', renderProgress(progress, now)]]),
    ...(firstEmail ? [['first address', 'not settled yet']] : []),
    ...(unseen ? [['not reconciled', 'since it was linked; the outcome is from before']] : []),
    ['outcome', since === null ? outcome : `${outcome}, since ${ago(since)}`],
    ...(reconciledAt === null ? [] : [['last reconciled', `${reconciledAt}, ${ago(reconciledAt)}`]]),
    ...(change === null
      ? []
      : [['led to by', `${change.cause} ${change.eventId}, happened ${ago(change.occurredAt)}`]]),
    ...(changed.length === 0 ? [] : [[status === 'would-write' ? 'would be written' : 'written', changed.join(', ')]]),
    ...withheld.map(({ field, kind, reason: why, code, holdId }) => [
      kind,
      `${field}: ${why}${code === null ? '' : ` (${code})`}${holdId === null ? '' : `, hold ${holdId}`}`,
    ]),
    ...(released.fields.length === 0
      ? []
      : [['released', `${released.fields.join(', ')}, ${ago(released.at)}, not written yet`]]),
    ...operators.map(({ what, role, at }) => [`${what} by`, `${role}, ${ago(at)}`]),
    ...(missingSince === null ? [] : [['not in Cognito', `since ${ago(missingSince)}`]]),
  ];
  return [
    `User ${sub}`,
    ...renderFacts(facts),
    ...renderAdvice(
      unseen
        ? []
        : [
            ...(progress === undefined ? [] : [adviseOnState(view, progress)]),
            ...(reason === null ? [] : [[reason, view.advice, commandFor(reason, view)] as const]),
            ...withheld.map(({ reason: why, advice }) => [why, advice, commandFor(why, view)] as const),
          ],
    ),
  ];
}

const adviseOnState = (view: UserView, progress: Progress): AdviceEntry => [
  progress.state,
  adviseOnProgress(view.sub, progress) ?? null,
  commandOnProgress(view, progress),
];

/** How far the product is with a user, in a few words. Pure. */
function renderProgress(progress: Progress, now: number): string {
  switch (progress.state) {
    case 'in-step':
      return 'in step: what Cognito has was read';
    case 'waiting':
      return `changed ${renderAge(now - progress.changedAt)} ago, waiting; ${progress.queued} in the queue`;
    case 'failing': {
      const { code, operation, tries, nextTryAt } = progress;
      const next = nextTryAt > now ? `in ${renderAge(nextTryAt - now)}` : 'due';
      return `failing: ${code}${operation === null ? '' : ` at ${operation}`}, ${tries} ${tries === 1 ? 'try' : 'tries'}, next ${next}`;
    }
    case 'not-announced':
      return `changed ${renderAge(now - progress.changedAt)} ago, and nothing has announced it`;
    case 'cognito-user-missing':
      return `not in Cognito any more, which the worker has not read yet; ${progress.queued} in the queue`;
    case 'never-reconciled':
      return 'never reconciled';
  }
}

function renderFacts(facts: readonly (readonly string[])[]): readonly string[] {
  const [first = [], ...rest] = facts;
  return renderTable(first, rest).map((line) => `  ${line}`);
}
