import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';
import { inCopies, passes, withText } from './copies.ts';
import { GUARDS, type Guard } from './guards.ts';

/**
 * Removes one guard after the other, and runs the attacks that it is there for. Prints a table of them, in Markdown.
 *
 * @param text - only guards that have this text somewhere; empty for all.
 * @returns whether at least one attack succeeded without each guard.
 */
export async function removeGuards(text: string): Promise<boolean> {
  const chosen = GUARDS.filter((guard) => Object.values(guard).join(' ').includes(text));
  const found = new Map<Guard, string>();
  const sound = new Set<string>();
  process.stderr.write(`${chosen.length} guards\n`);

  await inCopies(chosen, async (copy, guard) => {
    const { attacks, file, find, replace } = guard;
    const attacksFail = () => passes(copy, ['run', '--project', 'attacks', `test/attacks/${attacks}.test.ts`]);
    if (!sound.has(attacks) && !(await attacksFail())) throw new Error(`${attacks} succeeds as it is.`);
    sound.add(attacks);
    const path = join(copy, file);
    const source = readFileSync(path, 'utf8');
    const parts = source.split(find);
    if (parts.length !== 2) {
      found.set(guard, `its text stands ${parts.length - 1} times in the file`);
      return;
    }
    // A text that is no program would fail every test.
    stripTypeScriptTypes(parts.join(replace));
    found.set(guard, (await withText(path, parts.join(replace), attacksFail)) ? 'NOTHING FAILS' : 'fails');
  });

  process.stdout.write('| without this guard | in | `test/attacks/` … fails |\n| --- | --- | --- |\n');
  for (const guard of chosen) {
    const outcome = found.get(guard) === 'fails' ? guard.attacks : `**${found.get(guard)}** (${guard.attacks})`;
    process.stdout.write(`| ${guard.keeps} | \`${guard.file}\` | ${outcome} |\n`);
  }
  const open = chosen.filter((guard) => found.get(guard) !== 'fails');
  process.stdout.write(`\n${chosen.length} guards, ${open.length} without an attack that fails.\n`);
  return open.length === 0;
}
