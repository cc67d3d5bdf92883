import { renderAge } from '../terminal/age.ts';
import { type Line, tableOf } from '../terminal/table.ts';
import type { Finding } from './finding.ts';
import { adviseOnDeadLetter } from './reasons.ts';
import { groupByReason, type Survey } from './survey.ts';

/** A survey with the name of its queue. */
export interface NamedSurvey extends Survey {
  readonly queue: 'changes' | 'intake';
}

const TITLES: Readonly<Record<NamedSurvey['queue'], string>> = {
  changes: 'Changes that the worker gave up',
  intake: 'CloudTrail records that never became a change',
};

/** Most rows of single messages that a person is shown of one queue. */
const MAX_ROWS = 50;

/** Lines that tell what is in dead-letter queues: by reason, then message by message. Pure. */
export function renderSurveys(surveys: readonly NamedSurvey[], now: number): readonly Line[] {
  const lines = surveys.flatMap((survey) => [...renderSurvey(survey, now), '']);
  const reasons = new Set(surveys.flatMap(({ findings }) => findings.map(({ reason }) => reason)));
  if (reasons.size === 0) return lines.slice(0, -1);
  return [...lines, 'What to do', ...[...reasons].sort().map((reason) => `  ${reason}: ${adviseOnDeadLetter(reason)}`)];
}

function renderSurvey({ queue, messages, findings }: NamedSurvey, now: number): readonly Line[] {
  const title = `${TITLES[queue]} (${queue}): ${messages}`;
  const unseen = messages > findings.length ? [`  ${messages - findings.length} messages were not looked at`] : [];
  if (findings.length === 0) return [title, ...unseen];
  const groups = groupByReason(findings).map(({ reason, messages, users, oldestAt, newestAt }) => [
    reason,
    String(messages),
    String(users),
    renderAge(now - oldestAt),
    renderAge(now - newestAt),
  ]);
  const rows = findings.slice(0, MAX_ROWS).map((finding) => renderFinding(finding, now));
  return [
    title,
    '',
    tableOf(['REASON', 'MESSAGES', 'USERS', 'OLDEST', 'NEWEST'], groups, [1, 2, 3, 4], 2),
    '',
    tableOf(['SUB', 'REASON', 'CAUSE', 'CODE', 'DEAD FOR', 'CHANGED', 'TRIES', 'MESSAGE'], rows, [4, 5, 6], 2),
    ...(findings.length > rows.length
      ? [`  ... and ${findings.length - rows.length} more (all of them with --json)`]
      : []),
    ...unseen,
  ];
}

function renderFinding(finding: Finding, now: number): readonly string[] {
  const { sub = '-', reason, eventName, cause = '-', code = '-', deadAt, occurredAt, attempts, messageId } = finding;
  const changed = occurredAt === undefined ? '-' : renderAge(now - occurredAt);
  return [sub, reason, eventName ?? cause, code, renderAge(now - deadAt), changed, String(attempts), messageId];
}
