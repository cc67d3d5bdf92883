import type { UserRecord } from '../users/ports.ts';
import { needsAttention, reasonsOf, toTime } from '../users/user-view.ts';

/** How an event has come to the product. */
export const ROUTES = ['trigger', 'cloudtrail', 'sweep', 'operator'] as const;

/** See {@link ROUTES}. */
type Route = (typeof ROUTES)[number];

/** Users with the same outcome. */
interface OutcomeGroup {
  readonly status: string | null;
  readonly reasons: readonly string[];
  users: number;
}

/** Users whose last try has failed in the same way. Times in ISO form. */
interface FailureGroup {
  readonly code: string;
  /** The call that failed; `null` where it is not known. */
  readonly operation: string | null;
  users: number;
  oldestSince: string;
  /** One of them, for `explain`. */
  readonly sub: string;
}

/** A user who needs a person. */
interface AttentionLine {
  readonly sub: string;
  readonly connectUserId: string | null;
  readonly status: string;
  readonly reasons: readonly string[];
  readonly fields: readonly string[];
}

/** What the rows of a table say together. */
export interface RowCounts {
  readonly users: number;
  readonly outcomes: readonly OutcomeGroup[];
  readonly failing: readonly FailureGroup[];
  readonly attention: readonly AttentionLine[];
  /** Users whom a deployment that observes would have written. */
  readonly wouldWrite: number;
  /** ISO time. */
  readonly lastReconciled: string | null;
  /** When the last change that came by a route had happened, ISO times. */
  readonly lastEvents: Readonly<Record<Route, string | null>>;
}

/**
 * Counts the rows of a table, page by page.
 *
 * @param since - leaves out older outcomes and failures, milliseconds since the epoch.
 */
export async function countRows(pages: AsyncIterable<readonly UserRecord[]>, since = 0): Promise<RowCounts> {
  const outcomes = new Map<string, OutcomeGroup>();
  const failing = new Map<string, FailureGroup>();
  const attention: AttentionLine[] = [];
  const last = new Map<Route, number>();
  let lastReconciledAt: number | undefined;
  let [users, wouldWrite] = [0, 0];
  for await (const page of pages)
    for (const row of page) {
      const { sub, status, concludedAt, connectUserId = null, cause, occurredAt } = row;
      if (concludedAt !== undefined) lastReconciledAt = Math.max(lastReconciledAt ?? 0, concludedAt);
      const route = cause === undefined ? undefined : routeOf(cause);
      if (route !== undefined && occurredAt !== undefined) last.set(route, Math.max(last.get(route) ?? 0, occurredAt));
      addFailure(failing, row, since);
      if ((row.since ?? concludedAt ?? since) < since) continue;
      users += 1;
      if (status === 'would-write') wouldWrite += 1;
      const reasons = reasonsOf(row);
      const key = [status, ...reasons].join(' ');
      const group = outcomes.get(key) ?? { status: status ?? null, reasons, users: 0 };
      group.users += 1;
      outcomes.set(key, group);
      const fields = (row.withheld ?? []).map(({ field }) => field);
      if (status !== undefined && needsAttention(row)) attention.push({ sub, connectUserId, status, reasons, fields });
    }
  const sorted = [...outcomes].sort(([one], [other]) => (one < other ? -1 : 1));
  return {
    ...{ users, attention, wouldWrite },
    outcomes: sorted.map(([, group]) => group),
    failing: [...failing.values()].sort((one, other) => other.users - one.users),
    lastReconciled: toTime(lastReconciledAt),
    lastEvents: {
      trigger: toTime(last.get('trigger')),
      cloudtrail: toTime(last.get('cloudtrail')),
      sweep: toTime(last.get('sweep')),
      operator: toTime(last.get('operator')),
    },
  };
}

function addFailure(groups: Map<string, FailureGroup>, { sub, lastTry }: UserRecord, since: number): void {
  if (lastTry === undefined || lastTry.at < since) return;
  const { code, operation = null, at } = lastTry;
  const failingSince = new Date(lastTry.since ?? at).toISOString();
  const key = `${code} ${operation}`;
  const group = groups.get(key) ?? { code, operation, users: 0, oldestSince: failingSince, sub };
  group.users += 1;
  if (failingSince < group.oldestSince) group.oldestSince = failingSince;
  groups.set(key, group);
}

/** Every trigger of the pool is one route. */
const routeOf = (cause: string): Route | undefined =>
  cause === 'post-confirmation' || cause === 'post-authentication'
    ? 'trigger'
    : ROUTES.find((route) => route === cause);
