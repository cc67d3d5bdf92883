import type { Clock } from '../../clock.ts';
import { lastToken, planPage } from '../../weather/pages.ts';
import type { Context } from './context.ts';
import { invalidParameter } from './errors.ts';
import { optionalText, wholeNumber } from './members.ts';

const TOKEN_LIFE_MS = 24 * 60 * 60 * 1000;

/** The paging members of a request. */
export interface PageRequest {
  readonly NextToken?: string | undefined;
  readonly MaxResults?: number | undefined;
}

/** One page. `NextToken` is not empty when there may be more pages. */
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
 * Returns one page of `items`, which are in ascending order of `sequence`. Items that are added or deleted between two pages
 * neither repeat nor hide others. `scope` binds a token to its operation and instance. The weather makes pages short or
 * empty.
 *
 * @throws {AwsError} InvalidParameterException for a page size out of range and a foreign or expired token.
 * @see https://docs.aws.amazon.com/connect/latest/APIReference/best-practices-connect-apis.html
 */
export function takePage<Item extends { readonly sequence: number }>(
  { cloud, weather }: Pick<Context, 'cloud' | 'weather'>,
  items: readonly Item[],
  request: PageRequest,
  scope: string,
  largest: number,
): Page<Item> {
  const size = wholeNumber(request.MaxResults, 'MaxResults', 1, largest, 100);
  const token = optionalText(request.NextToken, 'NextToken', { min: 1, max: 2500 });
  const after = token === undefined ? -1 : readToken(cloud.clock, token, scope);
  const rest = items.filter(({ sequence }) => sequence > after);
  const { size: most, leadsOn } = planPage(weather, scope, size, rest.length);
  const page = rest.slice(0, most);
  if (rest.length === page.length && !leadsOn) {
    const last = lastToken(weather, scope);
    return last === undefined ? { items: page } : { items: page, NextToken: last };
  }
  const next = JSON.stringify([scope, page.at(-1)?.sequence ?? after, cloud.clock.now()]);
  return { items: page, NextToken: Buffer.from(next).toString('base64url') };
}
