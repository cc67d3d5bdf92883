import type { Policy } from '../core/policy.ts';
import type {
  Clock,
  ConnectDirectory,
  Logger,
  RateLimitedDirectory,
  ReceivedMessages,
  SyncTable,
  UserPool,
} from '../ports.ts';

/** What reconciling a user needs. */
export interface SyncDeps {
  readonly pool: UserPool;
  readonly directory: ConnectDirectory;
  readonly table: SyncTable;
  readonly policy: Policy;
  /** Identifies the policy; see `policyHashOf`. */
  readonly policyHash: string;
  readonly clock: Clock;
  /** Unpredictable text, a new one each time. */
  readonly newSalt: () => string;
}

/** What the whole worker needs. */
export interface WorkerDeps extends Omit<SyncDeps, 'directory'> {
  readonly directory: RateLimitedDirectory;
  readonly messages: ReceivedMessages;
  readonly logger: Logger;
  readonly userPoolId: string;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}
