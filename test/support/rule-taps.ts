import { EventBridgeClient, ListRulesCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import { CreateQueueCommand, GetQueueAttributesCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import type { Deployed } from './deployed.ts';

/** The product's rules, in the words of the documentation. */
type RuleName = 'admin calls' | 'self-service calls' | 'page events';

/** An event that one of the product's rules let through. */
export interface TappedEvent {
  readonly rule: RuleName;
  readonly eventName: string;
  readonly eventId: string;
  readonly sub: string | undefined;
}

interface Record {
  readonly detail: {
    readonly eventName: string;
    readonly eventID: string;
    readonly additionalEventData?: { readonly sub?: string };
  };
}

/**
 * Lets a test listen to the deployed rules: each gets a queue as a second target.
 *
 * @returns reads everything that the rules have let through since then, in no order.
 */
export async function tapRules({ description, clients: { sqs } }: Deployed): Promise<() => Promise<TappedEvent[]>> {
  const { endpoint, region, accessKeyId, secretAccessKey } = description;
  const events = new EventBridgeClient({ endpoint, region, credentials: { accessKeyId, secretAccessKey } });
  const { Rules = [] } = await events.send(new ListRulesCommand({}));
  const taps = await Promise.all(
    Rules.map(async ({ Name: Rule, EventPattern = '' }) => {
      const rule = nameOf(EventPattern);
      const { QueueUrl } = await sqs.send(
        new CreateQueueCommand({ QueueName: `tap-${rule.replace(' ', '-')}`, Attributes: policy }),
      );
      const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }));
      await events.send(new PutTargetsCommand({ Rule, Targets: [{ Id: 'tap', Arn: Attributes?.QueueArn }] }));
      return { rule, QueueUrl };
    }),
  );
  events.destroy();
  const tapped: TappedEvent[] = [];
  return async () => {
    for (const { rule, QueueUrl } of taps)
      for (;;) {
        const { Messages = [] } = await sqs.send(
          new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 43_200 }),
        );
        if (Messages.length === 0) break;
        for (const { Body = '' } of Messages) {
          const { eventName, eventID, additionalEventData } = (JSON.parse(Body) as Record).detail;
          tapped.push({ rule, eventName, eventId: eventID, sub: additionalEventData?.sub });
        }
      }
    return tapped;
  };
}

function nameOf(eventPattern: string): RuleName {
  if (eventPattern.includes('AwsServiceEvent')) return 'page events';
  return eventPattern.includes('userPoolId') ? 'admin calls' : 'self-service calls';
}

const policy = {
  Policy: JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' }, Action: 'sqs:SendMessage', Resource: '*' },
    ],
  }),
};
