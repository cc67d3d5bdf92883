import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { GUARDS } from '../mutation/guards.ts';

const ROOT = join(import.meta.dirname, '../..');
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

/** `npm run mutants -- --guards` removes each guard, which takes minutes; this keeps its list in step with the code. */
describe('the list of guards', () => {
  it.each(GUARDS)('names a text that stands once in $file: $keeps', ({ file, find, attacks }) => {
    expect(read(file).split(find)).toHaveLength(2);
    expect(existsSync(join(ROOT, `test/attacks/${attacks}.test.ts`))).toBe(true);
  });

  it('is the table beside the attacks', () => {
    const rows = read('test/attacks/README.md')
      .split('\n')
      .filter((line) => /^\| (?!without|---)/.test(line));

    expect(rows).toEqual(GUARDS.map(({ keeps, file, attacks }) => `| ${keeps} | \`${file}\` | ${attacks} |`));
  });

  it('has a guard for every file of attacks', () => {
    const files = globSync('*.test.ts', { cwd: join(ROOT, 'test/attacks') }).map((file) =>
      file.replace('.test.ts', ''),
    );

    expect(files.length).toBeGreaterThan(15);
    expect(files.filter((file) => !GUARDS.some(({ attacks }) => attacks === file))).toEqual([]);
  });
});
