import { describe, expect, it } from 'vitest';
import { showStart } from '../../../local/start-progress.ts';

const LINES = [
  'Bundling asset ConnectSync-1/IdentitySync/Sweep/Function/Code/Stage...',
  '✨  Synthesis time: 12.04s',
  'ConnectSync-1: start: Building IdentitySync/PoolTrigger/Function/Code',
  'ConnectSync-1: success: Published ConnectSync-1 Template',
  'ConnectSync-1 |  0/48 | 1:58:49 AM | CREATE_IN_PROGRESS | AWS::SQS::Queue | X',
  'ConnectSync-1 | 12/48 | 1:58:50 AM | CREATE_COMPLETE | AWS::SQS::Queue | X',
  'ConnectSync-1: start: Publishing something late',
  ' ✅  ConnectSync-1',
  '✨  Total time: 22.71s',
];

function show(moves: boolean, verbose = false) {
  const written: string[] = [];
  let now = 0;
  const progress = showStart({ moves, write: (text) => void written.push(text), now: () => now }, verbose);
  for (const line of LINES) {
    now += 1_000;
    progress.onLine(line);
  }
  progress.end();
  return { written, lines: progress.lines };
}

describe('what npm start shows of its start', () => {
  it('is one line that moves', () => {
    const { written, lines } = show(true);

    expect(written.map((text) => text.replace('\r\u001B[K', '> '))).toEqual([
      '> Synthesizing, 1 s',
      '> Publishing, 3 s',
      '> Deploying 0 of 48, 5 s',
      '> Deploying 12 of 48, 6 s',
      '> Seeding, 8 s',
      '> ',
    ]);
    expect(lines).toEqual(LINES);
  });

  it('is a line for each stage where no line can move', () => {
    expect(show(false).written).toEqual(['Synthesizing\n', 'Publishing\n', 'Deploying\n', 'Seeding\n']);
  });

  it('is everything when asked for', () => {
    expect(show(true, true).written).toEqual(LINES.map((line) => `   cdk | ${line}\n`));
  });
});
