import type { Identity } from '../../lambda/core/identity/identity.ts';
import type { ExposureHistory } from '../../lambda/core/links/exposure.ts';
import type { Policy } from '../../lambda/core/policy.ts';
import type { UserRow } from '../../lambda/core/rows/user-row.ts';
import type { CognitoUserList, ConnectDirectory, ConnectUserList, RowList, UserPool } from '../../lambda/ports.ts';
import type { Claim } from '../users/ports.ts';

/** What a plan is about: a deployment, or the one that a configuration would make. */
export interface PlanTarget {
  readonly userPoolId: string;
  readonly instanceId: string;
  /** Region of the instance. */
  readonly region: string;
  readonly policy: Policy;
  /** Requests per second and Connect operation. */
  readonly requestsPerSecond: number;
  /** Pages of Cognito users that may be listed in a second. */
  readonly listsPerSecond: number;
  /** `undefined` before the first deployment. */
  readonly tableName: string | undefined;
}

/** What the table of a deployment says; before the first one, nothing. */
export interface KeptState extends RowList {
  exposureHistory(): Promise<ExposureHistory>;
  findRow(sub: string): Promise<UserRow | undefined>;
  findClaim(connectUserId: string): Promise<Claim | undefined>;
  /** Subs that are counted into the e-mail budget of the hour of `now`. */
  emailBudget(now: number): Promise<ReadonlySet<string>>;
}

/** First and last names of Connect users, by id, as a search shows them: no address is among it. */
export interface ConnectNames {
  readonly names: ReadonlyMap<string, Identity>;
  readonly calls: number;
}

/** Both sides and the table, for reading. Each call of Connect waits for its slot. */
export interface PlanSources {
  readonly pool: CognitoUserList & Pick<UserPool, 'exposure'>;
  readonly connectList: ConnectUserList;
  connectNames(deadline: number): Promise<ConnectNames>;
  /** Single users and settings of the instance. Passing failures are tried again. */
  readonly connectReads: Omit<ConnectDirectory, 'findIdsByUsername' | 'updateIdentity'>;
  readonly kept: KeptState;
  readonly policyHash: string;
}
