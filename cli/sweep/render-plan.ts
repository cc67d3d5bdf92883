import type { DriftReason } from '../../lambda/core/sweep/drift.ts';
import { adviseOnNearMisses } from '../../lambda/core/sweep/near-misses.ts';
import { countCandidates, type SweepPlan } from '../../lambda/core/sweep/sweep-plan.ts';
import { type Line, tableOf } from '../terminal/table.ts';

/** Most users that are named to a person. */
const MAX_ROWS = 50;

/** What a reason means to an operator. */
const MEANINGS: Readonly<Record<DriftReason, string>> = {
  'never-reconciled': 'never reconciled yet',
  'cognito-user-changed': 'changed in Cognito since they were reconciled',
  'cognito-user-missing': 'no longer in Cognito',
  'connect-user-changed': 'changed in Connect, and not by this product',
  'connect-user-missing': 'no longer in Connect',
  'write-unconfirmed': 'written by us, and not read since',
  'refused-before': 'refused by Connect some time ago, to be tried again',
  'link-changed': 'whom they could be linked with has changed',
  'entered-scope': 'came into the scope',
  'left-scope': 'left the scope',
  'policy-changed': 'reconciled under another configuration',
};

/** Lines that tell who may differ. Pure. */
export function renderPlan(plan: SweepPlan): readonly Line[] {
  const { users, connectUsers, rows, candidates, why, nearMisses } = plan;
  const counts = Object.entries(why).map(([reason, count]) => [reason, String(count), meaningOf(reason)]);
  const total = countCandidates(plan);
  const named = candidates.slice(0, MAX_ROWS).map((candidate) => [candidate.sub, candidate.why]);
  return [
    `Cognito users: ${users}, Connect users: ${connectUsers}, rows: ${rows}, may differ: ${total}`,
    ...(total === 0 ? [] : ['', tableOf(['WHY', 'USERS', 'MEANING'], counts, [1])]),
    ...(named.length === 0 ? [] : ['', tableOf(['SUB', 'WHY'], named)]),
    ...(total > named.length ? [`... and ${total - named.length} more`] : []),
    ...renderNearMisses(nearMisses),
  ];
}

/** Whom no rule links, and what a person can do about it. */
function renderNearMisses({ counts, unmatched, otherCase }: SweepPlan['nearMisses']): readonly Line[] {
  const pairs = otherCase.slice(0, MAX_ROWS).map(({ sub, connectUserId }) => [sub, connectUserId, 'other-case']);
  const alone = unmatched.slice(0, MAX_ROWS - pairs.length).map((id) => ['-', id, 'unmatched']);
  const rows = [...pairs, ...alone];
  const more = counts.otherCase + counts.unmatched - rows.length;
  const commands = pairs.map(([sub, id]) => `  npx connect-sync link ${sub} ${id} --apply`);
  return [
    ...(rows.length === 0 ? [] : ['', tableOf(['SUB', 'CONNECT USER', 'NEAR MISS'], rows)]),
    ...(more > 0 ? [`... and ${more} more`] : []),
    ...(commands.length === 0 ? [] : ['', 'To link those of other case', ...commands]),
    ...adviseOnNearMisses(counts).flatMap((advice) => ['', advice]),
  ];
}

const meaningOf = (reason: string): string => (Object.hasOwn(MEANINGS, reason) ? MEANINGS[reason as DriftReason] : '');
