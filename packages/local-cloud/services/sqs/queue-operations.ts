import type {
  CreateQueueRequest,
  CreateQueueResult,
  DeleteQueueRequest,
  GetQueueAttributesRequest,
  GetQueueAttributesResult,
  GetQueueUrlRequest,
  GetQueueUrlResult,
  PurgeQueueRequest,
  SetQueueAttributesRequest,
} from '@aws-sdk/client-sqs';
import type { Call } from '../../service.ts';
import { checkMembers, type QueueAttributes, selectAttributes } from './attributes.ts';
import { type Context, openQueue } from './context.ts';
import { missingParameter, queueDoesNotExist, sqsError } from './errors.ts';
import { purge } from './fifo-queue.ts';
import type { Queue } from './queue.ts';

const PURGE_INTERVAL_MS = 60_000;

/** Attribute values as strings. Clients may send other JSON types. */
const strings = (attributes: object = {}): QueueAttributes =>
  Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, String(value)]));

const seconds = (milliseconds: number) => String(Math.floor(milliseconds / 1_000));

function describe(queue: Queue): QueueAttributes {
  const { visible, inFlight, delayed } = queue.counts();
  return {
    ...queue.attributes,
    QueueArn: queue.arn,
    ApproximateNumberOfMessages: String(visible),
    ApproximateNumberOfMessagesNotVisible: String(inFlight),
    ApproximateNumberOfMessagesDelayed: String(delayed),
    CreatedTimestamp: seconds(queue.createdAt),
    LastModifiedTimestamp: seconds(queue.modifiedAt),
  };
}

/** Operations on queues: create, find, describe, change, purge, delete. Tags are ignored. */
export const queueOperations = (context: Context) => {
  const { registry, cloud } = context;
  return {
    CreateQueue(input: CreateQueueRequest): CreateQueueResult {
      checkMembers('CreateQueue', input, ['QueueName', 'Attributes', 'tags']);
      if (!input.QueueName) throw missingParameter('QueueName');
      const queue = registry.create(input.QueueName, strings(input.Attributes));
      return { QueueUrl: registry.urlOf(queue) };
    },

    GetQueueUrl(input: GetQueueUrlRequest): GetQueueUrlResult {
      checkMembers('GetQueueUrl', input, ['QueueName', 'QueueOwnerAWSAccountId']);
      const queue = input.QueueName === undefined ? undefined : registry.byName(input.QueueName);
      const { QueueOwnerAWSAccountId: owner = cloud.accountId } = input;
      if (queue === undefined || owner !== cloud.accountId) throw queueDoesNotExist();
      return { QueueUrl: registry.urlOf(queue) };
    },

    GetQueueAttributes(input: GetQueueAttributesRequest, call: Call): GetQueueAttributesResult {
      checkMembers('GetQueueAttributes', input, ['QueueUrl', 'AttributeNames']);
      const all = describe(openQueue(context, input.QueueUrl, 'GetQueueAttributes', call));
      const Attributes = selectAttributes(all, input.AttributeNames ?? []);
      return Object.keys(Attributes).length === 0 ? {} : { Attributes };
    },

    SetQueueAttributes(input: SetQueueAttributesRequest, call: Call): object {
      checkMembers('SetQueueAttributes', input, ['QueueUrl', 'Attributes']);
      const queue = openQueue(context, input.QueueUrl, 'SetQueueAttributes', call);
      registry.setAttributes(queue, strings(input.Attributes));
      return {};
    },

    DeleteQueue(input: DeleteQueueRequest, call: Call): object {
      registry.remove(openQueue(context, input.QueueUrl, 'DeleteQueue', call));
      return {};
    },

    PurgeQueue(input: PurgeQueueRequest, call: Call): object {
      const queue = openQueue(context, input.QueueUrl, 'PurgeQueue', call);
      const now = cloud.clock.now();
      if (now - (queue.purgedAt ?? Number.NEGATIVE_INFINITY) < PURGE_INTERVAL_MS) {
        throw sqsError(
          'PurgeQueueInProgress',
          `Only one PurgeQueue operation on ${queue.name} is allowed every 60 seconds.`,
        );
      }
      queue.purgedAt = now;
      purge(queue.state);
      return {};
    },
  };
};
