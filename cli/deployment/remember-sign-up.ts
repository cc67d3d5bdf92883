import { PermanentError } from '../../lambda/core/errors.ts';
import type { SyncTable } from '../../lambda/ports.ts';

/** Where {@link rememberSignUp} keeps what it is told. */
export interface SignUpMemory extends Pick<SyncTable, 'rememberExposure'> {
  /** The time of the table, milliseconds since the epoch. */
  now(): Promise<number>;
}

/**
 * Adds to what the table remembers of the pool whether strangers may sign up now, as every function does that reads the
 * settings. A caller who may not write the table keeps nothing: the worker and the
 * sweep do. Nothing is kept either where the table is gone, as after half a removal.
 */
export async function rememberSignUp(table: SignUpMemory, selfSignUp: boolean): Promise<void> {
  try {
    await table.rememberExposure({ selfSignUp, writableAttributes: new Set() }, [], await table.now());
  } catch (error) {
    if (!(error instanceof PermanentError) || !/AccessDenied|^ResourceNotFound/.test(error.code)) throw error;
  }
}
