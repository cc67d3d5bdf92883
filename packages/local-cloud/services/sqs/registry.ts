import type { Cloud } from '../../service.ts';
import { checkQueueName, mergeAttributes, type QueueAttributes } from './attributes.ts';
import { invalidParameter, queueDoesNotExist, sqsError } from './errors.ts';
import { createQueue, type Queue } from './queue.ts';

const DELETION_MS = 60_000;

/** The queues of the account. */
export interface Registry {
  create(name: string, given: QueueAttributes): Queue;
  /** The queue that the path of a URL names. The host is not checked. @throws {AwsError} `QueueDoesNotExist`. */
  byUrl(url: string | undefined): Queue;
  byName(name: string): Queue | undefined;
  byArn(arn: string): Queue | undefined;
  /** Checks and applies a change of attributes. */
  setAttributes(queue: Queue, given: QueueAttributes): void;
  remove(queue: Queue): void;
  /** All queues, by name. */
  all(): readonly Queue[];
  urlOf(queue: Queue): string;
}

/** Creates an empty registry. */
export function createRegistry(cloud: Cloud): Registry {
  const queues = new Map<string, Queue>();
  const deletedAt = new Map<string, number>();
  const arnOf = (name: string) => `arn:aws:sqs:${cloud.region}:${cloud.accountId}:${name}`;
  const byArn = (arn: string) => {
    const queue = queues.get(arn.split(':').at(-1) ?? '');
    return queue?.arn === arn ? queue : undefined;
  };
  const target = (arn: string) => {
    const queue = byArn(arn);
    return queue && { arn, fifo: queue.state.rules.fifo, allowPolicy: queue.attributes.RedriveAllowPolicy };
  };

  function existing(queue: Queue, given: QueueAttributes): Queue {
    const different = Object.entries(given).find(
      ([name, value]) => queue.attributes[name] !== value && !(value === '' && queue.attributes[name] === undefined),
    );
    if (different === undefined) return queue;
    throw sqsError(
      'QueueNameExists',
      `A queue already exists with the same name and a different value for attribute ${different[0]}`,
    );
  }

  return {
    create(name, given) {
      const fifo = given.FifoQueue === 'true';
      checkQueueName(name, fifo);
      const arn = arnOf(name);
      const current = queues.get(name);
      if (current !== undefined) return existing(current, given);
      if (cloud.clock.now() - (deletedAt.get(name) ?? Number.NEGATIVE_INFINITY) < DELETION_MS) {
        throw sqsError(
          'QueueDeletedRecently',
          'You must wait 60 seconds after deleting a queue before you can create another with the same name.',
        );
      }
      const queue = createQueue(
        cloud.clock,
        name,
        arn,
        mergeAttributes(given, undefined, { arn, fifo }, target),
        byArn,
      );
      queues.set(name, queue);
      return queue;
    },
    byUrl(url) {
      if (url === undefined || url === '') throw queueDoesNotExist();
      const [account, name, ...rest] = url
        .replace(/^https?:\/\/[^/]*/, '')
        .split('/')
        .filter((part) => part !== '');
      if (account === undefined || name === undefined || rest.length > 0) {
        throw sqsError('InvalidAddress', `The address ${url} is not valid for this endpoint.`);
      }
      const queue = account === cloud.accountId ? queues.get(name) : undefined;
      if (queue === undefined) throw queueDoesNotExist();
      return queue;
    },
    byName: (name) => queues.get(name),
    byArn,
    setAttributes(queue, given) {
      const { arn, state, attributes } = queue;
      if (Object.keys(given).length === 0) throw invalidParameter('The request must contain at least one attribute.');
      queue.setAttributes(mergeAttributes(given, attributes, { arn, fifo: state.rules.fifo }, target));
    },
    remove(queue) {
      queues.delete(queue.name);
      deletedAt.set(queue.name, cloud.clock.now());
      queue.close();
    },
    all: () => [...queues.values()].sort((left, right) => (left.name < right.name ? -1 : 1)),
    urlOf: (queue) => `${cloud.endpoint()}/${cloud.accountId}/${queue.name}`,
  };
}
