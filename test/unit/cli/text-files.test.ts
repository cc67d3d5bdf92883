import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readTextFile } from '../../../cli/adapters/text-files.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'connect-sync-text-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A file with these bytes. */
async function fileWith(bytes: Uint8Array): Promise<string> {
  const path = join(folder, 'pairs.csv');
  await writeFile(path, bytes);
  return path;
}

const TEXT = 'm\u00FCller,agent\r\n';

describe('a text file that an operator names', () => {
  it.each([
    ['UTF-8', Buffer.from(TEXT)],
    ['UTF-8 with a byte order mark', Buffer.from(`\uFEFF${TEXT}`)],
    ['UTF-16, as Windows writes it', Buffer.from(`\uFEFF${TEXT}`, 'utf16le')],
    ['UTF-16, big-endian', Buffer.from(`\uFEFF${TEXT}`, 'utf16le').swap16()],
  ])('is read in %s', async (_, bytes) => {
    expect(await readTextFile(await fileWith(bytes))).toBe(TEXT);
  });

  it('is refused in an old encoding, instead of being read with wrong letters', async () => {
    const path = await fileWith(Buffer.from(TEXT, 'latin1'));

    await expect(readTextFile(path)).rejects.toMatchObject({
      code: 'not-text',
      message: `${path}: the file is not UTF-8. Save it as UTF-8, in spreadsheets "CSV UTF-8", then repeat the command.`,
    });
  });

  it('is named, with the code of the system, when it cannot be read', async () => {
    await expect(readTextFile(folder)).rejects.toMatchObject({
      code: 'no-file',
      message: `${folder}: the file cannot be read (EISDIR).`,
    });
  });
});
