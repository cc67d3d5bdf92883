import type { Policy } from '../core/policy.ts';
import type {
  CaseMatches,
  ChangeSender,
  Clock,
  CognitoUserList,
  ConnectUserList,
  Logger,
  QueueDepth,
  RowList,
  SweepStore,
  SyncTable,
  UserPool,
} from '../ports.ts';

/** What a sweep needs. */
export interface SweepDeps {
  readonly pool: CognitoUserList & Pick<UserPool, 'exposure'>;
  readonly directory: ConnectUserList;
  readonly table: RowList & Pick<SyncTable, 'rememberExposure'> & Pick<CaseMatches, 'keepCaseMatch'>;
  readonly store: SweepStore;
  readonly queue: ChangeSender & QueueDepth;
  readonly policy: Policy;
  readonly policyHash: string;
  readonly userPoolId: string;
  /** From one pass to the next, milliseconds. */
  readonly sweepIntervalMs: number;
  /** What the worker makes of Connect, operation by operation. */
  readonly connectRequestsPerSecond: number;
  /** Pages of Cognito users that may be listed. */
  readonly cognitoListsPerSecond: number;
  readonly clock: Clock;
  readonly logger: Logger;
}
