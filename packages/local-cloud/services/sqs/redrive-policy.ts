import { invalidValue } from './errors.ts';

/** The facts about a queue that decide whether it may have another as dead-letter queue. */
export interface RedriveTarget {
  readonly arn: string;
  readonly fifo: boolean;
}

/** The redrive policy of a queue: the queue for messages that were received `maxReceiveCount` times. */
export interface RedrivePolicy {
  readonly deadLetterTargetArn: string;
  readonly maxReceiveCount: number;
}

/** Reads a `RedrivePolicy` attribute. `maxReceiveCount` may be a number or, as the console writes it, a string. */
export function parseRedrivePolicy(text: string): RedrivePolicy {
  const refuse = (reason: string) => invalidValue(text, 'RedrivePolicy', reason);
  let policy: unknown;
  try {
    policy = JSON.parse(text);
  } catch {
    throw refuse('Redrive policy is not a valid JSON map.');
  }
  if (typeof policy !== 'object' || policy === null || Array.isArray(policy)) {
    throw refuse('Redrive policy is not a valid JSON map.');
  }
  const { deadLetterTargetArn, maxReceiveCount, ...rest } = policy as Readonly<Record<string, unknown>>;
  if (typeof deadLetterTargetArn !== 'string') {
    throw refuse('Redrive policy does not contain mandatory attribute: deadLetterTargetArn.');
  }
  if (maxReceiveCount === undefined)
    throw refuse('Redrive policy does not contain mandatory attribute: maxReceiveCount.');
  const count = Number(maxReceiveCount);
  if (!(Number.isInteger(count) && count >= 1 && count <= 1_000)) {
    throw refuse(
      `Invalid value for maxReceiveCount: ${String(maxReceiveCount)}, valid values are from 1 to 1000 both inclusive.`,
    );
  }
  const [extra] = Object.keys(rest);
  if (extra !== undefined) throw refuse(`Redrive policy contains unknown attribute: ${extra}.`);
  return { deadLetterTargetArn, maxReceiveCount: count };
}

/**
 * Refuses a redrive policy whose dead-letter queue is missing, has the other type, or does not allow this queue.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
 */
export function checkRedrivePolicy(
  text: string,
  source: RedriveTarget,
  find: (arn: string) => (RedriveTarget & { readonly allowPolicy: string | undefined }) | undefined,
): void {
  const refuse = (reason: string) => invalidValue(text, 'RedrivePolicy', reason);
  const target = find(parseRedrivePolicy(text).deadLetterTargetArn);
  if (target === undefined) throw refuse('Dead letter target does not exist.');
  // assumption: AWS does not document its answer when a queue names itself.
  if (target.arn === source.arn) throw refuse('A queue cannot be its own dead-letter queue.');
  if (target.fifo !== source.fifo) throw refuse('Dead-letter queue must be same type of queue as the source.');
  if (target.allowPolicy === undefined) return;
  const allow: { redrivePermission?: string; sourceQueueArns?: readonly string[] } = JSON.parse(target.allowPolicy);
  const { redrivePermission = 'allowAll', sourceQueueArns = [] } = allow;
  const allowed =
    redrivePermission === 'allowAll' || (redrivePermission === 'byQueue' && sourceQueueArns.includes(source.arn));
  // assumption: AWS does not publish the message of this error.
  if (!allowed) throw refuse('Dead-letter queue does not allow this source queue.');
}
