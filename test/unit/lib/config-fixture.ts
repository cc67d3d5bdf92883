import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { ConfigError } from '../../../lambda/config.ts';
import { loadConfiguration } from '../../../lib/configuration/config.ts';

export const ARN = 'arn:aws:connect:eu-west-1:111122223333:instance/11111111-2222-3333-4444-555555555555';
export const USABLE = { userPoolId: 'eu-west-1_EXAMPLE1', connectInstanceArn: ARN };

/** A folder with that `connect-sync.json` in it, or with none; it goes with the test. */
export function folderWith(file?: unknown, name = 'connect-sync.json'): string {
  const directory = mkdtempSync(join(tmpdir(), 'config-test-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  if (file !== undefined) writeFileSync(join(directory, name), typeof file === 'string' ? file : JSON.stringify(file));
  return directory;
}

export const load = (file?: unknown, context: Record<string, unknown> = {}, account?: string) =>
  loadConfiguration({ directory: folderWith(file), context, account });

/** Problems by path; a path that has two keeps both. */
export function problemsOf(...args: Parameters<typeof load>): readonly (readonly [string, string])[] {
  try {
    load(...args);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.map(({ path, message }) => [path, message]);
    throw error;
  }
  return [];
}
