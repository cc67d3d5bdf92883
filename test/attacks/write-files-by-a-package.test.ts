import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { zipSync } from 'fflate';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createCodeStore } from '../../packages/local-cloud/services/lambda/function-code.ts';

/** A deployment package wants to write a file outside the folder into which it is unpacked (zip slip). */
const CODE = new TextEncoder().encode('exports.handler = async () => {}');
/** A file that an absolute path in a package would write. */
const TARGET = join(tmpdir(), 'evil-of-a-package.js');
const start = () => {
  const store = createCodeStore();
  onTestFinished(() => store.close());
  return store;
};

describe('a package that wants to write files elsewhere', () => {
  it.each(['../evil.js', 'a/../../evil.js', './../evil.js', TARGET, `../../../../../../../..${TARGET}`, '..', '../'])(
    'is refused for the name %s',
    (name) => {
      const store = start();
      const { directory } = store.unpack(zipSync({ 'index.js': CODE }));
      const before = readdirSync(dirname(directory));

      expect(() => store.unpack(zipSync({ [name]: CODE }))).toThrow('The zip file holds a path outside its root');

      expect(readdirSync(dirname(directory)).filter((file) => /evil/.test(file))).toEqual([]);
      expect(before).toHaveLength(1);
      expect(existsSync(TARGET)).toBe(false);
    },
  );

  it('is not refused for names that stay inside', () => {
    const { directory } = start().unpack(zipSync({ 'index.js': CODE, 'a/..b.js': CODE, 'a/b/../c.js': CODE }));

    expect(readFileSync(join(directory, 'a/c.js'))).toEqual(Buffer.from(CODE));
  });

  it('does not overwrite the folder of a package that is there already', () => {
    const store = start();
    const first = store.unpack(zipSync({ 'index.js': CODE }));
    const other = `../${first.directory.split('/').at(-1)}/index.js`;

    expect(() => store.unpack(zipSync({ [other]: new Uint8Array() }))).toThrow('outside its root');
    expect(readFileSync(join(first.directory, 'index.js'))).toEqual(Buffer.from(CODE));
  });
});
