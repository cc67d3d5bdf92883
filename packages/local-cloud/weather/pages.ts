import type { Weather } from './index.ts';

/** How one page of a list is made. */
export interface PageWeather {
  /** How many entries the page may have, from 0 to the limit. */
  readonly size: number;
  /** Whether the page has a token also when no entries are left. */
  readonly leadsOn: boolean;
}

/**
 * Decides how many entries a page has.
 *
 * @param subject - the list, for example its operation and the pool.
 * @param limit - the requested number of entries.
 * @param left - entries from here to the end of the list.
 */
export function planPage(weather: Weather, subject: string, limit: number, left: number): PageWeather {
  if (weather.strike('empty-page', subject) !== undefined) return { size: 0, leadsOn: true };
  const share = weather.strike('short-page', subject);
  // At least one entry, so that the list ends after some pages.
  return { size: share === undefined ? limit : Math.max(1, Math.floor(share * Math.min(limit, left))), leadsOn: false };
}

/** The token of the last page: usually none, sometimes an empty one. */
export const lastToken = (weather: Weather, subject: string): '' | undefined =>
  weather.strike('empty-token', subject) === undefined ? undefined : '';
