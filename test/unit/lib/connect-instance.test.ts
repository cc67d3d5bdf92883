import { describe, expect, it } from 'vitest';
import { parseConnectInstanceArn } from '../../../lib/configuration/connect-instance.ts';

describe('the ARN of a Connect instance', () => {
  it('gives Region, account and id', () => {
    expect(parseConnectInstanceArn('arn:aws-us-gov:connect:us-gov-west-1:111122223333:instance/abc-1')).toEqual({
      arn: 'arn:aws-us-gov:connect:us-gov-west-1:111122223333:instance/abc-1',
      region: 'us-gov-west-1',
      account: '111122223333',
      instanceId: 'abc-1',
    });
  });

  it.each([
    '',
    'abc-1',
    'arn:aws:connect:eu-west-1:111122223333:instance/',
    'arn:aws:connect:eu-west-1:111122223333:instance/abc-1/agent/x',
    'arn:aws:connect:eu-west-1:1111:instance/abc-1',
    'arn:aws:connect::111122223333:instance/abc-1',
    'arn:aws:sqs:eu-west-1:111122223333:instance/abc-1',
    ' arn:aws:connect:eu-west-1:111122223333:instance/abc-1',
  ])('is not %j', (text) => {
    expect(parseConnectInstanceArn(text)).toBeUndefined();
  });
});
