import { createVirtualClock } from '../../clock.ts';
import { type CloudFormation, createCloudFormation } from '../../cloudformation/index.ts';
import { AwsError, type Cloud } from '../../service.ts';

/** One call that CloudFormation made to another service. */
interface RecordedCall {
  readonly service: string;
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
}

type Answer = (input: Readonly<Record<string, never>>) => unknown;

const answers: Readonly<Record<string, Answer>> = {
  'ssm.GetParameter': () => ({ Parameter: { Value: '31' } }),
  'sqs.CreateQueue': ({ QueueName }) => ({ QueueUrl: `http://local/000000000000/${QueueName}` }),
  'sqs.GetQueueAttributes': ({ QueueUrl }) => ({
    Attributes: { QueueArn: `arn:aws:sqs:eu-west-1:000000000000:${String(QueueUrl).split('/').at(-1)}` },
  }),
  'iam.CreateRole': ({ RoleName }) => ({
    Role: { Arn: `arn:aws:iam::000000000000:role/${RoleName}`, RoleId: 'AROA1' },
  }),
  'lambda.CreateFunction': ({ FunctionName }) => ({
    FunctionArn: `arn:aws:lambda:eu-west-1:000000000000:function:${FunctionName}`,
  }),
};

/** CloudFormation over doubles of all other services, on a clock that stands still. */
export interface Fixture extends CloudFormation {
  readonly calls: RecordedCall[];
  /** Makes `service.operation` fail, or answer something else, from now on. */
  answer(name: string, answer: Answer): void;
  call<Output>(operation: string, input: object): Promise<Output>;
  /** Deploys by change set as the CDK CLI does, waits for the end, and returns the stack. */
  deploy(template: object, input?: object): Promise<Record<string, unknown>>;
  stack(name?: string): Promise<Record<string, unknown>>;
  /** `LogicalId STATUS` of every event, oldest first; with the reason where asked for. */
  events(name?: string): Promise<readonly string[]>;
  reasonOf(logicalId: string, status: string): Promise<string | undefined>;
}

export const createFixture = (): Fixture => {
  const calls: RecordedCall[] = [];
  const own = new Map<string, Answer>();
  const clock = createVirtualClock();
  const cloud: Cloud = {
    clock,
    accountId: '000000000000',
    region: 'eu-west-1',
    endpoint: () => 'http://local',
    async call(service, operation, input) {
      const name = `${service}.${operation}`;
      calls.push({ service, operation, input: input as RecordedCall['input'] });
      return ((own.get(name) ?? answers[name] ?? (() => ({})))(input as never) ?? {}) as never;
    },
  };
  const cloudFormation = createCloudFormation(cloud, { settleMs: 0 });
  const call = async <Output>(operation: string, input: object) =>
    (await cloudFormation.operations[operation]?.(input as never, {
      requestId: 'r',
      caller: { kind: 'account' },
    })) as Output;
  const stack = async (name = 'Stack') => {
    await cloudFormation.close();
    const { Stacks } = await call<{ Stacks: Record<string, unknown>[] }>('DescribeStacks', { StackName: name });
    return Stacks[0] ?? {};
  };
  const history = async (name = 'Stack') => {
    const { StackEvents } = await call<{ StackEvents: Record<string, string>[] }>('DescribeStackEvents', {
      StackName: name,
    });
    return [...StackEvents].reverse();
  };
  return {
    ...cloudFormation,
    calls,
    call,
    stack,
    answer: (name, answer) => void own.set(name, answer),
    async deploy(template, input = {}) {
      const { StackName = 'Stack' } = input as { StackName?: string };
      const { Stacks } = await call<{ Stacks: { StackName: string; StackStatus: string }[] }>('DescribeStacks', {});
      const exists = Stacks.some(
        (found) => found.StackName === StackName && found.StackStatus !== 'REVIEW_IN_PROGRESS',
      );
      const { Id } = await call<{ Id: string }>('CreateChangeSet', {
        StackName,
        ChangeSetName: 'change',
        ChangeSetType: exists ? 'UPDATE' : 'CREATE',
        Capabilities: ['CAPABILITY_NAMED_IAM'],
        TemplateBody: JSON.stringify(template),
        ...input,
      });
      await call('ExecuteChangeSet', { ChangeSetName: Id });
      return stack(StackName);
    },
    events: async (name) => (await history(name)).map((event) => `${event.LogicalResourceId} ${event.ResourceStatus}`),
    reasonOf: async (logicalId, status) =>
      (await history()).find((event) => event.LogicalResourceId === logicalId && event.ResourceStatus === status)
        ?.ResourceStatusReason,
  };
};

/** The error that `action` ends with. */
export const refusal = async (action: () => Promise<unknown>): Promise<AwsError> => {
  try {
    await action();
  } catch (error) {
    if (error instanceof AwsError) return error;
    throw error;
  }
  throw new Error('expected an AWS error');
};
