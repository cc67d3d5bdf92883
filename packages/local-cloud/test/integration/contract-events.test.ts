import * as sdk from '@aws-sdk/client-eventbridge';
import { expect } from 'vitest';
import { bySdk, describeContract } from './contract-fixture.ts';

const QUEUE = 'arn:aws:sqs:eu-west-1:000000000000:events';
const PATTERN = '{"source":["test"]}';
const entry = (Detail: string) => ({ Source: 'test', DetailType: 'Test', Detail });

/** Each operation as https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_NAME.html has it. */
describeContract({
  service: 'events',
  connect: bySdk(sdk, (config) => new sdk.EventBridgeClient(config)),
  steps: [
    {
      operation: 'PutRule',
      input: () => ({ Name: 'first', EventPattern: PATTERN, Description: 'For a test' }),
      answers: () => ({ RuleArn: 'arn:aws:events:eu-west-1:000000000000:rule/first' }),
    },
    { operation: 'PutRule', shows: 'makes another', input: () => ({ Name: 'second', EventPattern: PATTERN }) },
    {
      operation: 'PutRule',
      shows: 'refuses a pattern that is none',
      input: () => ({ Name: 'third', EventPattern: '{"source":"test"}' }),
      fails: { name: 'InvalidEventPatternException', status: 400 },
    },
    {
      operation: 'DescribeRule',
      input: () => ({ Name: 'first' }),
      answers: () => ({ Name: 'first', State: 'ENABLED', EventPattern: PATTERN }),
    },
    {
      operation: 'PutTargets',
      input: () => ({ Rule: 'first', Targets: [{ Id: 'queue', Arn: QUEUE }] }),
      answers: () => ({ FailedEntryCount: 0, FailedEntries: [] }),
    },
    {
      operation: 'ListTargetsByRule',
      input: () => ({ Rule: 'first' }),
      answers: () => ({ Targets: [{ Id: 'queue', Arn: QUEUE }] }),
    },
    {
      operation: 'PutEvents',
      shows: 'takes what it can, and says what it cannot',
      input: () => ({ Entries: [entry('{}'), entry('not JSON')] }),
      answers: () => ({
        FailedEntryCount: 1,
        Entries: [{ EventId: expect.any(String) }, { ErrorCode: 'MalformedDetail' }],
      }),
    },
    {
      operation: 'ListRules',
      shows: 'pages',
      input: () => ({ Limit: 1 }),
      answers: () => ({ Rules: [{ Name: 'first' }], NextToken: expect.any(String) }),
      keep: ({ NextToken }, state) => {
        state.token = String(NextToken);
      },
    },
    {
      operation: 'ListRules',
      shows: 'goes on where its token says',
      input: ({ token }) => ({ Limit: 1, NextToken: token }),
      answers: () => ({ Rules: [{ Name: 'second' }] }),
    },
    {
      operation: 'ListRules',
      shows: 'refuses a token that is none of its own',
      input: () => ({ NextToken: 'stale' }),
      fails: { name: 'ValidationException', status: 400 },
    },
    {
      operation: 'DeleteRule',
      shows: 'refuses while there are targets',
      input: () => ({ Name: 'first' }),
      fails: { name: 'ValidationException', status: 400, message: /targets/ },
    },
    {
      operation: 'RemoveTargets',
      input: () => ({ Rule: 'first', Ids: ['queue'] }),
      answers: () => ({ FailedEntryCount: 0 }),
    },
    { operation: 'DeleteRule', input: () => ({ Name: 'first' }) },
    {
      operation: 'DescribeRule',
      shows: 'finds a deleted rule no more',
      input: () => ({ Name: 'first' }),
      fails: { name: 'ResourceNotFoundException', status: 400 },
    },
  ],
});
