import type { UserRow } from './user-row.ts';

/** The operation that writes to Connect; reconciling calls it last. */
export const WRITE_OPERATION = 'connect:UpdateUserIdentityInfo';

/** Since when operations have been answered with status 400 without a verdict: milliseconds since the epoch, by operation. */
export type BadRequests = NonNullable<NonNullable<UserRow['lastTry']>['badRequestsSince']>;

/** The services in the order in which reconciling calls them. The table is called throughout, so its place says nothing. */
const ORDER = [/^dynamodb:/, /^cognito-idp:/, /^connect:(?!UpdateUserIdentityInfo$)/, /^connect:/];

const placeOf = (operation: string): number => ORDER.findIndex((service) => service.test(operation));

/**
 * The operations that are still in doubt after one has failed. A failure shows that what is called before it has passed, so
 * the time of those ends: ten minutes of refusals are ten minutes of one operation. Pure.
 *
 * @param failed - the operation that failed, whatever the reason.
 */
export function keepBadRequests(known: BadRequests | undefined, failed: string): BadRequests {
  if (known === undefined) return {};
  const place = placeOf(failed);
  return Object.fromEntries(Object.entries(known).filter(([operation]) => placeOf(operation) >= place));
}
