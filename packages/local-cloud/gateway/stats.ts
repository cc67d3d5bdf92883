import type { Caller } from '../service.ts';

/** Counts by a first and a second key, for example operation and status. */
type Counts = Record<string, Record<string, number>>;

/** Counts calls by operation and status, and by the role that made them. */
export interface CallStats {
  /** @param status - HTTP status, or `reset` for a cut connection. */
  record(operation: string, status: number | 'reset', caller: Caller): void;
  /** `{ "connect.DescribeUser": { "200": 3, "429": 1 } }` */
  calls(): Readonly<Counts>;
  /** `{ "arn:aws:iam::…:role/…": { "sqs.SendMessage": 2 } }`: the calls of each role, allowed and denied. */
  roles(): Readonly<Counts>;
}

/** Creates empty counters. */
export function createCallStats(): CallStats {
  const calls: Counts = {};
  const roles: Counts = {};
  return {
    record(operation, status, caller) {
      increment(calls, operation, String(status));
      if (caller.kind === 'role') increment(roles, caller.roleArn, operation);
    },
    calls: () => calls,
    roles: () => roles,
  };
}

function increment(counts: Counts, first: string, second: string): void {
  counts[first] ??= {};
  const row = counts[first];
  row[second] = (row[second] ?? 0) + 1;
}
