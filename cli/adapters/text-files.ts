import { readFile } from 'node:fs/promises';
import { ConfigError } from '../../lambda/core/errors.ts';

/**
 * Reads a text file that the operator names.
 *
 * @throws {ConfigError} `no-file`, with the code of the system.
 */
export async function readTextFile(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new ConfigError('no-file', `${path}: the file cannot be read (${code}).`);
  }
}
