import type { Clock } from '../../clock.ts';

/** Who is billed: users about whom there was a call in a calendar month. */
export interface ActiveUsers {
  /** Counts a user as active in this month; again is nothing new. */
  note(sub: string): void;
  /** Active users by month (UTC): `{ "2026-01": 3 }`. */
  count(): Readonly<Record<string, number>>;
}

/**
 * Creates the count of monthly active users. Lists make nobody active, `AdminGetUser` does.
 *
 * @see https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminGetUser.html
 */
export function createActiveUsers(clock: Clock): ActiveUsers {
  const months = new Map<string, Set<string>>();
  return {
    note(sub) {
      const month = new Date(clock.now()).toISOString().slice(0, 7);
      months.set(month, (months.get(month) ?? new Set()).add(sub));
    },
    count: () => Object.fromEntries([...months].map(([month, subs]) => [month, subs.size])),
  };
}
