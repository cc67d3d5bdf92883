import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findCycle, reverseOrder, runInOrder } from '../../cloudformation/order.ts';
import { createFixture } from './cloudformation-fixture.ts';

/** Queues that each refer to some of those before them, by GetAtt, Sub or DependsOn, in any order of declaration. */
const templates = fc
  .array(fc.array(fc.record({ to: fc.nat(), by: fc.constantFrom('GetAtt', 'Sub', 'DependsOn') }), { maxLength: 3 }), {
    minLength: 1,
    maxLength: 12,
  })
  .chain((edges) => {
    const ids = edges.map((_, index) => `Q${index}`);
    const entries = edges.map((wanted, index) => {
      const uses = index === 0 ? [] : wanted.map(({ to, by }) => ({ id: `Q${to % index}`, by }));
      const targets = uses
        .filter(({ by }) => by !== 'DependsOn')
        .map(({ id, by }) => (by === 'Sub' ? { 'Fn::Sub': `\${${id}.Arn}` } : { 'Fn::GetAtt': [id, 'Arn'] }));
      const resource = {
        Type: 'AWS::SQS::Queue',
        DependsOn: uses.filter(({ by }) => by === 'DependsOn').map(({ id }) => id),
        Properties: { QueueName: ids[index], RedriveAllowPolicy: { sourceQueueArns: targets } },
      };
      return { resource: [ids[index], resource] as const, uses: uses.map(({ id }) => [`Q${index}`, id] as const) };
    });
    return fc.shuffledSubarray(entries, { minLength: entries.length }).map((shuffled) => ({
      Resources: Object.fromEntries(shuffled.map(({ resource }) => resource)),
      uses: entries.flatMap(({ uses }) => uses),
    }));
  });

describe('the order of a deployment', () => {
  it('creates everything after what it refers to, and deletes it before', async () => {
    await fc.assert(
      fc.asyncProperty(templates, async ({ Resources, uses }) => {
        const { deploy, calls, call, close } = createFixture();
        const at = (operation: string, id: string) =>
          calls.findIndex(
            (made) =>
              made.operation === operation &&
              [made.input.QueueName, made.input.QueueUrl].includes(
                operation === 'CreateQueue' ? id : `http://local/000000000000/${id}`,
              ),
          );

        const { StackStatus } = await deploy({ Resources });
        await call('DeleteStack', { StackName: 'Stack' });
        await close();

        expect(StackStatus).toBe('CREATE_COMPLETE');
        expect(calls.filter(({ operation }) => operation === 'DeleteQueue')).toHaveLength(
          Object.keys(Resources).length,
        );
        for (const [user, used] of uses) {
          expect(at('CreateQueue', user)).toBeGreaterThan(at('CreateQueue', used));
          expect(at('DeleteQueue', user)).toBeLessThan(at('DeleteQueue', used));
        }
      }),
      { numRuns: 60 },
    );
  });

  it('runs what is independent at the same time', async () => {
    let running = 0;
    let most = 0;
    const order = new Map([
      ['a', new Set<string>()],
      ['b', new Set<string>()],
      ['c', new Set(['a', 'b'])],
    ]);

    await runInOrder(
      order,
      async () => {
        running += 1;
        most = Math.max(most, running);
        await Promise.resolve();
        running -= 1;
      },
      'stop',
    );

    expect(most).toBe(2);
  });

  it.each([
    ['stop', ['a', 'b']],
    ['continue', ['a', 'b', 'd']],
  ] as const)('after a failure does %s', async (afterFailure, expected) => {
    const begun: string[] = [];
    const order = new Map([
      ['a', new Set<string>()],
      ['b', new Set<string>()],
      ['c', new Set(['a'])],
      ['d', new Set(['b'])],
    ]);

    const failures = await runInOrder(
      order,
      async (id) => {
        begun.push(id);
        if (id === 'a') throw new Error('no');
        await new Promise((resolve) => setImmediate(resolve));
      },
      afterFailure,
    );

    expect(begun).toEqual(expected);
    expect(failures.map(({ id }) => id)).toEqual(['a']);
  });

  it('names a circle and only its members', () => {
    const order = new Map([
      ['start', new Set(['a'])],
      ['a', new Set(['b'])],
      ['b', new Set(['c'])],
      ['c', new Set(['a'])],
    ]);

    expect(findCycle(order)).toEqual(['a', 'b', 'c']);
    expect(findCycle(new Map([['a', new Set(['b'])]]))).toBeUndefined();
    expect(
      reverseOrder(
        new Map([
          ['a', new Set(['b'])],
          ['b', new Set()],
        ]),
      ),
    ).toEqual(
      new Map([
        ['a', new Set()],
        ['b', new Set(['a'])],
      ]),
    );
  });
});
