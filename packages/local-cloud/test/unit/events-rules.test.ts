import { describe, expect, it } from 'vitest';
import { createVirtualClock } from '../../clock.ts';
import type { Cloud } from '../../service.ts';
import { createEvents } from '../../services/events/index.ts';

const FUNCTION = 'arn:aws:lambda:eu-west-1:111122223333:function:f';
const RULE = 'arn:aws:events:eu-west-1:111122223333:rule/r';
const EventPattern = '{"source": ["app"]}';

function setUp() {
  const cloud: Cloud = {
    clock: createVirtualClock(),
    accountId: '111122223333',
    region: 'eu-west-1',
    endpoint: () => 'http://127.0.0.1:4599',
    call: () => Promise.reject(new Error('nothing is delivered here')),
  };
  const { operations } = createEvents(cloud);
  return async (operation: string, input: object): Promise<unknown> =>
    operations[operation]?.(input as never, { requestId: 'r', caller: { kind: 'account' } });
}

describe('rules', () => {
  it('are put, described and replaced, keeping their targets', async () => {
    const call = setUp();
    expect(await call('PutRule', { Name: 'r', EventPattern, Description: 'first' })).toEqual({ RuleArn: RULE });
    await call('PutTargets', { Rule: 'r', Targets: [{ Id: 't', Arn: FUNCTION }] });
    await call('PutRule', { Name: 'r', EventPattern: '{"source": ["other"]}', State: 'DISABLED' });

    expect(await call('DescribeRule', { Name: 'r' })).toEqual({
      Name: 'r',
      Arn: RULE,
      EventPattern: '{"source": ["other"]}',
      State: 'DISABLED',
      EventBusName: 'default',
      CreatedBy: '111122223333',
    });
    expect(await call('ListTargetsByRule', { Rule: 'r' })).toEqual({ Targets: [{ Id: 't', Arn: FUNCTION }] });
  });

  it('are deleted only without targets', async () => {
    const call = setUp();
    await call('PutRule', { Name: 'r', EventPattern });
    await call('PutTargets', { Rule: 'r', Targets: [{ Id: 't', Arn: FUNCTION }] });
    await expect(call('DeleteRule', { Name: 'r' })).rejects.toThrow("Rule can't be deleted since it has targets.");

    await call('RemoveTargets', { Rule: 'r', Ids: ['t'] });
    await call('DeleteRule', { Name: 'r' });

    await expect(call('DescribeRule', { Name: 'r' })).rejects.toMatchObject({
      code: 'ResourceNotFoundException',
      message: 'Rule r does not exist on EventBus default.',
    });
  });

  it('are listed by prefix, page by page', async () => {
    const call = setUp();
    for (const Name of ['b', 'a2', 'a1']) await call('PutRule', { Name, EventPattern });

    const first = (await call('ListRules', { NamePrefix: 'a', Limit: 1 })) as { NextToken: string };
    expect(first).toMatchObject({ Rules: [{ Name: 'a1', State: 'ENABLED' }] });
    const second = await call('ListRules', { NamePrefix: 'a', Limit: 1, NextToken: first.NextToken });
    expect(second).toMatchObject({ Rules: [{ Name: 'a2' }] });
    expect(second).not.toHaveProperty('NextToken');
  });

  it.each([
    ['a bad pattern', { EventPattern: '{"source": "app"}' }, 'InvalidEventPatternException'],
    ['no pattern', { EventPattern: undefined }, 'ValidationException'],
    ['a schedule', { ScheduleExpression: 'rate(1 minute)' }, 'UnsupportedOperation'],
    ['a role', { RoleArn: 'arn:aws:iam::111122223333:role/r' }, 'UnsupportedOperation'],
    ['another bus', { EventBusName: 'mine' }, 'UnsupportedOperation'],
    ['a bad name', { Name: 'a b' }, 'ValidationException'],
    ['an unknown state', { State: 'ON' }, 'ValidationException'],
  ])('are refused with %s', async (_, more, code) => {
    const call = setUp();

    await expect(call('PutRule', { Name: 'r', EventPattern, ...more })).rejects.toMatchObject({ code });
  });
});

describe('targets', () => {
  it.each([
    ['a FIFO queue without a group', { Arn: 'arn:aws:sqs:eu-west-1:111122223333:q.fifo' }, 'ValidationException'],
    [
      'a FIFO dead-letter queue',
      { DeadLetterConfig: { Arn: 'arn:aws:sqs:eu-west-1:111122223333:q.fifo' } },
      'ValidationException',
    ],
    [
      'a dead-letter queue in another Region',
      { DeadLetterConfig: { Arn: 'arn:aws:sqs:us-east-1:111122223333:q' } },
      'ValidationException',
    ],
    ['186 retries', { RetryPolicy: { MaximumRetryAttempts: 186 } }, 'ValidationException'],
    ['an age under a minute', { RetryPolicy: { MaximumEventAgeInSeconds: 59 } }, 'ValidationException'],
    ['input that is no JSON', { Input: 'no' }, 'ValidationException'],
    ['an input transformer', { InputTransformer: { InputTemplate: '{}' } }, 'UnsupportedOperation'],
    ['a path into lists', { InputPath: '$.resources[0]' }, 'UnsupportedOperation'],
    ['another service', { Arn: 'arn:aws:sns:eu-west-1:111122223333:t' }, 'UnsupportedOperation'],
    ['a role', { RoleArn: 'arn:aws:iam::111122223333:role/r' }, 'UnsupportedOperation'],
  ])('are refused with %s', async (_, more, code) => {
    const call = setUp();
    await call('PutRule', { Name: 'r', EventPattern });

    await expect(
      call('PutTargets', { Rule: 'r', Targets: [{ Id: 't', Arn: FUNCTION, ...more }] }),
    ).rejects.toMatchObject({ code });
  });

  it('are at most five to a rule', async () => {
    const call = setUp();
    await call('PutRule', { Name: 'r', EventPattern });
    const targets = (ids: string) => [...ids].map((Id) => ({ Id, Arn: FUNCTION }));
    await call('PutTargets', { Rule: 'r', Targets: targets('abcde') });

    expect(await call('PutTargets', { Rule: 'r', Targets: targets('e') })).toEqual({
      FailedEntryCount: 0,
      FailedEntries: [],
    });
    await expect(call('PutTargets', { Rule: 'r', Targets: targets('f') })).rejects.toMatchObject({
      code: 'LimitExceededException',
    });
  });

  it('are reported when they are not there to be removed', async () => {
    const call = setUp();
    await call('PutRule', { Name: 'r', EventPattern });

    expect(await call('RemoveTargets', { Rule: 'r', Ids: ['x'] })).toMatchObject({
      FailedEntryCount: 1,
      FailedEntries: [{ TargetId: 'x', ErrorCode: 'ResourceNotFoundException' }],
    });
    await expect(call('PutTargets', { Rule: 'none', Targets: [{ Id: 't', Arn: FUNCTION }] })).rejects.toMatchObject({
      code: 'ResourceNotFoundException',
    });
  });
});
