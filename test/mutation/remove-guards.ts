import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { basename, join } from 'node:path';
import { inCopies, passes, withText } from './copies.ts';
import type { Guard } from './guards/guard.ts';

/**
 * Removes one guard after the other, and runs the tests that it is there for. Prints a table of them, in Markdown.
 *
 * @param guards - to be removed, one at a time.
 * @param text - only guards that have this text somewhere; empty for all.
 * @returns whether at least one test failed without each guard.
 */
export async function removeGuards(guards: readonly Guard[], text: string): Promise<boolean> {
  const chosen = guards.filter((guard) => Object.values(guard).join(' ').includes(text));
  const found = new Map<Guard, string>();
  const sound = new Set<string>();
  process.stderr.write(`${chosen.length} guards\n`);

  await inCopies(chosen, async (copy, guard) => {
    const { test, file, find, replace } = guard;
    const testsPass = () => passes(copy, ['run', test]);
    if (!sound.has(test) && !(await testsPass())) throw new Error(`${test} fails as it is.`);
    sound.add(test);
    const path = join(copy, file);
    const source = readFileSync(path, 'utf8');
    const parts = source.split(find);
    if (parts.length !== 2) {
      found.set(guard, `its text stands ${parts.length - 1} times in the file`);
      return;
    }
    // A text that is no program would fail every test.
    stripTypeScriptTypes(parts.join(replace));
    found.set(guard, (await withText(path, parts.join(replace), testsPass)) ? 'NOTHING FAILS' : 'fails');
  });

  process.stdout.write('| without this guard | in | fails |\n| --- | --- | --- |\n');
  for (const guard of chosen) {
    const name = basename(guard.test, '.test.ts');
    const outcome = found.get(guard) === 'fails' ? name : `**${found.get(guard)}** (${name})`;
    process.stdout.write(`| ${guard.keeps} | \`${guard.file}\` | ${outcome} |\n`);
  }
  const open = chosen.filter((guard) => found.get(guard) !== 'fails');
  process.stdout.write(`\n${chosen.length} guards, ${open.length} without a test that fails.\n`);
  return open.length === 0;
}
