import type { Policy } from '../../lambda/core/policy.ts';
import type { PlannedUser } from './classify.ts';
import type { RehearsedUser } from './rehearse.ts';

/** What the next pass costs: calls, and time at the rate limit. */
export interface PassEstimate {
  /** Users that the worker reads: Cognito counts each as active for the month. */
  readonly users: number;
  readonly connectCalls: {
    readonly SearchUsers: number;
    readonly DescribeUser: number;
    readonly UpdateUserIdentityInfo: number;
  };
  /** Whether the number of writes is known, or the most that it can be. */
  readonly writesKnown: boolean;
  readonly seconds: number;
  /** Users whose address may change, or does where that is known. */
  readonly addresses: number;
  /** Hours in which that many fit into `email.maxUsersPerHour`; 0 where nothing is written. */
  readonly emailBudgetHours: number;
}

const ADDRESSES: readonly string[] = ['Email', 'SecondaryEmail'];

/**
 * Tells what the worker makes of the users that the next pass queues. Pure.
 *
 * @param rehearsed - of the same users; `undefined` where only lists were read.
 */
export function estimatePass(
  planned: readonly PlannedUser[],
  rehearsed: readonly RehearsedUser[] | undefined,
  { policy, requestsPerSecond }: { readonly policy: Policy; readonly requestsPerSecond: number },
): PassEstimate {
  const queued = planned.filter(({ why }) => why !== null);
  const present = queued.filter(({ what }) => what !== 'cognito-user-missing' && what !== 'out-of-scope');
  const unlinked = present.filter(({ what }) => what !== 'linked' && what !== 'connect-user-missing');
  const observes = policy.mode === 'observe';
  // A link that is held, and a Connect user that another has claimed, is written to by no pass.
  const writable = present.filter(({ what }) => what === 'linked' || what === 'would-link');
  const changed = rehearsed?.filter(({ outcome }) => outcome.changed.length > 0);
  const connectCalls = {
    SearchUsers: unlinked.length * policy.adoption.rules.length,
    DescribeUser: present.filter(({ connectUserId }) => connectUserId !== null).length,
    UpdateUserIdentityInfo: observes ? 0 : (changed ?? writable).length,
  };
  const addresses =
    changed === undefined
      ? writable.length
      : changed.filter(({ outcome }) => outcome.changed.some((field) => ADDRESSES.includes(field))).length;
  return {
    users: queued.length,
    connectCalls,
    writesKnown: rehearsed !== undefined,
    seconds: Math.ceil(Math.max(...Object.values(connectCalls)) / requestsPerSecond),
    addresses,
    emailBudgetHours: observes ? 0 : Math.ceil(addresses / policy.email.maxUsersPerHour),
  };
}
