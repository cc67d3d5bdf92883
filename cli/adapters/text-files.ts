import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { ConfigError } from '../../lambda/core/failures/errors.ts';

/**
 * Reads a text file that the operator names: UTF-8, or UTF-16 with a byte order mark, as spreadsheets and PowerShell write it.
 *
 * @throws {ConfigError} `no-file`, with the code of the system; `not-text` for a file in another encoding.
 */
export async function readTextFile(path: string): Promise<string> {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === undefined) throw error;
    throw new ConfigError('no-file', `${path}: the file cannot be read (${error.code}).`);
  });
  try {
    return new TextDecoder(encodingOf(bytes), { fatal: true }).decode(bytes);
  } catch {
    throw new ConfigError(
      'not-text',
      `${path}: the file is not UTF-8. Save it as UTF-8, in spreadsheets "CSV UTF-8", then repeat the command.`,
    );
  }
}

function encodingOf([first, second]: Uint8Array): string {
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  return first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
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
