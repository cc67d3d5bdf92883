import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { groupBy, runGroups } from '../../../lambda/core/batch.ts';

const messages = fc.array(fc.record({ sub: fc.constantFrom('a', 'b', 'c', 'd', 'e'), id: fc.uuid() }), {
  maxLength: 12,
});

describe('the batch rule', () => {
  it('puts every message into the group of its user, in the order in which it came', () => {
    fc.assert(
      fc.property(messages, (batch) => {
        const groups = groupBy(batch, ({ sub }) => sub);

        expect(new Set(groups.map(({ key }) => key)).size).toBe(groups.length);
        for (const { key, messages: members } of groups) {
          expect(members).toEqual(batch.filter(({ sub }) => sub === key));
        }
        expect(groups.reduce((sum, group) => sum + group.messages.length, 0)).toBe(batch.length);
      }),
    );
  });

  it('runs no user twice, no more users at once than allowed, and answers for every one in order', async () => {
    await fc.assert(
      fc.asyncProperty(
        messages,
        fc.integer({ min: 1, max: 4 }),
        fc.scheduler(),
        async (batch, concurrency, scheduler) => {
          const groups = groupBy(batch, ({ sub }) => sub);
          const running = new Set<string>();
          const begun: string[] = [];
          let most = 0;
          const work = async ({ key }: { readonly key: string }) => {
            expect(running).not.toContain(key);
            begun.push(key);
            most = Math.max(most, running.add(key).size);
            await scheduler.schedule(Promise.resolve());
            running.delete(key);
            return key.toUpperCase();
          };

          const results = await scheduler.waitFor(runGroups(groups, concurrency, work));

          expect(results).toEqual(groups.map((group) => ({ group, result: group.key.toUpperCase() })));
          expect(begun).toHaveLength(groups.length);
          expect(most).toBe(Math.min(concurrency, groups.length));
        },
      ),
    );
  });
});
