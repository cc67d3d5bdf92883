import type { Clock } from '../../clock.ts';
import { invalidParameter } from './errors.ts';
import { optionalText, wholeNumber } from './members.ts';

const TOKEN_LIFE_MS = 24 * 60 * 60 * 1000;

/** A page request as it arrived. */
export interface PageRequest {
  readonly NextToken?: string | undefined;
  readonly MaxResults?: number | undefined;
}

/** One page; `NextToken` only when there is more. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly NextToken?: string;
}

function readToken(clock: Clock, token: string, scope: string): number {
  let parts: unknown;
  try {
    parts = JSON.parse(Buffer.from(token, 'base64url').toString());
  } catch {
    parts = undefined;
  }
  const [tokenScope, after, issuedAt] = Array.isArray(parts) ? parts : [];
  if (tokenScope !== scope || typeof after !== 'number' || typeof issuedAt !== 'number')
    throw invalidParameter('NextToken was not returned by this operation for this instance.');
  if (clock.now() - issuedAt > TOKEN_LIFE_MS)
    throw invalidParameter('NextToken has expired: it is valid for 24 hours.');
  return after;
}

/**
 * Cuts one page out of `items`, which are in ascending order of `sequence`. Items added or deleted between two pages
 * neither repeat nor hide others. `scope` ties a token to its operation and instance.
 *
 * @throws {AwsError} InvalidParameterException for a page size out of range and a foreign or expired token.
 * @see https://docs.aws.amazon.com/connect/latest/APIReference/best-practices-connect-apis.html
 */
export function takePage<Item extends { readonly sequence: number }>(
  clock: Clock,
  items: readonly Item[],
  request: PageRequest,
  scope: string,
  largest: number,
): Page<Item> {
  const size = wholeNumber(request.MaxResults, 'MaxResults', 1, largest, 100);
  const token = optionalText(request.NextToken, 'NextToken', { min: 1, max: 2500 });
  const after = token === undefined ? -1 : readToken(clock, token, scope);
  const rest = items.filter(({ sequence }) => sequence > after);
  const page = rest.slice(0, size);
  const last = page.at(-1);
  if (last === undefined || rest.length === page.length) return { items: page };
  const next = JSON.stringify([scope, last.sequence, clock.now()]);
  return { items: page, NextToken: Buffer.from(next).toString('base64url') };
}
