import type { ListSubscriptionsByTopicInput, ListSubscriptionsByTopicResponse } from '@aws-sdk/client-sns';
import { z } from 'zod';
import { AwsError, type Cloud } from '../../service.ts';

/** What is assumed because AWS does not document it, and documented facts that surprise. */
export const ASSUMPTIONS: readonly { readonly topic: string; readonly assumed: string; readonly switch?: string }[] = [
  {
    topic: 'SNS topics',
    assumed: 'Topics exist only when a client adds them beside the API; nothing is ever published to one.',
    switch: 'PUT /_local/sns/topics [{name, subscriptions: [{protocol, endpoint, confirmed}]}]',
  },
];

/** What is missing from operations that are served in part. */
export const PARTIAL: Readonly<Record<string, string>> = { ListSubscriptionsByTopic: 'one page' };

const topicsSchema = z.array(
  z.strictObject({
    name: z.string().regex(/^[\w-]{1,256}$/),
    subscriptions: z
      .array(z.strictObject({ protocol: z.string(), endpoint: z.string(), confirmed: z.boolean().default(true) }))
      .default([]),
  }),
);

type Topics = z.output<typeof topicsSchema>;

/**
 * Creates Amazon SNS without topics.
 *
 * @see https://docs.aws.amazon.com/sns/latest/api/API_ListSubscriptionsByTopic.html
 */
export function createSns({ accountId, region }: Pick<Cloud, 'accountId' | 'region'>) {
  let topics: Topics = [];
  const arnOf = (name: string) => `arn:aws:sns:${region}:${accountId}:${name}`;
  const change = (body: unknown): Topics => {
    if (body === undefined || body === null) return topics;
    const { data, error } = topicsSchema.safeParse(body);
    if (error !== undefined) throw new AwsError('ValidationException', z.prettifyError(error));
    topics = data;
    return topics;
  };
  return {
    operations: {
      ListSubscriptionsByTopic({ TopicArn }: ListSubscriptionsByTopicInput): ListSubscriptionsByTopicResponse {
        const topic = topics.find(({ name }) => arnOf(name) === TopicArn);
        if (topic === undefined) throw new AwsError('NotFoundException', 'Topic does not exist', 404);
        return {
          Subscriptions: topic.subscriptions.map(({ protocol, endpoint, confirmed }, index) => ({
            // A subscription gets its ARN when it is confirmed.
            SubscriptionArn: confirmed ? `${TopicArn}:${index}` : 'PendingConfirmation',
            Owner: accountId,
            Protocol: protocol,
            Endpoint: endpoint,
            TopicArn,
          })),
        };
      },
    },
    views: { topics: () => topics },
    changes: { topics: change },
  };
}
