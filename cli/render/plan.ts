import type { Suspect } from '../../lambda/core/drift.ts';
import { renderTable } from './table.ts';

/** Who may differ, as the sweep tells it. */
export interface SweepPlan {
  readonly users: number;
  readonly connectUsers: number;
  readonly rows: number;
  readonly underWay: boolean;
  /** The first ones, by sub. */
  readonly suspects: readonly Suspect[];
  /** How many there are, by reason. */
  readonly why: Readonly<Record<string, number>>;
}

/** Most users that are named to a person. */
const MAX_ROWS = 50;

/** What a reason means to whoever operates it. */
const MEANINGS: Readonly<Record<Suspect['why'], string>> = {
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
export function renderPlan({ users, connectUsers, rows, suspects, why }: SweepPlan): readonly string[] {
  const counts = Object.entries(why).map(([reason, count]) => [reason, String(count), meaningOf(reason)]);
  const total = Object.values(why).reduce((sum, count) => sum + count, 0);
  const named = suspects.slice(0, MAX_ROWS).map((suspect) => [suspect.sub, suspect.why]);
  return [
    `Cognito users: ${users}, Connect users: ${connectUsers}, rows: ${rows}, may differ: ${total}`,
    ...(total === 0 ? [] : ['', ...renderTable(['WHY', 'USERS', 'MEANING'], counts, [1])]),
    ...(named.length === 0 ? [] : ['', ...renderTable(['SUB', 'WHY'], named)]),
    ...(total > named.length ? [`... and ${total - named.length} more`] : []),
  ];
}

const meaningOf = (reason: string): string =>
  Object.hasOwn(MEANINGS, reason) ? MEANINGS[reason as Suspect['why']] : '';
