import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { npm, ROOT } from './consumer.ts';

/** Packs the package once for all files of this project, as a release does, and takes it away again. */
export function setup({ provide }: TestProject): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'connect-sync-pack-'));
  const options = ['--json', '--foreground-scripts=false', '--pack-destination', folder];
  const { status, stdout, stderr } = npm(['run', '--silent', 'package', '--', ...options], ROOT);
  if (status !== 0) throw new Error(`npm run package failed:\n${stdout}\n${stderr}`);
  const [{ filename }] = JSON.parse(stdout);
  provide('tarball', join(folder, filename));
  return () => rmSync(folder, { recursive: true, force: true });
}

declare module 'vitest' {
  interface ProvidedContext {
    /** Path of the packed package. */
    readonly tarball: string;
  }
}
