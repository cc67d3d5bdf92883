import type { Weather } from './index.ts';

/** What one page of a list is to be. */
export interface PageWeather {
  /** How many entries it may hold, from 0 to the limit. */
  readonly size: number;
  /** Whether a token leads on even where nothing is left. */
  readonly leadsOn: boolean;
}

/**
 * Decides how full a page may be.
 *
 * @param subject - the list, for example its operation and the pool.
 * @param limit - what was asked for.
 * @param left - entries from here to the end of the list.
 */
export function planPage(weather: Weather, subject: string, limit: number, left: number): PageWeather {
  if (weather.strike('empty-page', subject) !== undefined) return { size: 0, leadsOn: true };
  const share = weather.strike('short-page', subject);
  // At least one entry, so that a list that is asked for often enough ends.
  return { size: share === undefined ? limit : Math.max(1, Math.floor(share * Math.min(limit, left))), leadsOn: false };
}

/** The token of a last page: usually none, at times an empty one. */
export const lastToken = (weather: Weather, subject: string): '' | undefined =>
  weather.strike('empty-token', subject) === undefined ? undefined : '';
