import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { EXECUTABLE } from '../support/cli.ts';

/** Runs the command line while the reader of one output has gone. */
async function runWithout(output: 'stdout' | 'stderr', args: readonly string[]): Promise<unknown> {
  const child = spawn(process.execPath, [EXECUTABLE, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.resume();
  child.stderr.resume();
  child[output].destroy();
  const [exit] = await once(child, 'close');
  return exit;
}

it.each([
  ['stdout', ['help'], 0],
  ['stdout', ['nonsense'], 2],
  ['stderr', ['help'], 0],
  ['stderr', ['nonsense'], 2],
] as const)(
  'without a reader of %s, connect-sync %j ends with the code that it has otherwise',
  async (output, args, exit) => {
    expect(await runWithout(output, args)).toBe(exit);
  },
);
