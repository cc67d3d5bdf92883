import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { GUARDS } from '../mutation/guards/index.ts';
import { PLANTED } from '../mutation/planted.ts';

const ROOT = join(import.meta.dirname, '../..');
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

/** `npm run mutants -- --guards` removes each guard, which takes minutes; this keeps its list in step with the code. */
describe('the list of guards', () => {
  it.each([...GUARDS, ...PLANTED])('names a text that stands once in $file: $keeps', ({ file, find, test }) => {
    expect(read(file).split(find)).toHaveLength(2);
    expect(existsSync(join(ROOT, test))).toBe(true);
  });

  it('is the table beside the attacks', () => {
    const rows = read('test/attacks/README.md')
      .split('\n')
      .filter((line) => /^\| (?!without|---)/.test(line));

    expect(rows).toEqual(
      GUARDS.map(({ keeps, file, test }) => `| ${keeps} | \`${file}\` | ${basename(test, '.test.ts')} |`),
    );
  });

  it('has a guard for every file of attacks', () => {
    const files = globSync('*.test.ts', { cwd: join(ROOT, 'test/attacks') }).map((file) =>
      file.replace('.test.ts', ''),
    );

    expect(files.length).toBeGreaterThan(15);
    expect(files.filter((file) => !GUARDS.some(({ test }) => test === `test/attacks/${file}.test.ts`))).toEqual([]);
  });
});
