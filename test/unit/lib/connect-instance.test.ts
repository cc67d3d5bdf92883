import { describe, expect, it } from 'vitest';
import { parseConnectInstanceArn } from '../../../lib/configuration/connect-instance.ts';

const ID = '11111111-2222-3333-4444-555555555555';

describe('the ARN of a Connect instance', () => {
  it('gives Region, account and id', () => {
    expect(parseConnectInstanceArn(`arn:aws-us-gov:connect:us-gov-west-1:111122223333:instance/${ID}`)).toEqual({
      arn: `arn:aws-us-gov:connect:us-gov-west-1:111122223333:instance/${ID}`,
      region: 'us-gov-west-1',
      account: '111122223333',
      instanceId: ID,
    });
  });

  it('may be of the European sovereign cloud', () => {
    const arn = `arn:aws-eusc:connect:eusc-de-east-1:111122223333:instance/${ID}`;

    expect(parseConnectInstanceArn(arn)?.region).toBe('eusc-de-east-1');
  });

  it.each([
    '',
    ID,
    'arn:aws:connect:eu-west-1:111122223333:instance/my-alias',
    'arn:aws:connect:eu-west-1:111122223333:instance/',
    'arn:aws:connect:eu-west-1:111122223333:instance/11111111-2222-3333-4444-555555555555/agent/x',
    'arn:aws:connect:eu-west-1:1111:instance/11111111-2222-3333-4444-555555555555',
    'arn:aws:connect::111122223333:instance/11111111-2222-3333-4444-555555555555',
    'arn:aws:sqs:eu-west-1:111122223333:instance/11111111-2222-3333-4444-555555555555',
    ' arn:aws:connect:eu-west-1:111122223333:instance/11111111-2222-3333-4444-555555555555',
  ])('is not %j', (text) => {
    expect(parseConnectInstanceArn(text)).toBeUndefined();
  });
});
