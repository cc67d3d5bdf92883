import { lastToken, planPage } from '../../weather/pages.ts';
import { type Context, invalid } from './context.ts';

/**
 * Returns one page of a list that may change between calls. The token has a position and the parameters of the list, so a
 * token of another list or an invented one is refused. The weather makes pages short or empty.
 *
 * @param scope - the parameters that a token belongs to. AWS requires them again with the token.
 * @param placeOf - a number that grows along the list and never changes for an item; its index by default.
 * @throws {AwsError} `InvalidParameterException` for a token that does not belong here.
 */
export function pageOf<Item>(
  { weather }: Pick<Context, 'weather'>,
  list: readonly Item[],
  limit: number,
  token: string | undefined,
  scope: string,
  placeOf: (item: Item, index: number) => number = (_, index) => index,
): { readonly items: readonly Item[]; readonly next?: string } {
  const after = token === undefined ? -1 : readToken(token, scope);
  const rest = list.filter((item, index) => placeOf(item, index) > after);
  const { size, leadsOn } = planPage(weather, scope, limit, rest.length);
  const items = rest.slice(0, size);
  const last = items.at(-1);
  if (items.length === rest.length && !leadsOn) {
    const next = lastToken(weather, scope);
    return next === undefined ? { items } : { items, next };
  }
  const place = last === undefined ? after : placeOf(last, list.indexOf(last));
  return { items, next: Buffer.from(JSON.stringify([place, scope])).toString('base64url') };
}

function readToken(token: string, scope: string): number {
  try {
    const [place, owner] = JSON.parse(Buffer.from(token, 'base64url').toString()) as [unknown, unknown];
    if (typeof place === 'number' && owner === scope) return place;
  } catch {
    // A token that cannot be read is refused below.
  }
  throw invalid('Invalid pagination token given.');
}
