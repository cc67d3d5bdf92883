import { entryError, sqsError } from './errors.ts';

/** The answer of a batch operation. */
export interface BatchResult<Result> {
  Successful: (Result & { Id: string })[];
  Failed: ReturnType<typeof entryError>[];
}

/**
 * Runs one operation for each entry of a batch, in order. An entry that fails does not stop the others.
 *
 * @throws {AwsError} when the batch is refused: it is empty, has more than 10 entries, or has wrong or equal ids.
 */
export function runBatch<Entry extends { Id: string | undefined }, Result extends object>(
  entries: readonly Entry[] | undefined,
  run: (entry: Entry) => Result,
): BatchResult<Result> {
  if (entries === undefined || entries.length === 0) {
    throw sqsError('EmptyBatchRequest', 'There should be at least one entry in the request.');
  }
  if (entries.length > 10) {
    throw sqsError(
      'TooManyEntriesInBatchRequest',
      `Maximum number of entries per request are 10. You have sent ${entries.length}.`,
    );
  }
  const seen = new Set<string>();
  for (const { Id = '' } of entries) {
    if (!/^[\w-]{1,80}$/.test(Id)) {
      throw sqsError(
        'InvalidBatchEntryId',
        'A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.',
      );
    }
    if (seen.has(Id)) throw sqsError('BatchEntryIdsNotDistinct', `Id ${Id} repeated.`);
    seen.add(Id);
  }
  const result: BatchResult<Result> = { Successful: [], Failed: [] };
  for (const entry of entries) {
    const Id = entry.Id ?? '';
    try {
      result.Successful.push({ Id, ...run(entry) });
    } catch (error) {
      result.Failed.push(entryError(Id, error));
    }
  }
  return result;
}
