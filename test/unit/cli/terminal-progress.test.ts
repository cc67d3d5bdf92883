import { describe, expect, it } from 'vitest';
import { startProgress } from '../../../cli/terminal/progress.ts';
import { createTerminal } from '../../../cli/terminal/terminal.ts';

function start(moves: boolean) {
  const shown: string[] = [];
  const terminal = createTerminal({
    out: (line) => void shown.push(`out ${line}`),
    note: (line) => void shown.push(`note ${line}`),
    moving: moves ? (line) => void shown.push(`moving ${line}`) : undefined,
  });
  const clock = { now: 0 };
  const progress = startProgress({ terminal, now: () => clock.now }, 'Read', 100);
  const at = (milliseconds: number, done: number) => {
    clock.now = milliseconds;
    progress.at(done);
  };
  return { shown, terminal, progress, at };
}

describe('progress', () => {
  it('is silent for two seconds', () => {
    const { shown, progress, at } = start(true);

    at(500, 1);
    at(1_999, 4);
    progress.end();

    expect(shown).toEqual([]);
  });

  it('is one line that moves in a terminal, with the rate and the time left', () => {
    const { shown, progress, at } = start(true);

    at(2_000, 4);
    at(2_100, 5);
    at(10_000, 20);
    progress.end();

    expect(shown).toEqual([
      'moving Read: 4 of 100, 2.0 a second, 48 s left',
      'moving Read: 20 of 100, 2.0 a second, 40 s left',
      'moving ',
    ]);
  });

  it('makes way for what is written meanwhile', () => {
    const { shown, terminal, at } = start(true);

    at(2_000, 4);
    terminal.note('x: failed');
    terminal.out('done');

    expect(shown.slice(1)).toEqual(['moving ', 'note x: failed', 'out done']);
  });

  it('is a line every quarter of a minute where no line can move', () => {
    const { shown, at } = start(false);

    at(2_000, 4);
    at(16_000, 32);
    at(17_000, 34);
    at(200_000, 50);

    expect(shown).toEqual([
      'note Read: 4 of 100, 2.0 a second, 48 s left',
      'note Read: 34 of 100, 2.0 a second, 33 s left',
      'note Read: 50 of 100, 0.3 a second, 4 min left',
    ]);
  });
});
