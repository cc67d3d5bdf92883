import type { UserRow } from '../rows/user-row.ts';

/** The operation that writes to Connect; reconciling calls it last. */
export const WRITE_OPERATION = 'connect:UpdateUserIdentityInfo';

/**
 * When an operation was first answered with status 400 or 409 without a verdict on the values: milliseconds since the
 * epoch, by operation.
 */
export type BadRequests = NonNullable<NonNullable<UserRow['lastTry']>['badRequestsSince']>;

/** The services in the order in which reconciling calls them. The table is called at every step, so it is first. */
const ORDER = [/^dynamodb:/, /^cognito-idp:/, /^connect:(?!UpdateUserIdentityInfo$)/, /^connect:/];

const placeOf = (operation: string): number => ORDER.findIndex((service) => service.test(operation));

/**
 * The operations that are still in doubt after one has failed. Operations that are called before the failed one have
 * succeeded, so they are removed: the ten minutes count refusals of one operation only. Pure.
 *
 * @param failed - the operation that failed, whatever the reason.
 */
export function keepBadRequests(known: BadRequests | undefined, failed: string): BadRequests {
  if (known === undefined) return {};
  const place = placeOf(failed);
  return Object.fromEntries(Object.entries(known).filter(([operation]) => placeOf(operation) >= place));
}
