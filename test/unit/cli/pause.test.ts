import { describe, expect, it } from 'vitest';
import { setPaused } from '../../../cli/deployment/pause.ts';
import type { MappingState } from '../../../cli/deployment/ports.ts';
import { createClock } from '../../support/ports.ts';
import { createTerminal } from './doubles.ts';

const NOW = 1_767_225_600_000;

/** A mapping that takes some seconds to change; `stuck` for one that never does. */
function start(initial: MappingState['state'] | undefined, { stuck = false } = {}) {
  const terminal = createTerminal();
  const asked: boolean[] = [];
  let state = initial;
  let left = 3;
  const clock = createClock(NOW, () => {
    left -= 1;
    if (left === 0 && !stuck) state = asked.at(-1) === true ? 'enabled' : 'disabled';
  });
  const deps = {
    mapping: {
      find: async () => (state === undefined ? undefined : { id: 'mapping-1', state }),
      async setEnabled(id: string, enabled: boolean) {
        expect(id).toBe('mapping-1');
        asked.push(enabled);
        state = 'changing' as const;
      },
    },
    worker: 'worker',
    terminal,
    now: clock.now,
    sleep: clock.sleep,
    signal: new AbortController().signal,
  };
  return { deps, terminal, asked, clock };
}

describe('pause and resume', () => {
  it.each([
    [
      'disabled',
      'enabled',
      'The worker would be paused: it finishes the users that it has begun, and changes wait in the queue.',
    ],
    ['enabled', 'disabled', 'The worker would go on, at the rate limit, with everything that has changed meanwhile.'],
  ] as const)('plan %s, and change nothing', async (wanted, state, line) => {
    const { deps, terminal, asked } = start(state);

    expect(await setPaused(deps, wanted, { apply: false, json: false })).toBe(1);
    expect(terminal.lines).toEqual([line]);
    expect(terminal.notes).toEqual(['This is a plan; nothing was written. Repeat the command with --apply.']);
    expect(asked).toEqual([]);
  });

  it('stop the worker, and wait until it has stopped', async () => {
    const { deps, terminal, asked, clock } = start('enabled');

    expect(await setPaused(deps, 'disabled', { apply: true, json: false })).toBe(0);
    expect(asked).toEqual([false]);
    expect(clock.sleeps).toEqual([1_000, 1_000, 1_000]);
    expect(terminal.lines).toEqual([
      'The worker is paused: changes wait in the queue, for at most 14 days. To go on: npx connect-sync resume --apply',
    ]);
  });

  it('change nothing after Ctrl-C', async () => {
    const { deps, asked } = start('enabled');
    const signal = AbortSignal.abort();

    await expect(setPaused({ ...deps, signal }, 'disabled', { apply: true, json: false })).rejects.toMatchObject({
      name: 'InterruptedError',
    });
    expect(asked).toEqual([]);
  });

  it('let it go on', async () => {
    const { deps, terminal, asked } = start('disabled');

    expect(await setPaused(deps, 'enabled', { apply: true, json: true })).toBe(0);
    expect(asked).toEqual([true]);
    expect(JSON.parse(terminal.lines.join(''))).toEqual({ applied: true, paused: false, state: 'enabled' });
  });

  it('do nothing where it is so already', async () => {
    const { deps, asked } = start('disabled');

    expect(await setPaused(deps, 'disabled', { apply: true, json: false })).toBe(0);
    expect(asked).toEqual([]);
  });

  it('say so when AWS takes long', async () => {
    const { deps, terminal } = start('enabled', { stuck: true });

    expect(await setPaused(deps, 'disabled', { apply: true, json: false })).toBe(1);
    expect(terminal.lines).toEqual(['AWS is still carrying it out. Look again: npx connect-sync status']);
  });

  it('refuse a function without a mapping', async () => {
    const { deps } = start(undefined);

    await expect(setPaused(deps, 'disabled', { apply: true, json: false })).rejects.toThrow('no event source mapping');
  });
});
