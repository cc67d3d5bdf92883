import { appendFile, readFile, writeFile } from 'node:fs/promises';
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

/**
 * Writes a text file that the operator asked for.
 *
 * @throws {ConfigError} `not-written`, with the code of the system: `EEXIST` where it is there and is not to be overwritten.
 */
export async function writeTextFile(
  path: string,
  text: string,
  { overwrite }: { readonly overwrite: boolean },
): Promise<void> {
  await writeFile(path, text, { flag: overwrite ? 'w' : 'wx' }).catch(refuse(path));
}

/**
 * Adds to a text file that the operator names. A new one may be read by its owner only.
 *
 * @throws {ConfigError} `not-written`, with the code of the system.
 */
export async function appendTextFile(path: string, text: string): Promise<void> {
  await appendFile(path, text, { mode: 0o600 }).catch(refuse(path));
}

const refuse = (path: string) => (error: NodeJS.ErrnoException) => {
  if (error.code === undefined) throw error;
  throw new ConfigError('not-written', `${path}: the file cannot be written (${error.code}).`);
};
