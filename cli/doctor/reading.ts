import { PermanentError, TransientError } from '../../lambda/core/failures/errors.ts';

/** What came of a read: a value, a permission that the caller lacks, or another failure with its code. */
export type Reading<Value> =
  | { readonly state: 'read'; readonly value: Value }
  | { readonly state: 'denied'; readonly permission: string }
  | { readonly state: 'failed'; readonly code: string };

/** A reading of a value that was known already, so that AWS was not asked. Pure. */
export const known = <Value>(value: Value): Reading<Value> => ({ state: 'read', value });

/** Reads, and takes a refusal or a failure of AWS as an answer, so that all that can be seen is shown. */
export async function attempt<Value>(read: () => Promise<Value>): Promise<Reading<Value>> {
  try {
    return known(await read());
  } catch (error) {
    if (error instanceof PermanentError && error.missingPermission !== undefined)
      return { state: 'denied', permission: error.missingPermission };
    if (error instanceof PermanentError || error instanceof TransientError)
      return { state: 'failed', code: error.code };
    throw error;
  }
}

/** Goes on with a value that was read; a read that failed stays what it is. */
export async function whenRead<Value, Next>(
  reading: Reading<Value>,
  next: (value: Value) => Promise<Reading<Next>>,
): Promise<Reading<Next>> {
  return reading.state === 'read' ? next(reading.value) : reading;
}
