import type { Policy } from '../core/policy.ts';
import type { Clock, ConnectDirectory, SyncTable, UserPool } from '../ports.ts';

/** What a look at a user needs. */
export interface SyncDeps {
  readonly pool: UserPool;
  readonly directory: ConnectDirectory;
  readonly table: SyncTable;
  readonly policy: Policy;
  readonly clock: Clock;
}
