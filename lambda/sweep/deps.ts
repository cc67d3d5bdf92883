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

/** What taking the inventory needs. */
export interface InventoryDeps {
  readonly pool: CognitoUserList & Pick<UserPool, 'exposure'>;
  readonly directory: ConnectUserList;
  readonly table: RowList & Pick<SyncTable, 'rememberExposure'>;
  readonly policy: Policy;
  /** Pages of Cognito users that may be listed in a second. */
  readonly cognitoListsPerSecond: number;
  readonly clock: Clock;
  readonly logger: Pick<Logger, 'warn'>;
}

/** What a sweep needs. */
export interface SweepDeps extends InventoryDeps {
  readonly table: InventoryDeps['table'] & Pick<CaseMatches, 'keepCaseMatch'>;
  readonly store: SweepStore;
  readonly queue: ChangeSender & QueueDepth;
  readonly policyHash: string;
  readonly userPoolId: string;
  /** Time from the start of one pass to the start of the next, milliseconds. */
  readonly sweepIntervalMs: number;
  /** Requests per second that the worker makes of each Connect operation. */
  readonly connectRequestsPerSecond: number;
  readonly logger: Logger;
}
