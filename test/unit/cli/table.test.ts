import { describe, expect, it } from 'vitest';
import { lookOf } from '../../../cli/terminal/states.ts';
import { layOutTable, type TableLayout, tableOf } from '../../../cli/terminal/table.ts';
import { createTerminal } from '../../../cli/terminal/terminal.ts';
import { widthOf } from '../../../cli/terminal/width.ts';

const SUB = '061f78a5-21d2-4642-b604-e6edacd78a9c';
const AGENT = '0c86f3c5-2f0d-4c3e-9a53-7a5332a7ee13';
const layOut = (table: ReturnType<typeof tableOf>, layout: Partial<TableLayout> = {}) =>
  layOutTable(table, { columns: undefined, wide: false, paint: (text) => text, ...layout });

/** The widest table of ids: that of `held`. */
const HELD = tableOf(
  ['SUB', 'CONNECT USER', 'FIELD', 'HOLD', 'REASON', 'HELD FOR'],
  [
    [SUB, AGENT, 'Email', 'Jf3kP0aZ', 'first-email', '2 h'],
    [SUB, `${AGENT}?`, '(link)', '-', 'open-sign-up', '7 min'],
  ],
  [5],
);

describe('a table', () => {
  it('has whole ids where lines may be of any length', () => {
    expect(layOut(HELD)).toEqual([
      'SUB                                   CONNECT USER                           FIELD   HOLD      REASON        HELD FOR',
      `${SUB}  ${AGENT}   Email   Jf3kP0aZ  first-email        2 h`,
      `${SUB}  ${AGENT}?  (link)  -         open-sign-up     7 min`,
    ]);
  });

  it('fits 80 columns with short ids', () => {
    expect(layOut(HELD, { columns: 80 })).toEqual([
      'SUB        CONNECT USER  FIELD   HOLD      REASON        HELD FOR',
      '061f78a5…  0c86f3c5…     Email   Jf3kP0aZ  first-email        2 h',
      '061f78a5…  0c86f3c5…?    (link)  -         open-sign-up     7 min',
    ]);
  });

  it('has whole ids in a terminal when asked, or when there is room', () => {
    expect(layOut(HELD, { columns: 80, wide: true })).toEqual(layOut(HELD));
    expect(layOut(HELD, { columns: 130 })).toEqual(layOut(HELD));
  });

  it.each([59, 40, 10])('is shown row by row in %i columns', (columns) => {
    expect(layOut(HELD, { columns }).slice(0, 9)).toEqual([
      `SUB           ${SUB}`,
      `CONNECT USER  ${AGENT}`,
      'FIELD         Email',
      'HOLD          Jf3kP0aZ',
      'REASON        first-email',
      'HELD FOR      2 h',
      '',
      `SUB           ${SUB}`,
      `CONNECT USER  ${AGENT}?`,
    ]);
  });

  it('is shown row by row where short ids do not suffice', () => {
    const long = tableOf(['A', 'B'], [['x'.repeat(60), 'y'.repeat(60)]]);

    expect(layOut(long, { columns: 80 })).toEqual([`A  ${'x'.repeat(60)}`, `B  ${'y'.repeat(60)}`]);
  });

  it('has its columns below one another whatever the characters', () => {
    const names = tableOf(
      ['NAME', 'WHAT'],
      [
        ['Mary', 'x'],
        ['名前', 'x'],
        ['👩‍👩‍👧 a', 'x'],
        ['e\u0301a', 'x'],
        ['bad\u001B[31m', 'x'],
      ],
    );

    const lines = layOut(names);

    expect(lines).toEqual([
      'NAME      WHAT',
      'Mary      x',
      '名前      x',
      '👩‍👩‍👧 a      x',
      'e\u0301a        x',
      'bad\uFFFD[31m  x',
    ]);
    expect(lines.slice(1).map((line) => widthOf(line.slice(0, -1)))).toEqual([10, 10, 10, 10, 10]);
  });

  it('ends text that runs from right to left, and lets nothing reorder a row', () => {
    const [, line = ''] = layOut(tableOf(['NAME', 'WHAT'], [['\u202Eمريم', 'held']]));

    expect(line).toBe('\uFFFDمريم\u200E  held');
  });

  it('is indented as a whole', () => {
    expect(layOut(tableOf(['A', 'B'], [['1', '2']], [], 2))).toEqual(['  A  B', '  1  2']);
  });
});

describe('a terminal', () => {
  it('says once that ids are shortened, and nothing once they are whole', () => {
    const notes: string[] = [];
    const terminal = createTerminal({ out: () => {}, note: (line) => void notes.push(line), columns: 80 });

    terminal.out([HELD, HELD]);
    expect(notes).toEqual(['Ids are shortened: --wide shows them whole.']);

    terminal.showWide();
    terminal.out([HELD]);
    expect(notes).toHaveLength(1);
  });
});

describe('colour', () => {
  const start = (paints: boolean) => {
    const lines: string[] = [];
    const terminal = createTerminal({
      out: (line) => void lines.push(line),
      note: () => {},
      paint: paints ? (look, text) => `<${look}>${text}</${look}>` : undefined,
    });
    terminal.out([
      'paused: changes wait',
      'Users: held',
      tableOf(
        ['STATUS', 'N'],
        [
          ['held', '1'],
          ['written', '2'],
          ['x held', '3'],
        ],
      ),
    ]);
    return lines;
  };

  it('marks states, and nothing else', () => {
    expect(start(true)).toEqual([
      '<yellow>paused</yellow>: changes wait',
      'Users: held',
      'STATUS   N',
      '<yellow>held   </yellow>  1',
      '<green>written</green>  2',
      'x held   3',
    ]);
  });

  it('is left out where there is none', () => {
    expect(start(false)).toEqual([
      'paused: changes wait',
      'Users: held',
      'STATUS   N',
      'held     1',
      'written  2',
      'x held   3',
    ]);
  });

  it.each([
    ['rejected', 'red'],
    ['unchanged', 'green'],
    ['would-write', 'yellow'],
    ['Rejected by Mary', undefined],
  ])('of %s is %s', (text, look) => {
    expect(lookOf(text)).toBe(look);
  });
});
