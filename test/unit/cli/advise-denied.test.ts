import { describe, expect, it } from 'vitest';
import { PermanentError } from '../../../lambda/core/failures/errors.ts';
import { createWorld } from './program-world.ts';

const IF_GIVEN =
  'If you have that policy, another one denies the call: a service control policy, a permissions boundary or a resource policy.';
const denied = (action: string) =>
  new PermanentError('AccessDeniedException', `${action} was denied (AccessDeniedException): why.`, {
    ...{ status: 400, operation: action, missingPermission: action },
  });

/** What a person reads below the refusal itself when AWS denies a command this action. */
async function adviceFor(args: readonly string[], action: string): Promise<readonly string[]> {
  const { start, terminal } = createWorld();
  expect(await start(args, () => Promise.reject(denied(action)))).toBe(3);
  return terminal.notes.slice(1);
}

describe('a person whose call is denied', () => {
  it.each([
    [
      ['held'],
      'dynamodb:Scan',
      'You lack the IAM action dynamodb:Scan on arn:aws:dynamodb:REGION:ACCOUNT:table/TABLE_NAME.',
      'docs/iam/look.json holds it, with all that connect-sync held calls; docs/iam/README.md says what to put in place of the capital words.',
    ],
    [
      ['held', '--names'],
      'connect:DescribeUser',
      'You lack the IAM action connect:DescribeUser on arn:aws:connect:INSTANCE_REGION:ACCOUNT:instance/INSTANCE_ID/agent/*.',
      'docs/iam/look.json holds it, with all that connect-sync held calls; docs/iam/README.md says what to put in place of the capital words.',
    ],
    [
      ['reconcile', '--apply', '--follow'],
      'dynamodb:Scan',
      'You lack the IAM action dynamodb:Scan on arn:aws:dynamodb:REGION:ACCOUNT:table/TABLE_NAME.',
      'docs/iam/operate.json holds it, with all that connect-sync reconcile calls; docs/iam/README.md says what to put in place of the capital words.',
    ],
    [
      ['sync', 'mary'],
      'sqs:SendMessage',
      'You lack the IAM action sqs:SendMessage on arn:aws:sqs:REGION:ACCOUNT:QUEUE_NAME.',
      'docs/iam/operate.json holds it, with all that connect-sync sync calls; docs/iam/README.md says what to put in place of the capital words.',
    ],
    [
      ['unlink', 'mary', '--apply'],
      'dynamodb:DeleteItem',
      'You lack the IAM action dynamodb:DeleteItem on arn:aws:dynamodb:REGION:ACCOUNT:table/TABLE_NAME (its items user#, claim#).',
      'docs/iam/release.json holds it, with all that connect-sync unlink calls; docs/iam/README.md says what to put in place of the capital words.',
    ],
    [
      ['trigger', 'show'],
      'cloudformation:DescribeStacks',
      'You lack the IAM action cloudformation:DescribeStacks on all resources (*).',
      'docs/iam/look.json holds it, with all that connect-sync trigger show calls; docs/iam/README.md says what to put in place of the capital words.',
    ],
  ])(
    'reads, after %j, which action they lack, on what, and which policy has it',
    async (args, action, lacked, policy) => {
      expect(await adviceFor(args, action)).toEqual([lacked, policy, IF_GIVEN]);
    },
  );

  it.each([
    [['trigger', 'attach'], 'cognito-idp:UpdateUserPool', 'trigger attach'],
    [['held'], 'kms:Decrypt', 'held'],
  ])('reads, after %j, that no policy gives it to the command', async (args, action, command) => {
    expect(await adviceFor(args, action)).toEqual([
      `You lack the IAM action ${action}. docs/iam does not give it to connect-sync ${command}: docs/cli.md lists what that calls.`,
    ]);
  });
});
