import type { JsonObject } from '../json.ts';

/** What a user pool answers to `DescribeUserPool`, whole: nothing is lost by a schema that is older than the pool. */
export interface PoolAnswer {
  /** The answer as it came, byte for byte. */
  readonly text: string;
  /** Its member `UserPool`. */
  readonly pool: JsonObject;
}

/** The settings of user pools, as raw JSON in both directions. */
export interface PoolSettings {
  describe(userPoolId: string): Promise<PoolAnswer>;
  /** `GetUserPoolMfaConfig`, whole: settings that the description lacks, and that `UpdateUserPool` cannot send. */
  describeMfa(userPoolId: string): Promise<JsonObject>;
  /** `UpdateUserPool`: what the request leaves out returns to its default. Sent once, never retried. */
  update(request: JsonObject): Promise<void>;
}

/** Files that an operator may need to go back. */
export interface Backups {
  /**
   * Writes a new file that only its owner can read, complete on disk when this resolves.
   *
   * @returns its path.
   */
  save(name: string, text: string): Promise<string>;
}
