import { randomUUID } from 'node:crypto';
import type {
  CancelMessageMoveTaskRequest,
  CancelMessageMoveTaskResult,
  ListMessageMoveTasksRequest,
  ListMessageMoveTasksResult,
  ListMessageMoveTasksResultEntry,
  StartMessageMoveTaskRequest,
  StartMessageMoveTaskResult,
} from '@aws-sdk/client-sqs';
import { checkMembers } from './attributes.ts';
import type { Context } from './context.ts';
import { invalidParameter, invalidValue, missingParameter, sqsError } from './errors.ts';
import { nextVisible } from './fifo-queue.ts';
import type { Queue } from './queue.ts';
import { remove, type StoredMessage } from './queue-state.ts';

interface Task {
  readonly handle: string;
  readonly sourceArn: string;
  readonly destinationArn: string | undefined;
  readonly rate: number | undefined;
  readonly startedAt: number;
  readonly toMove: number;
  moved: number;
  status: 'RUNNING' | 'COMPLETED' | 'CANCELLED' | 'FAILED';
  failure?: string;
}

const TICK_MS = 1_000;
/** assumption: AWS chooses the rate when none is given; here it is the highest it allows. */
const DEFAULT_RATE = 500;

/** A moved message is a new message with a new id, a new time and no receives. */
function asNew({ deadLetterSource: _, firstReceivedAt: __, ...message }: StoredMessage, now: number): StoredMessage {
  return { ...message, id: randomUUID(), sentAt: now, receiveCount: 0 };
}

function describe(task: Task): ListMessageMoveTasksResultEntry {
  return {
    ...(task.status === 'RUNNING' && { TaskHandle: task.handle }),
    Status: task.status,
    SourceArn: task.sourceArn,
    ...(task.destinationArn !== undefined && { DestinationArn: task.destinationArn }),
    ...(task.rate !== undefined && { MaxNumberOfMessagesPerSecond: task.rate }),
    ApproximateNumberOfMessagesMoved: task.moved,
    ApproximateNumberOfMessagesToMove: task.toMove,
    ...(task.failure !== undefined && { FailureReason: task.failure }),
    StartedTimestamp: task.startedAt,
  };
}

/**
 * Message move tasks: move the visible messages of a dead-letter queue to their source queue or to a queue of the same type,
 * in order, with a limit for each second.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-configure-dead-letter-queue-redrive.html
 */
export const moveTaskOperations = ({ registry, cloud: { clock } }: Context) => {
  const tasks: Task[] = [];

  /** Moves one message. Returns the reason when it cannot be moved. */
  function move(task: Task, source: Queue, message: StoredMessage): string | undefined {
    const destinationArn = task.destinationArn ?? message.deadLetterSource;
    if (destinationArn === undefined) return 'CouldNotDetermineMessageSource';
    const destination = registry.byArn(destinationArn);
    if (destination === undefined) return 'AWS.SimpleQueueService.NonExistentQueue';
    remove(source.state, message);
    destination.accept([asNew(message, clock.now())]);
    task.moved += 1;
    return undefined;
  }

  /** Moves as many messages as one second allows. Returns the state of the task after it. */
  function moveSome(task: Task, source: Queue): Pick<Task, 'status' | 'failure'> {
    for (let sent = 0; sent < (task.rate ?? DEFAULT_RATE) && task.moved < task.toMove; sent += 1) {
      const message = nextVisible(source.state, clock.now());
      if (message === undefined) return { status: 'COMPLETED' };
      const failure = move(task, source, message);
      if (failure !== undefined) return { status: 'FAILED', failure };
    }
    return { status: task.moved < task.toMove ? 'RUNNING' : 'COMPLETED' };
  }

  function step(task: Task): void {
    if (task.status !== 'RUNNING') return;
    const source = registry.byArn(task.sourceArn);
    Object.assign(
      task,
      source === undefined
        ? { status: 'FAILED', failure: 'AWS.SimpleQueueService.NonExistentQueue' }
        : moveSome(task, source),
    );
    if (task.status === 'RUNNING') clock.schedule(TICK_MS, () => step(task));
  }

  const required = (arn: string | undefined, name: string): Queue => {
    if (!arn) throw missingParameter(name);
    const queue = registry.byArn(arn);
    if (queue !== undefined) return queue;
    throw sqsError(
      'ResourceNotFoundException',
      `The resource that you specified for the ${name} parameter doesn't exist.`,
    );
  };

  return {
    StartMessageMoveTask(input: StartMessageMoveTaskRequest): StartMessageMoveTaskResult {
      checkMembers('StartMessageMoveTask', input, ['SourceArn', 'DestinationArn', 'MaxNumberOfMessagesPerSecond']);
      const source = required(input.SourceArn, 'SourceArn');
      if (!registry.all().some(({ redrive }) => redrive?.deadLetterTargetArn === source.arn)) {
        throw invalidParameter('Source queue must be configured as a Dead Letter Queue.');
      }
      const { DestinationArn, MaxNumberOfMessagesPerSecond: rate } = input;
      if (
        DestinationArn !== undefined &&
        required(DestinationArn, 'DestinationArn').state.rules.fifo !== source.state.rules.fifo
      ) {
        throw invalidParameter('Source queue and destination queue must be of the same type.');
      }
      if (rate !== undefined && !(rate >= 1 && rate <= 500)) {
        throw invalidValue(rate, 'MaxNumberOfMessagesPerSecond', 'Must be an integer from 1 to 500, if provided.');
      }
      if (tasks.some((task) => task.sourceArn === source.arn && task.status === 'RUNNING')) {
        throw invalidParameter(
          'There is already a task running. Only one active task is allowed for a source queue arn at a given time.',
        );
      }
      const task: Task = {
        handle: Buffer.from(JSON.stringify({ taskId: randomUUID(), sourceArn: source.arn })).toString('base64url'),
        sourceArn: source.arn,
        destinationArn: DestinationArn,
        rate,
        startedAt: clock.now(),
        toMove: source.counts().visible,
        moved: 0,
        status: 'RUNNING',
      };
      tasks.unshift(task);
      clock.schedule(0, () => step(task));
      return { TaskHandle: task.handle };
    },

    ListMessageMoveTasks(input: ListMessageMoveTasksRequest): ListMessageMoveTasksResult {
      checkMembers('ListMessageMoveTasks', input, ['SourceArn', 'MaxResults']);
      const { arn } = required(input.SourceArn, 'SourceArn');
      const { MaxResults = 1 } = input;
      if (!(MaxResults >= 1 && MaxResults <= 10))
        throw invalidValue(MaxResults, 'MaxResults', 'Must be an integer from 1 to 10, if provided.');
      return {
        Results: tasks
          .filter(({ sourceArn }) => sourceArn === arn)
          .slice(0, MaxResults)
          .map(describe),
      };
    },

    CancelMessageMoveTask(input: CancelMessageMoveTaskRequest): CancelMessageMoveTaskResult {
      checkMembers('CancelMessageMoveTask', input, ['TaskHandle']);
      if (!input.TaskHandle) throw missingParameter('TaskHandle');
      const task = tasks.find(({ handle }) => handle === input.TaskHandle);
      if (task === undefined) throw sqsError('ResourceNotFoundException', 'Task does not exist.');
      if (task.status !== 'RUNNING') throw invalidParameter('Only active tasks can be cancelled.');
      task.status = 'CANCELLED';
      return { ApproximateNumberOfMessagesMoved: task.moved };
    },
  };
};
