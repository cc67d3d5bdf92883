import { ConfigError } from '../lambda/core/failures/errors.ts';
import type { ProgramDeps } from './program-deps.ts';

/**
 * Reads a text file that may be missing: `undefined` when it cannot be read.
 *
 * @throws {ConfigError} `not-text` for a file in another encoding: it is there.
 */
export async function readIfThere(
  { readFile }: Pick<ProgramDeps, 'readFile'>,
  path: string,
): Promise<string | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (error instanceof ConfigError && error.code === 'no-file') return undefined;
    throw error;
  }
}
