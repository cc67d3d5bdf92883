import { documentOf, ignoringMissing, type Provider, pick, type Work } from '../provider.ts';
import type { Fields } from '../values.ts';

const gone = ['AWS.SimpleQueueService.NonExistentQueue', 'QueueDoesNotExist'];

/** Properties that are queue attributes of the same name. */
const attributeNames = [
  'ContentBasedDeduplication',
  'DeduplicationScope',
  'DelaySeconds',
  'FifoQueue',
  'FifoThroughputLimit',
  'MaximumMessageSize',
  'MessageRetentionPeriod',
  'ReceiveMessageWaitTimeSeconds',
  'RedriveAllowPolicy',
  'RedrivePolicy',
  'VisibilityTimeout',
];

/** The value of an attribute after an update that no longer sets it. */
const defaults: Readonly<Record<string, string>> = {
  ContentBasedDeduplication: 'false',
  DeduplicationScope: 'queue',
  DelaySeconds: '0',
  FifoThroughputLimit: 'perQueue',
  MaximumMessageSize: '1048576',
  MessageRetentionPeriod: '345600',
  ReceiveMessageWaitTimeSeconds: '0',
  RedriveAllowPolicy: '',
  RedrivePolicy: '',
  VisibilityTimeout: '30',
};

const attributesOf = (properties: Fields): Readonly<Record<string, string>> =>
  Object.fromEntries(
    // SQS knows only the value true, so a queue that is not FIFO leaves the attribute out.
    Object.entries(pick(properties, attributeNames))
      .filter(([name, value]) => !(name === 'FifoQueue' && value === false))
      .map(([name, value]) => [name, documentOf(value)]),
  );

const describe = async ({ call }: Work, url: string) => {
  const { Attributes } = await call<{ Attributes: Readonly<Record<string, string>> }>('sqs', 'GetQueueAttributes', {
    QueueUrl: url,
    AttributeNames: ['QueueArn'],
  });
  const arn = Attributes.QueueArn ?? '';
  return { physicalId: url, attributes: { Arn: arn, QueueName: arn.split(':').at(-1), QueueUrl: url } };
};

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sqs-queue.html */
export const queueProvider: Provider = {
  type: 'AWS::SQS::Queue',
  models: ['QueueName', ...attributeNames],
  nameProperty: 'QueueName',
  async create(work, begun) {
    const { properties } = work;
    const name =
      properties.QueueName ?? work.name({ maxLength: 80, suffix: properties.FifoQueue === true ? '.fifo' : '' });
    const { QueueUrl } = await work.call<{ QueueUrl: string }>('sqs', 'CreateQueue', {
      QueueName: name,
      Attributes: attributesOf(properties),
    });
    begun(QueueUrl);
    return describe(work, QueueUrl);
  },
  async update(existing) {
    const { FifoQueue: _, ...wanted } = attributesOf(existing.properties);
    const { FifoQueue: __, ...before } = attributesOf(existing.previous);
    const reset = Object.fromEntries(
      Object.keys(before)
        .filter((name) => !(name in wanted))
        .map((name) => [name, defaults[name] ?? '']),
    );
    await existing.call('sqs', 'SetQueueAttributes', {
      QueueUrl: existing.physicalId,
      Attributes: { ...reset, ...wanted },
    });
    return describe(existing, existing.physicalId);
  },
  remove: ({ call, physicalId }) => ignoringMissing(gone, () => call('sqs', 'DeleteQueue', { QueueUrl: physicalId })),
};

const queuesOf = (properties: Fields) => properties.Queues as readonly string[];

const setPolicy = async ({ call, properties }: Work) => {
  const Policy = documentOf(properties.PolicyDocument);
  await Promise.all(
    queuesOf(properties).map((QueueUrl) => call('sqs', 'SetQueueAttributes', { QueueUrl, Attributes: { Policy } })),
  );
};

const clearPolicy = async ({ call }: Work, queues: readonly string[]) => {
  await Promise.all(
    queues.map((QueueUrl) =>
      ignoringMissing(gone, () => call('sqs', 'SetQueueAttributes', { QueueUrl, Attributes: { Policy: '' } })),
    ),
  );
};

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sqs-queuepolicy.html */
export const queuePolicyProvider: Provider = {
  type: 'AWS::SQS::QueuePolicy',
  models: ['PolicyDocument', 'Queues'],
  async create(work, begun) {
    const physicalId = work.name({ maxLength: 128 });
    begun(physicalId);
    await setPolicy(work);
    return { physicalId, attributes: { Id: physicalId } };
  },
  async update(existing) {
    await setPolicy(existing);
    await clearPolicy(
      existing,
      queuesOf(existing.previous).filter((url) => !queuesOf(existing.properties).includes(url)),
    );
    return { physicalId: existing.physicalId };
  },
  remove: (existing) => clearPolicy(existing, queuesOf(existing.previous)),
};
