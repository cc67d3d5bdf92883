import { expect, it } from 'vitest';
import { findOutdatedPolicies } from '../../../cli/permissions/generate.ts';
import { COMMANDS } from '../../../cli/permissions/grants.ts';
import { commandsOf, policyOf } from '../../../cli/permissions/policies.ts';
import { createProgram } from '../../../cli/program.ts';

/** Not in the policies, and why. */
const OUTSIDE = {
  'trigger attach': 'sets the whole pool: for who deploys',
  'trigger detach': 'sets the whole pool: for who deploys',
  doctor: 'reads the account, not only the deployment',
  init: 'reads the account, before there is a deployment',
  help: 'calls nothing',
};

it('finds the policies as the commands need them; if not, run: npm run generate', () => {
  expect(findOutdatedPolicies()).toEqual([]);
});

it('knows what every command calls, or why it need not', () => {
  // biome-ignore lint/suspicious/noExplicitAny: only the names of the commands are read
  const program = createProgram({ terminal: { out: () => {}, note: () => {}, json: () => {} }, version: '0' } as any);
  const names = program.commands.flatMap((command) =>
    command.commands.length === 0
      ? [command.name()]
      : command.commands.map((inner) => `${command.name()} ${inner.name()}`),
  );

  expect([...Object.keys(COMMANDS), ...Object.keys(OUTSIDE)].toSorted()).toEqual(
    [...new Set([...names, 'help'])].toSorted(),
  );
});

it('lets who looks write nothing but the rate limit and what is known of sign-up', () => {
  const writes = policyOf('look').Statement.flatMap(({ Action, Sid }) =>
    Action.filter((action) => /:(Update|Put|Delete|Send|Invoke|Start)/.test(action)).map(
      (action) => `${Sid} ${action}`,
    ),
  );

  expect(writes).toEqual(['TableRateLimit dynamodb:UpdateItem', 'TableExposure dynamodb:UpdateItem']);
});

it('lets only the policy for releases change links and releases', () => {
  expect(commandsOf('operate')).not.toContain('release');
  expect(commandsOf('release').filter((name) => !commandsOf('operate').includes(name))).toEqual([
    'release',
    'link',
    'unlink',
  ]);
});
