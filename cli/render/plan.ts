import type { DriftReason } from '../../lambda/core/drift.ts';
import { countSuspects, type SweepPlan } from '../../lambda/core/sweep-plan.ts';
import { renderTable } from './table.ts';

/** Most users that are named to a person. */
const MAX_ROWS = 50;

/** What a reason means to whoever operates it. */
const MEANINGS: Readonly<Record<DriftReason, string>> = {
  'never-looked-at': 'nobody has looked at them yet',
  'source-changed': 'changed in Cognito since the last look',
  'source-gone': 'no longer in Cognito',
  'target-changed': 'changed in Connect by somebody else',
  'target-gone': 'no longer in Connect',
  'write-unconfirmed': 'written by us, and not read since',
  'link-changed': 'whom they could be linked with has changed',
  'scope-changed': 'came into the scope, or left it',
  'policy-changed': 'looked at under another configuration',
};

/** Lines that tell who may differ. Pure. */
export function renderPlan(plan: SweepPlan): readonly string[] {
  const { users, connectUsers, rows, suspects, why } = plan;
  const counts = Object.entries(why).map(([reason, count]) => [reason, String(count), meaningOf(reason)]);
  const total = countSuspects(plan);
  const named = suspects.slice(0, MAX_ROWS).map((suspect) => [suspect.sub, suspect.why]);
  return [
    `Cognito users: ${users}, Connect users: ${connectUsers}, rows: ${rows}, may differ: ${total}`,
    ...(total === 0 ? [] : ['', ...renderTable(['WHY', 'USERS', 'MEANING'], counts, [1])]),
    ...(named.length === 0 ? [] : ['', ...renderTable(['SUB', 'WHY'], named)]),
    ...(total > named.length ? [`... and ${total - named.length} more`] : []),
  ];
}

const meaningOf = (reason: string): string => (Object.hasOwn(MEANINGS, reason) ? MEANINGS[reason as DriftReason] : '');
