import { describe, expect, test } from 'vitest';
import { ASSUMPTIONS, PARTIAL } from '../../services/connect/index.ts';
import { OPERATION_NAMES } from '../../services/connect/settings.ts';
import { renderSupport, renderWeather } from '../../support.ts';

test('the table of weather has how often each kind strikes, and the page that allows it', () => {
  const markdown = renderWeather({
    fog: {
      happens: 'Nothing is seen.',
      page: 'https://docs.example/fog.html',
      mild: { share: 0, most: 0 },
      rough: { share: 0.125, most: 1 },
    },
  });

  expect(markdown).toBe(`### Weather

| Kind | What happens | Mild | Rough | Allowed by |
| --- | --- | --- | --- | --- |
| \`fog\` | Nothing is seen. | never | 13 % | <https://docs.example/fog.html> |
`);
});

describe('the support table', () => {
  test('has every operation and every assumption of every service, in order of names', () => {
    const markdown = renderSupport([
      {
        name: 'Amazon SQS',
        operations: ['SendMessage', 'ReceiveMessage'],
        assumptions: [{ topic: 'Short polling', assumed: 'sees every\n  message' }],
      },
      {
        name: 'Amazon Connect',
        operations: ['DescribeUser', 'CreateUser'],
        partial: { CreateUser: 'no hierarchy groups' },
        assumptions: [
          { topic: 'Members left out', assumed: 'cleared', switch: 'identityUpdate: replace | merge' },
          { topic: 'Empty Email', assumed: 'stands for none' },
        ],
      },
    ]);

    expect(markdown).toBe(`### Operations

| Service | Operation | Support |
| --- | --- | --- |
| Amazon Connect | \`CreateUser\` | partial: no hierarchy groups |
| Amazon Connect | \`DescribeUser\` | full |
| Amazon SQS | \`ReceiveMessage\` | full |
| Amazon SQS | \`SendMessage\` | full |

### Assumptions

| Service | Topic | Assumed | Switch |
| --- | --- | --- | --- |
| Amazon Connect | Members left out | cleared | \`identityUpdate: replace \\| merge\` |
| Amazon Connect | Empty Email | stands for none |  |
| Amazon SQS | Short polling | sees every message |  |
`);
  });

  test('is the same whatever the order of the services, and leaves its input as it was', () => {
    const first = { name: 'A', operations: ['Two', 'One'], assumptions: [] };
    const second = { name: 'B', operations: [], assumptions: [{ topic: 't', assumed: 'a' }] };

    expect(renderSupport([second, first])).toBe(renderSupport([first, second]));
    expect(first.operations).toEqual(['Two', 'One']);
  });

  test('takes what a real service exports', () => {
    const connect = { name: 'Amazon Connect', operations: OPERATION_NAMES, partial: PARTIAL, assumptions: ASSUMPTIONS };

    const rows = renderSupport([connect])
      .split('\n')
      .filter((line) => line.startsWith('| Amazon Connect |'));

    expect(rows).toHaveLength(OPERATION_NAMES.length + ASSUMPTIONS.length);
    expect(rows).toContain('| Amazon Connect | `UpdateUserIdentityInfo` | full |');
  });

  test('fails for an operation that is partial but not served', () => {
    expect(() => renderSupport([{ name: 'A', operations: ['One'], partial: { Oen: 'x' }, assumptions: [] }])).toThrow(
      'A calls Oen partial, but does not serve it. It serves: One.',
    );
  });

  test.each([
    [{ operations: ['One', 'One'], assumptions: [] }, 'A has two entries for One.'],
    [
      {
        operations: [],
        assumptions: [
          { topic: 't', assumed: 'a' },
          { topic: 't', assumed: 'b' },
        ],
      },
      'A has two entries for t.',
    ],
  ])('fails for two entries of one name in %j', (service, message) => {
    expect(() => renderSupport([{ name: 'A', ...service }])).toThrow(message);
  });
});
