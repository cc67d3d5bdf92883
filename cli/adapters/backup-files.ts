import { mkdir, open } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { ConfigError } from '../../lambda/core/failures/errors.ts';
import type { Backups } from '../triggers/ports.ts';

/** Keeps backups as files of a folder, which is made when it is first needed. Files are never overwritten. */
export const createBackups = (directory: string): Backups => ({
  async save(name, text) {
    const path = join(resolve(directory), name);
    try {
      await mkdir(directory, { recursive: true, mode: 0o700 });
      const file = await open(path, 'wx', 0o600);
      try {
        await file.writeFile(text);
        await file.sync();
      } finally {
        await file.close();
      }
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === undefined) throw error;
      throw new ConfigError(
        'no-backup',
        `${path} could not be written (${code}); give another place by --backup-dir. Nothing was changed.`,
      );
    }
    return path;
  },
});
