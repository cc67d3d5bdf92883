import { globSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');

/** Folders and files whose text is plain. To add one, write its path here. */
const PLAIN_TEXT = [
  ...['bench', 'bin', 'cli', 'docs', 'examples', 'lambda', 'lib', 'local', 'packages/local-cloud', 'packaging'],
  ...['README.md', 'CHANGELOG.md', 'CONTRIBUTING.md', 'SECURITY.md', 'CODE_OF_CONDUCT.md'],
];

/** Words that name no one in particular, and idioms. A plain text says who acts. */
const UNCLEAR = /\b(nobody|no one|whoever|somebody|anybody|everybody|of ours|has it that)\b/gi;

const filesIn = (path: string): readonly string[] =>
  statSync(join(ROOT, path)).isDirectory()
    ? globSync(`${path}/**/*.{ts,cjs,mjs,js,md,html,css,json}`, { cwd: ROOT })
        .map((file) => file.replaceAll('\\', '/'))
        .filter((file) => !/(^|\/)(node_modules|cdk\.out|dist)\//.test(file))
        .sort()
    : [path];

/** The unclear words of a text, each with its line number. */
const findUnclear = (text: string): readonly string[] =>
  text
    .split('\n')
    .flatMap((line, index) => [...line.matchAll(UNCLEAR)].map(([word]) => `line ${index + 1}: ${word.toLowerCase()}`));

describe('plain language', () => {
  it.each(PLAIN_TEXT)('%s has no unclear words', (path) => {
    const files = filesIn(path);
    expect(files).not.toEqual([]);
    const found = files.flatMap((file) =>
      findUnclear(readFileSync(join(ROOT, file), 'utf8')).map((place) => `${file}, ${place}`),
    );
    expect(found).toEqual([]);
  });

  it('finds an unclear word in any case, with its line', () => {
    expect(findUnclear('First line.\nNobody may write, Whoever reads.\nA function of ours.')).toEqual([
      'line 2: nobody',
      'line 2: whoever',
      'line 3: of ours',
    ]);
  });
});
