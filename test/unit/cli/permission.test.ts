import { describe, expect, it } from 'vitest';
import type { PolicyStatement } from '../../../cli/deployment/ports.ts';
import { describePermission, permitsPool } from '../../../cli/triggers/permission.ts';
import { OURS, PERMISSION, POOL_ARN } from './doubles.ts';

describe('the permission of Cognito to invoke a function', () => {
  it.each<[string, PolicyStatement]>([
    ['for this pool', PERMISSION],
    [
      'for every pool of the account',
      { ...PERMISSION, Condition: { StringEquals: { 'AWS:SourceAccount': '111122223333' } } },
    ],
    [
      'by a pattern',
      { ...PERMISSION, Condition: { ArnLike: { 'aws:SourceArn': 'arn:aws:cognito-idp:*:111122223333:userpool/*' } } },
    ],
    [
      'without a condition, in lists',
      { Effect: 'Allow', Principal: { Service: ['x', 'cognito-idp.amazonaws.com'] }, Action: ['lambda:*'] },
    ],
    ['for everybody', { Effect: 'Allow', Principal: '*', Action: 'lambda:InvokeFunction' }],
  ])('is there when it is given %s', (_, statement) => {
    expect(permitsPool([statement], POOL_ARN)).toBe(true);
  });

  it.each<[string, PolicyStatement]>([
    ['another pool', { ...PERMISSION, Condition: { ArnLike: { 'AWS:SourceArn': `${POOL_ARN}x` } } }],
    ['another account', { ...PERMISSION, Condition: { StringEquals: { 'AWS:SourceAccount': '999999999999' } } }],
    ['another service', { ...PERMISSION, Principal: { Service: 'events.amazonaws.com' } }],
    ['another action', { ...PERMISSION, Action: 'lambda:GetFunction' }],
    ['no caller', { ...PERMISSION, Effect: 'Deny' }],
    ['a condition that we cannot judge', { ...PERMISSION, Condition: { Bool: { 'aws:SecureTransport': 'true' } } }],
    ['a pattern taken literally', { ...PERMISSION, Condition: { StringEquals: { 'AWS:SourceArn': '*' } } }],
  ])('is missing when it is given to %s', (_, statement) => {
    expect(permitsPool([statement], POOL_ARN)).toBe(false);
  });

  it('can be given by a command that can be pasted', () => {
    expect(describePermission(OURS, POOL_ARN)).toBe(
      'aws lambda add-permission --region eu-west-1 --function-name arn:aws:lambda:eu-west-1:111122223333:function:pool-trigger ' +
        '--statement-id cognito-eu-west-1_Ab12Cd34E --action lambda:InvokeFunction --principal cognito-idp.amazonaws.com ' +
        '--source-arn arn:aws:cognito-idp:eu-west-1:111122223333:userpool/eu-west-1_Ab12Cd34E --source-account 111122223333',
    );
  });
});
