import { describe, expect, it } from 'vitest';
import { addressCommands } from '../../../cli/terminal/address-commands.ts';
import { createWorld } from './program-world.ts';

const ALL = { stack: 'Agents', region: 'eu-west-2', profile: 'ops' };
const SAID = '--stack Agents --region eu-west-2 --profile ops';

describe('commands to paste', () => {
  it.each([
    ['    npx connect-sync sync SUB --apply', `    npx connect-sync sync SUB --apply ${SAID}`],
    ['To go on: npx connect-sync resume --apply', `To go on: npx connect-sync resume --apply ${SAID}`],
    [
      'npx cdk deploy && npx connect-sync sync SUB --apply',
      `npx cdk deploy --profile ops && npx connect-sync sync SUB --apply ${SAID}`,
    ],
    ['Deploy it (npx cdk deploy), or not.', 'Deploy it (npx cdk deploy --profile ops), or not.'],
    [
      'npx connect-sync trigger detach --stack Other --apply',
      'npx connect-sync trigger detach --stack Other --apply --region eu-west-2 --profile ops',
    ],
    ['  aws iam delete-role --role-name r', '  aws iam delete-role --role-name r --profile ops'],
    [
      `aws s3api put-bucket-policy --bucket b --policy '{"a":["b; c"]}'`,
      `aws s3api put-bucket-policy --bucket b --policy '{"a":["b; c"]}' --profile ops`,
    ],
    [
      `echo 'E-mail address:' && read -r ADDRESS && aws sns subscribe --notification-endpoint "$ADDRESS" --region eu-west-2`,
      `echo 'E-mail address:' && read -r ADDRESS && aws sns subscribe --notification-endpoint "$ADDRESS" --region eu-west-2 --profile ops`,
    ],
  ])('carry what was said about where things are: %s', (text, expected) => {
    expect(addressCommands(text, ALL)).toBe(expected);
  });

  it.each([
    ['of a person', 'check the link, then: connect-sync release SUB.'],
    ['in prose', 'Why npx connect-sync status says so, is in the runbook.'],
    ['that ends with a full stop', 'Look again: npx connect-sync status.'],
    ['for help', 'All commands: npx connect-sync help'],
    [
      'whose file is followed by prose',
      'To go back: aws cognito-idp update-user-pool --cli-input-json file://a, and so on.',
    ],
    ['in the middle of a sentence', 'User npx connect-sync pause --apply, sub 1'],
  ])('%s are left as they are', (_, text) => {
    expect(addressCommands(text, ALL)).toBe(text);
  });

  it('are as they were where nothing was said', () => {
    expect(addressCommands('npx connect-sync status', {})).toBe('npx connect-sync status');
  });

  it('have a profile with blanks as one word', () => {
    expect(addressCommands('npx connect-sync status', { profile: "my team's" })).toBe(
      String.raw`npx connect-sync status --profile 'my team'\''s'`,
    );
  });

  it('carry the options of the command line that shows them', async () => {
    const { start, terminal, world } = createWorld();
    world.disturb({ LambdaConfig: {} });

    await start(['trigger', 'show', '--stack', 'Agents', '--profile', 'ops']);
    await start(['trigger', 'show']);

    const attach = 'To attach it: npx connect-sync trigger attach --user-pool eu-west-1_Ab12Cd34E --apply';
    expect(terminal.notes).toEqual([`${attach} --stack Agents --profile ops`, attach]);
  });
});
