import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { printable, printableJson } from '../../cli/terminal/printable.ts';
import { tableOf } from '../../cli/terminal/table.ts';
import { createTerminal } from '../../cli/terminal/terminal.ts';

/** A stranger chooses names that move the cursor, hide what stands there, or read the other way round. */
const NAMES = {
  'an escape sequence': 'mary\u001B[2K\u001B[1A',
  'a C1 control sequence': 'mary\u009B2K',
  'a carriage return': 'mallory\rmary',
  'a line feed': 'mallory\nmary in step',
  'a backspace': 'mallory\b\b\b\b\b\b\bmary',
  'a right-to-left override': 'mary\u202Eyrollam',
  'an isolate of direction': 'mary\u2067yrollam\u2069',
  'a line separator': 'mallory\u2028mary',
};

describe('a stranger who wants to forge what the operator reads', () => {
  it.each(Object.entries(NAMES))('does nothing by %s on stdout and stderr', (_, name) => {
    const lines: string[] = [];
    const terminal = createTerminal({ out: (line) => void lines.push(line), note: (line) => void lines.push(line) });

    terminal.out(name);
    terminal.note([`User ${name}`]);
    terminal.out([tableOf(['NAME'], [[name]])]);
    terminal.json({ username: name });

    expect(lines).toHaveLength(2 + 2 + 3);
    expect(lines.join('')).not.toMatch(/[\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069]/u);
    expect(JSON.parse(lines.slice(4).join('\n'))).toEqual({ username: name });
  });

  it('finds no command that writes past the terminal', () => {
    const cli = join(import.meta.dirname, '../../cli');
    const files = globSync('**/*.ts', { cwd: cli });

    expect(files.length).toBeGreaterThan(40);
    const past = files.filter((file) => /process\.std|console\./.test(readFileSync(join(cli, file), 'utf8')));
    expect(past).toEqual([]);
  });

  it('does not change the names of other users', () => {
    for (const name of ['Zoë Müller', 'עברית', '王小明', 'نیم\u200Cفاصله', '👩‍👩‍👧']) {
      expect(printable(name)).toBe(name);
      expect(printableJson(name)).toBe(JSON.stringify(name));
    }
  });
});
