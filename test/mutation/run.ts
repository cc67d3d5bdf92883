/**
 * Breaks the product on purpose, one small change at a time, and sees whether a test fails. Works on copies: the tree stays as
 * it is.
 *
 *     npm run mutants [-- lambda/core/writes/plan-identity.ts …]     the core, mechanically; its unit and property tests
 *     npm run mutants -- --guards [TEXT]                      the guards of `guards/`, or those with a text; their attacks
 *     npm run mutants -- --planted [TEXT]                     the same for `planted.ts`: settled digests and partial lists
 *
 * Ends with 1 when more of the core than the share below survives, or a guard can be removed without a failing attack. A
 * survivor is either a missing test or a change that makes no difference.
 */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inCopies, passes, ROOT, withText } from './copies.ts';
import type { Guard } from './guards/guard.ts';
import { GUARDS } from './guards/index.ts';
import { type Mutant, mutantsOf } from './mutants.ts';
import { PLANTED } from './planted.ts';
import { removeGuards } from './remove-guards.ts';

/** Changes that make no difference (which of two equal times comes first, by how much a bound is rounded) are that many. */
const GOAL = 0.93;

const [option, ...texts] = process.argv.slice(2);
const LISTS: Readonly<Record<string, readonly Guard[]>> = { '--guards': GUARDS, '--planted': PLANTED };
const list = LISTS[option ?? ''];
const isSound = list === undefined ? await breakCore(process.argv.slice(2)) : await removeGuards(list, texts[0] ?? '');
process.exitCode = isSound ? 0 : 1;

async function breakCore(named: readonly string[]): Promise<boolean> {
  const files = named.length > 0 ? named : globSync('lambda/core/**/*.ts', { cwd: ROOT }).toSorted();
  const work = files.flatMap((file) =>
    mutantsOf(readFileSync(join(ROOT, file), 'utf8')).map((mutant) => ({ file, mutant })),
  );
  const survivors: { readonly file: string; readonly mutant: Mutant }[] = [];
  const sound = new Set<string>();
  process.stderr.write(`${work.length} mutants of ${files.length} files\n`);

  await inCopies(work, async (copy, { file, mutant }) => {
    const testsPass = () => passes(copy, ['related', file, '--project', 'unit', '--project', 'property']);
    if (!sound.has(file) && !(await testsPass())) throw new Error(`The tests of ${file} fail as it is.`);
    sound.add(file);
    if (await withText(join(copy, file), mutant.source, testsPass)) survivors.push({ file, mutant });
  });

  for (const { file, mutant } of survivors)
    process.stdout.write(`survived  ${file}:${mutant.line}  ${mutant.from.trim()} -> ${mutant.to.trim()}\n`);
  const noticed = 1 - survivors.length / Math.max(1, work.length);
  process.stdout.write(
    `${work.length} mutants, ${survivors.length} survived: ${(noticed * 100).toFixed(1)} % noticed (goal ${GOAL * 100} %)\n`,
  );
  return noticed >= GOAL;
}
