/**
 * Breaks the core on purpose, one small change at a time, and sees whether a test of it fails. Works on copies: the tree stays as it is.
 *
 *     npm run mutants [-- lambda/core/plan-identity.ts …]
 *
 * Ends with 1 when more than the share below survives. A survivor is either a missing test or a change that makes no difference.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, globSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Mutant, mutantsOf } from './mutants.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const COPIED = [
  ...['lambda', 'lib', 'local', 'cli', 'test', 'docs'],
  ...['connect-sync.schema.json', 'package.json', 'tsconfig.json', 'vitest.config.ts'],
];
/** Changes that make no difference (which of two equal times comes first, by how much a bound is rounded) are that many. */
const GOAL = 0.93;
/** A mutant that never ends is noticed, too. */
const LIMIT_MS = 60_000;

const named = process.argv.slice(2);
const files = named.length > 0 ? named : globSync('lambda/core/*.ts', { cwd: ROOT }).toSorted();
const work = files.flatMap((file) =>
  mutantsOf(readFileSync(join(ROOT, file), 'utf8')).map((mutant) => ({ file, mutant })),
);
const survivors: { readonly file: string; readonly mutant: Mutant }[] = [];
process.stderr.write(`${work.length} mutants of ${files.length} files\n`);

const remaining = work.values();
await Promise.all(Array.from({ length: availableParallelism() }, lane));

for (const { file, mutant } of survivors)
  process.stdout.write(`survived  ${file}:${mutant.line}  ${mutant.from.trim()} -> ${mutant.to.trim()}\n`);
const noticed = 1 - survivors.length / Math.max(1, work.length);
process.stdout.write(
  `${work.length} mutants, ${survivors.length} survived: ${(noticed * 100).toFixed(1)} % noticed (goal ${GOAL * 100} %)\n`,
);
process.exitCode = noticed >= GOAL ? 0 : 1;

/** Takes one mutant after the other, in a copy of its own. */
async function lane(): Promise<void> {
  const copy = mkdtempSync(join(tmpdir(), 'mutants-'));
  try {
    for (const path of COPIED) cpSync(join(ROOT, path), join(copy, path), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
    const sound = new Set<string>();
    for (const { file, mutant } of remaining) {
      if (!sound.has(file) && !(await passes(copy, file))) throw new Error(`The tests of ${file} fail as it is.`);
      sound.add(file);
      const path = join(copy, file);
      const original = readFileSync(path, 'utf8');
      writeFileSync(path, mutant.source);
      if (await passes(copy, file)) survivors.push({ file, mutant });
      writeFileSync(path, original);
    }
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

/** Whether all unit and property tests that reach the file pass. */
async function passes(copy: string, file: string): Promise<boolean> {
  const vitest = join(ROOT, 'node_modules/vitest/vitest.mjs');
  const projects = ['--project', 'unit', '--project', 'property'];
  const child = spawn(process.execPath, [vitest, 'related', file, '--run', '--bail', '1', ...projects], {
    cwd: copy,
    stdio: 'ignore',
    timeout: LIMIT_MS,
    killSignal: 'SIGKILL',
  });
  const [code] = (await once(child, 'exit')) as [number | null];
  return code === 0;
}
