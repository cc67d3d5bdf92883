import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';

/** The tree that is copied, and stays as it is. */
export const ROOT = resolve(import.meta.dirname, '../..');
const COPIED = [
  ...['lambda', 'lib', 'local', 'cli', 'test', 'docs', 'packages'],
  ...['connect-sync.schema.json', 'package.json', 'tsconfig.json', 'vitest.config.ts'],
];
/** A run of tests that never ends fails. */
const LIMIT_MS = 60_000;

/** Takes one piece of work after the other, in as many copies of the tree at a time as there are processors. */
export async function inCopies<Work>(
  work: readonly Work[],
  act: (copy: string, one: Work) => Promise<void>,
): Promise<void> {
  const remaining = work.values();
  const lane = async () => {
    const copy = mkdtempSync(join(tmpdir(), 'mutants-'));
    try {
      for (const path of COPIED)
        cpSync(join(ROOT, path), join(copy, path), {
          recursive: true,
          filter: (from) => basename(from) !== 'node_modules',
        });
      symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
      for (const one of remaining) await act(copy, one);
    } finally {
      rmSync(copy, { recursive: true, force: true });
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, lane));
}

/** Runs `act` while a file of a copy has another text. */
export async function withText<Result>(path: string, text: string, act: () => Promise<Result>): Promise<Result> {
  const original = readFileSync(path, 'utf8');
  writeFileSync(path, text);
  try {
    return await act();
  } finally {
    writeFileSync(path, original);
  }
}

/** Whether a run of Vitest in a copy passes. */
export async function passes(copy: string, args: readonly string[]): Promise<boolean> {
  const vitest = join(ROOT, 'node_modules/vitest/vitest.mjs');
  const child = spawn(process.execPath, [vitest, ...args, '--run', '--bail', '1'], {
    cwd: copy,
    stdio: 'ignore',
    timeout: LIMIT_MS,
    killSignal: 'SIGKILL',
  });
  const [code] = await once(child, 'exit');
  return code === 0;
}
