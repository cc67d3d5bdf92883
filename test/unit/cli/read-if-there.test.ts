import { describe, expect, it } from 'vitest';
import { readIfThere } from '../../../cli/read-if-there.ts';
import { ConfigError } from '../../../lambda/core/failures/errors.ts';

const failing = (code: string) => ({ readFile: () => Promise.reject(new ConfigError(code, 'Told.')) });

describe('a file that may be missing', () => {
  it('is read where it is there', async () => {
    expect(await readIfThere({ readFile: async (path) => `text of ${path}` }, 'a.json')).toBe('text of a.json');
  });

  it('is undefined where it is not there', async () => {
    expect(await readIfThere(failing('no-file'), 'a.json')).toBeUndefined();
  });

  it('is an error where it is there and is no text, so that no command takes it for a missing one', async () => {
    await expect(readIfThere(failing('not-text'), 'a.json')).rejects.toMatchObject({ code: 'not-text' });
  });
});
