import { EventBridgeClient, PutEventsCommand, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import { CreateQueueCommand, ReceiveMessageCommand, SetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../clock.ts';
import { createEvents } from '../../services/events/index.ts';
import { createSqs } from '../../services/sqs/index.ts';
import { startGateway } from './gateway-fixture.ts';

const ARN = 'arn:aws:sqs:eu-west-1:000000000000';

/** EventBridge and SQS behind one gateway: a rule `r` for source `app` whose target is queue `q`, with queue `dead` beside it. */
async function setUp() {
  const gateway = await startGateway({}, { clock: systemClock });
  gateway.register('sqs', createSqs(gateway.cloud));
  gateway.register('events', createEvents(gateway.cloud));
  const events = new EventBridgeClient(gateway.client);
  const sqs = new SQSClient(gateway.client);
  const urls = ['q', 'dead'].map((name) => `${gateway.endpoint}/000000000000/${name}`);
  for (const QueueName of ['q', 'dead']) await sqs.send(new CreateQueueCommand({ QueueName }));
  const { RuleArn = '' } = await events.send(new PutRuleCommand({ Name: 'r', EventPattern: '{"source":["app"]}' }));
  const target = { Id: 't', Arn: `${ARN}:q`, DeadLetterConfig: { Arn: `${ARN}:dead` } };
  await events.send(new PutTargetsCommand({ Rule: 'r', Targets: [target] }));
  const allow = async (name: 'q' | 'dead') => {
    const Statement = {
      Effect: 'Allow',
      Principal: { Service: 'events.amazonaws.com' },
      Action: 'sqs:SendMessage',
      Resource: `${ARN}:${name}`,
      Condition: { ArnEquals: { 'aws:SourceArn': RuleArn } },
    };
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [Statement] });
    const QueueUrl = `${gateway.endpoint}/000000000000/${name}`;
    await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }));
  };
  const put = (Source = 'app') =>
    events.send(
      new PutEventsCommand({ Entries: [{ Source, DetailType: 'Thing', Detail: '{"a":1}', Time: new Date(0) }] }),
    );
  const receive = async (QueueUrl: string | undefined) => {
    const input = { QueueUrl, WaitTimeSeconds: 20, MessageAttributeNames: ['All'] };
    for (;;) {
      const { Messages: [message] = [] } = await sqs.send(new ReceiveMessageCommand(input));
      if (message !== undefined) return message;
    }
  };
  return { events, allow, put, receive, queue: urls[0], dead: urls[1], RuleArn };
}

describe('the EventBridge client of the AWS SDK', () => {
  it('puts an event that reaches a queue whose policy names the rule', async () => {
    const { allow, put, receive, queue } = await setUp();
    await allow('q');

    const { Entries, FailedEntryCount } = await put();

    expect(FailedEntryCount).toBe(0);
    expect(JSON.parse((await receive(queue)).Body ?? '')).toEqual({
      version: '0',
      id: Entries?.[0]?.EventId,
      'detail-type': 'Thing',
      source: 'app',
      account: '000000000000',
      time: '1970-01-01T00:00:00Z',
      region: 'eu-west-1',
      resources: [],
      detail: { a: 1 },
    });
  });

  it('finds the event in the dead-letter queue at once when the target does not let the rule in', async () => {
    const { allow, put, receive, dead, RuleArn } = await setUp();
    await allow('dead');

    await put();

    const message = await receive(dead);
    expect(JSON.parse(message.Body ?? '')).toMatchObject({ source: 'app', detail: { a: 1 } });
    expect(message.MessageAttributes).toMatchObject({
      RULE_ARN: { DataType: 'String', StringValue: RuleArn },
      TARGET_ARN: { StringValue: `${ARN}:q` },
      ERROR_CODE: { StringValue: 'NO_PERMISSIONS' },
      RETRY_ATTEMPTS: { StringValue: '0' },
    });
  });

  it('may not speak as AWS', async () => {
    const { put } = await setUp();

    expect(await put('aws.cognito-idp')).toMatchObject({
      FailedEntryCount: 1,
      Entries: [{ ErrorCode: 'NotAuthorizedForSourceException' }],
    });
  });
});
