import { unsupported } from '../../service.ts';
import { invalidParameter, sqsError } from './errors.ts';
import type { QueueRules } from './queue-state.ts';
import { checkRedrivePolicy, type RedriveTarget } from './redrive-policy.ts';

/** Queue attributes as SQS keeps them. Every value is a string. */
export type QueueAttributes = Readonly<Record<string, string>>;

const FIFO_DEFAULTS: QueueAttributes = {
  FifoQueue: 'true',
  ContentBasedDeduplication: 'false',
  DeduplicationScope: 'queue',
  FifoThroughputLimit: 'perQueue',
};

const DEFAULTS: QueueAttributes = {
  VisibilityTimeout: '30',
  MaximumMessageSize: '1048576',
  MessageRetentionPeriod: '345600',
  DelaySeconds: '0',
  ReceiveMessageWaitTimeSeconds: '0',
  SqsManagedSseEnabled: 'true',
};

const RANGES: Readonly<Record<string, readonly [number, number]>> = {
  VisibilityTimeout: [0, 43_200],
  MaximumMessageSize: [1_024, 1_048_576],
  MessageRetentionPeriod: [60, 1_209_600],
  DelaySeconds: [0, 900],
  ReceiveMessageWaitTimeSeconds: [0, 20],
  KmsDataKeyReusePeriodSeconds: [60, 86_400],
};

const CHOICES: Readonly<Record<string, readonly string[]>> = {
  FifoQueue: ['true', 'false'],
  ContentBasedDeduplication: ['true', 'false'],
  SqsManagedSseEnabled: ['true', 'false'],
  DeduplicationScope: ['queue', 'messageGroup'],
  FifoThroughputLimit: ['perQueue', 'perMessageGroupId'],
};

/** Attributes that are removed by an empty value. */
const REMOVABLE = ['Policy', 'RedrivePolicy', 'RedriveAllowPolicy', 'KmsMasterKeyId'];

const SETTABLE = new Set([...Object.keys(RANGES), ...Object.keys(CHOICES), ...REMOVABLE]);

const unknownAttribute = (name: string) => sqsError('InvalidAttributeName', `Unknown Attribute ${name}.`);
const badValue = (name: string, reason = '') =>
  sqsError('InvalidAttributeValue', `Invalid value for the parameter ${name}.${reason && ` Reason: ${reason}`}`);

/** Refuses a name that SQS refuses: wrong characters, too long, or `.fifo` at a wrong place. */
export function checkQueueName(name: string, fifo: boolean): void {
  const stem = fifo && name.endsWith('.fifo') ? name.slice(0, -5) : name;
  if (/^[\w-]{1,80}$/.test(stem) && name.length <= 80 && fifo === name.endsWith('.fifo')) return;
  throw invalidParameter(
    fifo
      ? 'The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, must end with .fifo suffix and be 1 to 80 in length'
      : 'Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length',
  );
}

function checkJson(name: string, value: string): void {
  try {
    const parsed: unknown = JSON.parse(value);
    if (typeof parsed === 'object' && parsed !== null) return;
  } catch {
    // Reported below, as any other value that is not a document.
  }
  throw badValue(name);
}

function checkOne(name: string, value: string, fifo: boolean): void {
  if (!SETTABLE.has(name)) throw unknownAttribute(name);
  if (name in FIFO_DEFAULTS && !fifo) throw unknownAttribute(name);
  const range = RANGES[name];
  if (range !== undefined && !(/^\d+$/.test(value) && Number(value) >= range[0] && Number(value) <= range[1])) {
    throw badValue(name);
  }
  if (CHOICES[name]?.includes(value) === false) throw badValue(name);
  if ((name === 'Policy' || name === 'RedriveAllowPolicy') && value !== '') checkJson(name, value);
}

/**
 * Checks the attributes of a create or set request and merges them into the attributes of the queue.
 *
 * @param current - the attributes of an existing queue; undefined when it is being created.
 * @throws {AwsError} `InvalidAttributeName`, `InvalidAttributeValue` or `InvalidParameterValue`.
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
 */
export function mergeAttributes(
  given: QueueAttributes,
  current: QueueAttributes | undefined,
  queue: RedriveTarget,
  find: (arn: string) => (RedriveTarget & { readonly allowPolicy: string | undefined }) | undefined,
): QueueAttributes {
  for (const [name, value] of Object.entries(given)) checkOne(name, value, queue.fifo);
  if (current !== undefined && given.FifoQueue !== undefined && given.FifoQueue !== current.FifoQueue) {
    throw badValue('FifoQueue', 'Modifying queue type is not supported.');
  }
  const merged: Record<string, string> = {
    ...(current ?? { ...DEFAULTS, ...(queue.fifo && FIFO_DEFAULTS) }),
    ...given,
  };
  for (const name of REMOVABLE) if (merged[name] === '') delete merged[name];
  if (merged.FifoThroughputLimit === 'perMessageGroupId' && merged.DeduplicationScope !== 'messageGroup') {
    throw badValue(
      'FifoThroughputLimit',
      'The perMessageGroupId value is allowed only when DeduplicationScope is messageGroup.',
    );
  }
  if (merged.KmsMasterKeyId !== undefined) {
    if (given.SqsManagedSseEnabled === 'true')
      throw badValue('SqsManagedSseEnabled', 'You can use one type of server-side encryption (SSE) at one time.');
    merged.SqsManagedSseEnabled = 'false';
    merged.KmsDataKeyReusePeriodSeconds ??= '300';
  }
  if (given.RedrivePolicy) checkRedrivePolicy(given.RedrivePolicy, queue, find);
  return merged;
}

/** The attributes that decide about messages. */
export const rulesOf = (attributes: QueueAttributes): QueueRules => ({
  fifo: attributes.FifoQueue === 'true',
  deduplicationPerGroup: attributes.DeduplicationScope === 'messageGroup',
  delayMs: Number(attributes.DelaySeconds) * 1_000,
  retentionMs: Number(attributes.MessageRetentionPeriod) * 1_000,
});

/** The attributes of the queue that a request asked for by name (`All` for all). */
export function selectAttributes(all: QueueAttributes, names: readonly string[]): QueueAttributes {
  for (const name of names) {
    if (name !== 'All' && !Object.hasOwn(all, name) && !SETTABLE.has(name)) throw unknownAttribute(name);
  }
  if (names.includes('All')) return all;
  return Object.fromEntries(Object.entries(all).filter(([name]) => names.includes(name)));
}

/** Refuses request members that are not modelled. The error names them. */
export function checkMembers(operation: string, input: object, allowed: readonly string[]): void {
  const unknown = Object.entries(input).find(([name, value]) => value !== undefined && !allowed.includes(name));
  if (unknown !== undefined) throw unsupported(`parameter ${unknown[0]} of ${operation}`);
}
