import { randomUUID } from 'node:crypto';
import type {
  CreateTopicInput,
  CreateTopicResponse,
  DeleteTopicInput,
  ListSubscriptionsByTopicInput,
  ListSubscriptionsByTopicResponse,
  SetTopicAttributesInput,
  SubscribeInput,
  SubscribeResponse,
  UnsubscribeInput,
} from '@aws-sdk/client-sns';
import { z } from 'zod';
import { AwsError, type Cloud } from '../../service.ts';

/** What is assumed because AWS does not document it, and documented facts that surprise. */
export const ASSUMPTIONS: readonly { readonly topic: string; readonly assumed: string; readonly switch?: string }[] = [
  {
    topic: 'SNS messages',
    assumed: 'Nothing is ever published to a topic, and no message asks for a confirmation.',
  },
  {
    topic: 'SNS subscriptions',
    assumed: 'They wait for their confirmation until it is given beside the API.',
    switch: 'PUT /_local/sns/confirm {topicArn}',
  },
];

/** What is missing from operations that are served in part. */
export const PARTIAL: Readonly<Record<string, string>> = {
  CreateTopic: 'standard topics; attributes and tags have no effect',
  ListSubscriptionsByTopic: 'one page',
  SetTopicAttributes: 'has no effect',
  Subscribe: 'attributes have no effect',
};

interface Subscription {
  readonly arn: string;
  readonly protocol: string;
  readonly endpoint: string;
  confirmed: boolean;
}

const topicsSchema = z.array(
  z.strictObject({
    name: z.string().regex(/^[\w-]{1,256}$/),
    subscriptions: z
      .array(z.strictObject({ protocol: z.string(), endpoint: z.string(), confirmed: z.boolean().default(true) }))
      .default([]),
  }),
);
const confirmSchema = z.strictObject({ topicArn: z.string() });

/** Parses what comes beside the API. @throws {AwsError} ValidationException */
function parse<Output>(schema: z.ZodType<Output>, body: unknown): Output {
  const { data, error } = schema.safeParse(body);
  if (error !== undefined) throw new AwsError('ValidationException', z.prettifyError(error));
  return data;
}

/**
 * Creates Amazon SNS without topics.
 *
 * @see https://docs.aws.amazon.com/sns/latest/api/API_Operations.html
 */
export function createSns({ accountId, region }: Pick<Cloud, 'accountId' | 'region'>) {
  const topics = new Map<string, Subscription[]>();
  const arnOf = (name: string) => `arn:aws:sns:${region}:${accountId}:${name}`;
  const find = (arn: string | undefined): Subscription[] => {
    const subscriptions = topics.get(arn ?? '');
    if (subscriptions === undefined) throw new AwsError('NotFoundException', 'Topic does not exist', 404);
    return subscriptions;
  };
  const show = () => [...topics].map(([topicArn, subscriptions]) => ({ topicArn, subscriptions }));
  return {
    operations: {
      /** Idempotent: a topic of the same name is answered. */
      CreateTopic({ Name = '' }: CreateTopicInput): CreateTopicResponse {
        const TopicArn = arnOf(Name);
        if (!topics.has(TopicArn)) topics.set(TopicArn, []);
        return { TopicArn };
      },
      DeleteTopic({ TopicArn = '' }: DeleteTopicInput): object {
        topics.delete(TopicArn);
        return {};
      },
      SetTopicAttributes({ TopicArn }: SetTopicAttributesInput): object {
        find(TopicArn);
        return {};
      },
      Subscribe({ TopicArn, Protocol = '', Endpoint = '' }: SubscribeInput): SubscribeResponse {
        const arn = `${TopicArn}:${randomUUID()}`;
        find(TopicArn).push({ arn, protocol: Protocol, endpoint: Endpoint, confirmed: false });
        return { SubscriptionArn: arn };
      },
      Unsubscribe({ SubscriptionArn }: UnsubscribeInput): object {
        for (const subscriptions of topics.values()) {
          const index = subscriptions.findIndex(({ arn }) => arn === SubscriptionArn);
          if (index >= 0) subscriptions.splice(index, 1);
        }
        return {};
      },
      ListSubscriptionsByTopic({ TopicArn }: ListSubscriptionsByTopicInput): ListSubscriptionsByTopicResponse {
        return {
          Subscriptions: find(TopicArn).map(({ arn, protocol, endpoint, confirmed }) => ({
            // A list shows the ARN of a subscription only once it is confirmed.
            SubscriptionArn: confirmed ? arn : 'PendingConfirmation',
            Owner: accountId,
            Protocol: protocol,
            Endpoint: endpoint,
            TopicArn,
          })),
        };
      },
    },
    views: { topics: show },
    changes: {
      /** Replaces all topics. */
      topics: (body: unknown) => {
        const wanted = parse(topicsSchema, body);
        topics.clear();
        for (const { name, subscriptions } of wanted)
          topics.set(
            arnOf(name),
            subscriptions.map((one, index) => ({ ...one, arn: `${arnOf(name)}:${index}` })),
          );
        return show();
      },
      /** Confirms what waits. */
      confirm: (body: unknown) => {
        for (const subscription of find(parse(confirmSchema, body).topicArn)) subscription.confirmed = true;
        return show();
      },
    },
  };
}
