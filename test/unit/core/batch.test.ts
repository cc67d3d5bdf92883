import { describe, expect, it } from 'vitest';
import { groupBy, runGroups } from '../../../lambda/core/batch.ts';

describe('groupBy', () => {
  it('keeps the order of the keys and the order within each', () => {
    const groups = groupBy(['b1', 'a1', 'b2', 'c1', 'a2', 'b3'], (message) => message.slice(0, 1));

    expect(groups).toEqual([
      { key: 'b', messages: ['b1', 'b2', 'b3'] },
      { key: 'a', messages: ['a1', 'a2'] },
      { key: 'c', messages: ['c1'] },
    ]);
  });

  it('makes no group from no messages', () => {
    expect(groupBy([], String)).toEqual([]);
  });

  it('handles keys that every object inherits', () => {
    const groups = groupBy(['__proto__', 'constructor'], (message) => message);

    expect(groups.map(({ key }) => key)).toEqual(['__proto__', 'constructor']);
  });
});

describe('runGroups', () => {
  const groupsOf = (...keys: readonly string[]) => keys.map((key) => ({ key, messages: [key] }));

  it('gives the results in the order of the groups, not in the order in which they end', async () => {
    const releases: (() => void)[] = [];
    const running = runGroups(groupsOf('a', 'b', 'c'), 3, async ({ key }) => {
      await new Promise<void>((resolve) => releases.push(resolve));
      return key.toUpperCase();
    });

    for (const release of releases.toReversed()) release();

    expect((await running).map(({ group, result }) => [group.key, result])).toEqual([
      ['a', 'A'],
      ['b', 'B'],
      ['c', 'C'],
    ]);
  });

  it('works on as many groups at once as allowed, and begins the next when one ends', async () => {
    const begun: string[] = [];
    const ends = new Map<string, () => void>();
    const running = runGroups(groupsOf('a', 'b', 'c'), 2, async ({ key }) => {
      begun.push(key);
      await new Promise<void>((resolve) => ends.set(key, resolve));
    });
    const atFirst = [...begun];

    ends.get('b')?.();
    await new Promise(setImmediate);
    const afterOne = [...begun];
    ends.get('a')?.();
    ends.get('c')?.();
    await running;

    expect(atFirst).toEqual(['a', 'b']);
    expect(afterOne).toEqual(['a', 'b', 'c']);
  });

  it('has nothing to do for an empty batch', async () => {
    expect(await runGroups([], 5, async () => 'never')).toEqual([]);
  });
});
