import { describe, expect, it } from 'vitest';
import { findForeignPartition, parseConnectInstanceArn } from '../../../lib/configuration/connect-instance.ts';

const ID = '11111111-2222-3333-4444-555555555555';

describe('the ARN of a Connect instance', () => {
  it('gives Region, account and id', () => {
    expect(parseConnectInstanceArn(`arn:aws-us-gov:connect:us-gov-west-1:111122223333:instance/${ID}`)).toEqual({
      arn: `arn:aws-us-gov:connect:us-gov-west-1:111122223333:instance/${ID}`,
      partition: 'aws-us-gov',
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

  it.each([
    ['aws', 'eu-central-1', 'eu-west-1'],
    ['aws', 'us-east-1', undefined],
    ['aws-us-gov', 'us-gov-west-1', 'us-gov-east-1'],
    ['aws-eusc', 'eusc-de-east-1', 'eusc-de-east-1'],
    ['aws-cn', 'cn-north-1', 'cn-northwest-1'],
    ['aws-iso', 'us-iso-east-1', 'us-iso-west-1'],
  ])('goes with a pool of its partition: %s, %s, %s', (partition, region, poolRegion) => {
    expect(findForeignPartition({ arn: 'arn', partition, region, account: '1', instanceId: ID }, poolRegion)).toEqual(
      [],
    );
  });

  it.each([
    [
      'aws',
      'us-west-2',
      'us-gov-west-1',
      'expected an instance of the partition aws-us-gov, where the pool is (us-gov-west-1)',
    ],
    [
      'aws-us-gov',
      'us-gov-west-1',
      'us-east-1',
      'expected an instance of the partition aws, where the pool is (us-east-1)',
    ],
    ['aws', 'eu-central-1', 'eusc-de-east-1', 'expected an instance of the partition aws-eusc'],
    [
      'aws',
      'us-gov-west-1',
      undefined,
      'expected arn:aws-us-gov:…, because us-gov-west-1 is in the partition aws-us-gov',
    ],
  ])('is refused with a foreign partition: %s, %s, pool in %s', (partition, region, poolRegion, message) => {
    const arn = `arn:${partition}:connect:${region}:111122223333:instance/${ID}`;
    const problems = findForeignPartition(
      { arn, partition, region, account: '111122223333', instanceId: ID },
      poolRegion,
    );

    expect(problems).toEqual([
      { path: 'connectInstanceArn', message: expect.stringContaining(`received ${arn}; ${message}`) },
    ]);
  });
});
