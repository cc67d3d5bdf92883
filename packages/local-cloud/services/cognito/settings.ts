import { AwsError } from '../../service.ts';
import { CATEGORIES } from './quotas.ts';

/** Switches for undocumented behaviour, and quotas. Set by `PUT /_local/cognito-idp/settings`. */
export interface Settings {
  /** Whether the custom message event shows the new or the old attribute values. */
  readonly customMessageValues: 'new' | 'old';
  /** Whether the sub of a local user is accepted as `Username` in every pool. */
  readonly subAsUsername: boolean;
  /** What an app client without `WriteAttributes` may write. AWS's pages contradict each other. */
  readonly defaultWriteAttributes: 'standard' | 'all';
  /** Whether page events name the user by sub. */
  readonly pageEventsCarrySub: boolean;
  /** How long `ListUsers` does not show a new user, milliseconds. */
  readonly listLagMs: number;
  /** User names that `ListUsers` shows without their sub. */
  readonly listWithoutSub: readonly string[];
  /** Precision of `UserLastModifiedDate` in `ListUsers`. Reads of one user have milliseconds. */
  readonly listTimes: 'milliseconds' | 'seconds';
  /** Requests per second by AWS's quota category, for example `{ UserRead: 120 }`. A category without an entry has no limit. */
  readonly quotas: Readonly<Record<string, number>>;
}

/** The default settings. */
export const DEFAULT_SETTINGS: Settings = {
  customMessageValues: 'new',
  subAsUsername: true,
  defaultWriteAttributes: 'standard',
  pageEventsCarrySub: false,
  listLagMs: 0,
  listWithoutSub: [],
  listTimes: 'milliseconds',
  quotas: {},
};

const VALID: Readonly<Record<keyof Settings, (value: unknown) => boolean>> = {
  customMessageValues: (value) => value === 'new' || value === 'old',
  subAsUsername: (value) => typeof value === 'boolean',
  defaultWriteAttributes: (value) => value === 'standard' || value === 'all',
  pageEventsCarrySub: (value) => typeof value === 'boolean',
  listLagMs: (value) => typeof value === 'number' && value >= 0,
  listWithoutSub: (value) => Array.isArray(value) && value.every((name) => typeof name === 'string'),
  listTimes: (value) => value === 'milliseconds' || value === 'seconds',
  quotas: (value) =>
    typeof value === 'object' &&
    value !== null &&
    Object.entries(value).every(
      ([category, rate]) => Object.hasOwn(CATEGORIES, category) && typeof rate === 'number' && rate > 0,
    ),
};

/**
 * Applies a change of settings. Members that are left out keep their value.
 *
 * @throws {AwsError} `ValidationException` that names the first member that is unknown or out of range.
 */
export function changeSettings(current: Settings, body: unknown): Settings {
  if (body === undefined || body === null) return current;
  if (typeof body !== 'object') throw new AwsError('ValidationException', 'Settings must be a JSON object.');
  for (const [name, value] of Object.entries(body)) {
    if (!Object.hasOwn(VALID, name) || !VALID[name as keyof Settings](value))
      throw new AwsError('ValidationException', `Cognito setting ${name} cannot be ${JSON.stringify(value)}.`);
  }
  return { ...current, ...body };
}
