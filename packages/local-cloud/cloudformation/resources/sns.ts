import { ignoringMissing, type Provider, pick } from '../provider.ts';

const gone = ['NotFoundException'];
const nameOf = (arn: string): string => arn.split(':').at(-1) ?? arn;
const made = (arn: string) => ({ physicalId: arn, attributes: { TopicArn: arn, TopicName: nameOf(arn) } });

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sns-topic.html */
export const topicProvider: Provider = {
  type: 'AWS::SNS::Topic',
  models: ['TopicName'],
  nameProperty: 'TopicName',
  async create(work) {
    const Name = (work.properties.TopicName as string | undefined) ?? work.name({ maxLength: 256 });
    const { TopicArn } = await work.call<{ readonly TopicArn: string }>('sns', 'CreateTopic', { Name });
    return made(TopicArn);
  },
  update: async ({ physicalId }) => made(physicalId),
  remove: ({ call, physicalId }) =>
    ignoringMissing(gone, async () => {
      await call('sns', 'DeleteTopic', { TopicArn: physicalId });
    }),
};

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sns-subscription.html */
export const subscriptionProvider: Provider = {
  type: 'AWS::SNS::Subscription',
  models: ['Endpoint', 'Protocol', 'TopicArn'],
  async create({ call, properties }) {
    const request = { ...pick(properties, ['Endpoint', 'Protocol', 'TopicArn']), ReturnSubscriptionArn: true };
    const { SubscriptionArn } = await call<{ readonly SubscriptionArn: string }>('sns', 'Subscribe', request);
    return { physicalId: SubscriptionArn, attributes: { Arn: SubscriptionArn } };
  },
  update: async ({ physicalId }) => ({ physicalId, attributes: { Arn: physicalId } }),
  remove: async ({ call, physicalId }) => {
    await call('sns', 'Unsubscribe', { SubscriptionArn: physicalId });
  },
};

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sns-topicpolicy.html */
export const topicPolicyProvider: Provider = {
  type: 'AWS::SNS::TopicPolicy',
  models: ['PolicyDocument', 'Topics'],
  async create({ call, properties, name }) {
    for (const TopicArn of properties.Topics as readonly string[])
      await call('sns', 'SetTopicAttributes', {
        TopicArn,
        AttributeName: 'Policy',
        AttributeValue: JSON.stringify(properties.PolicyDocument),
      });
    return { physicalId: name({ maxLength: 128 }) };
  },
  update: async ({ physicalId }) => ({ physicalId }),
  remove: async () => undefined,
};
