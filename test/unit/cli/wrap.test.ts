import { describe, expect, it } from 'vitest';
import { createTerminal } from '../../../cli/terminal/terminal.ts';
import { wrapProse } from '../../../cli/terminal/wrap.ts';

const SUB = '061f78a5-21d2-4642-b604-e6edacd78a9c';
const ADVICE = `  first-email: First address of a newly linked user: check the link, then: connect-sync release ${SUB}.`;
const LINES = [
  '  first-email: First address of a newly linked user: check the link, then:',
  `    connect-sync release ${SUB}.`,
];

describe('prose', () => {
  it('has lines of at most 80 columns, and no command is broken', () => {
    expect(wrapProse(ADVICE, 80)).toEqual(LINES);
  });

  it.each([
    ['of any length where the width is not known', ADVICE, undefined],
    ['of any length in a terminal that is too narrow', ADVICE, 39],
    ['whole where it fits', 'x'.repeat(80), 80],
    [
      'whole where it is a command to paste',
      `    npx connect-sync release ${SUB} --hold Ab12Cd34 --apply ${'x '.repeat(20)}`,
      80,
    ],
    ['whole where it is a row of a table', `${'a '.repeat(50)}  b`, 80],
    ['whole where it is one long path', `/${'long/'.repeat(30)}`, 80],
  ])('is %s', (_, text, columns) => {
    expect(wrapProse(text, columns)).toEqual([text]);
  });

  it('goes on with text after a command, and counts wide characters as two', () => {
    expect(wrapProse('Repeat: connect-sync plan --details, and read what it says of the users 名前名前', 40)).toEqual([
      'Repeat: connect-sync plan --details, and',
      '  read what it says of the users',
      '  名前名前',
    ]);
  });
});

describe('a terminal of 80 columns', () => {
  const start = (columns?: number, moving?: (line: string) => void) => {
    const [out, notes]: [string[], string[]] = [[], []];
    const terminal = createTerminal({
      ...{ out: (line) => void out.push(line), note: (line) => void notes.push(line), moving },
      columns,
    });
    terminal.out(ADVICE);
    terminal.note(ADVICE);
    return { out, notes };
  };

  it('gets prose in lines that fit, on both streams', () => {
    expect(start(80, () => {})).toEqual({ out: LINES, notes: LINES });
  });

  it('leaves what goes to a pipe or a file as it is', () => {
    expect(start(80)).toEqual({ out: LINES, notes: [ADVICE] });
    expect(start()).toEqual({ out: [ADVICE], notes: [ADVICE] });
  });
});
