import { describe, expect, it } from 'vitest';
import { AwsError } from '../../service.ts';
import { createFixture, refusal } from './cloudformation-fixture.ts';

const queue = (properties: object = {}) => ({ Type: 'AWS::SQS::Queue', Properties: properties });
const one = { Resources: { Queue: queue() } };
const two = { Resources: { Queue: queue({ DelaySeconds: 5 }), Other: queue() } };

describe('creating a stack', () => {
  it('makes what is referred to first and tells each step', async () => {
    const { deploy, events, calls } = createFixture();

    const { StackStatus, Outputs } = await deploy({
      Resources: {
        Main: queue({
          FifoQueue: true,
          RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': ['Dead', 'Arn'] }, maxReceiveCount: 5 },
        }),
        Dead: queue({ FifoQueue: 'true', QueueName: 'dead.fifo' }),
      },
      Outputs: { Url: { Value: { Ref: 'Dead' }, Description: 'where the dead go' } },
    });

    expect(StackStatus).toBe('CREATE_COMPLETE');
    expect(Outputs).toEqual([
      {
        OutputKey: 'Url',
        OutputValue: 'http://local/000000000000/dead.fifo',
        Description: 'where the dead go',
      },
    ]);
    expect(await events()).toEqual([
      'Stack REVIEW_IN_PROGRESS',
      'Stack CREATE_IN_PROGRESS',
      'Dead CREATE_IN_PROGRESS',
      'Dead CREATE_IN_PROGRESS',
      'Dead CREATE_COMPLETE',
      'Main CREATE_IN_PROGRESS',
      'Main CREATE_IN_PROGRESS',
      'Main CREATE_COMPLETE',
      'Stack CREATE_COMPLETE',
    ]);
    const [dead, main] = calls.filter(({ operation }) => operation === 'CreateQueue').map(({ input }) => input);
    expect(dead).toEqual({ QueueName: 'dead.fifo', Attributes: { FifoQueue: 'true' } });
    expect(main?.QueueName).toMatch(/^Stack-Main-[A-Z0-9]{12}\.fifo$/);
    expect(main?.Attributes).toEqual({
      FifoQueue: 'true',
      RedrivePolicy: '{"deadLetterTargetArn":"arn:aws:sqs:eu-west-1:000000000000:dead.fifo","maxReceiveCount":5}',
    });
  });

  it('takes everything back when one resource fails, and says which and why', async () => {
    const { deploy, events, reasonOf, answer } = createFixture();
    answer('iam.CreateRole', () => {
      throw new AwsError('EntityAlreadyExists', 'Role with name worker already exists.', 409);
    });

    const { StackStatus, StackStatusReason } = await deploy({
      Resources: {
        Queue: queue(),
        Role: {
          Type: 'AWS::IAM::Role',
          DependsOn: 'Queue',
          Properties: { RoleName: 'worker', AssumeRolePolicyDocument: {} },
        },
        Never: { ...queue(), DependsOn: ['Role'] },
      },
    });

    expect(StackStatus).toBe('ROLLBACK_COMPLETE');
    expect(StackStatusReason).toBeUndefined();
    expect(await reasonOf('Role', 'CREATE_FAILED')).toBe(
      'Role with name worker already exists. (Service: iam, Operation: CreateRole, Status Code: 409, Error: EntityAlreadyExists)',
    );
    expect(await reasonOf('Stack', 'ROLLBACK_IN_PROGRESS')).toBe(
      'The following resource(s) failed to create: [Role]. Rollback requested by user.',
    );
    expect((await events()).slice(-4)).toEqual([
      'Stack ROLLBACK_IN_PROGRESS',
      'Queue DELETE_IN_PROGRESS',
      'Queue DELETE_COMPLETE',
      'Stack ROLLBACK_COMPLETE',
    ]);
    expect(await events()).not.toContain('Never CREATE_IN_PROGRESS');
  });

  it('deletes what a resource had already made when the rest of it fails', async () => {
    const { deploy, calls, answer } = createFixture();
    answer('iam.AttachRolePolicy', () => {
      throw new AwsError('NoSuchEntity', 'no such policy', 404);
    });

    await deploy({
      Resources: {
        Role: {
          Type: 'AWS::IAM::Role',
          Properties: { AssumeRolePolicyDocument: {}, RoleName: 'r', ManagedPolicyArns: ['arn:aws:iam::aws:policy/X'] },
        },
      },
    });

    expect(calls.map(({ operation }) => operation)).toEqual([
      'CreateRole',
      'AttachRolePolicy',
      'DetachRolePolicy',
      'DeleteRole',
    ]);
  });
});

describe('updating a stack', () => {
  it('changes in place, adds, and deletes what is no longer there', async () => {
    const { deploy, events, calls } = createFixture();
    await deploy({ Resources: { Queue: queue(), Old: queue() } });
    calls.length = 0;

    const { StackStatus } = await deploy(two);

    expect(StackStatus).toBe('UPDATE_COMPLETE');
    expect(
      calls
        .map(({ operation }) => operation)
        .filter((name) => name !== 'GetQueueAttributes')
        .sort(),
    ).toEqual(['CreateQueue', 'DeleteQueue', 'SetQueueAttributes']);
    expect((await events()).slice(-4)).toEqual([
      'Stack UPDATE_COMPLETE_CLEANUP_IN_PROGRESS',
      'Old DELETE_IN_PROGRESS',
      'Old DELETE_COMPLETE',
      'Stack UPDATE_COMPLETE',
    ]);
  });

  it('puts an attribute that is no longer set back to its default', async () => {
    const { deploy, calls } = createFixture();
    await deploy({ Resources: { Queue: queue({ DelaySeconds: 5, VisibilityTimeout: 60 }) } });

    await deploy({ Resources: { Queue: queue({ VisibilityTimeout: 90 }) } });

    const { input } = calls.find(({ operation }) => operation === 'SetQueueAttributes') ?? {};
    expect(input?.Attributes).toEqual({ DelaySeconds: '0', VisibilityTimeout: '90' });
  });

  it('replaces what cannot be changed, and deletes the old one last', async () => {
    const { deploy, calls, events } = createFixture();
    await deploy({ Resources: { Queue: queue({ QueueName: 'old' }), User: queueOf('Queue') } });
    calls.length = 0;

    await deploy({ Resources: { Queue: queue({ QueueName: 'new' }), User: queueOf('Queue') } });

    const names = calls.filter(({ operation }) => operation !== 'GetQueueAttributes');
    expect(names.map(({ operation, input }) => `${operation} ${input.QueueName ?? input.QueueUrl}`)).toEqual([
      'CreateQueue new',
      'SetQueueAttributes http://local/000000000000/new',
      'SetQueueAttributes http://local/000000000000/old',
      'DeleteQueue http://local/000000000000/old',
    ]);
    expect((await events()).slice(-4)).toEqual([
      'Stack UPDATE_COMPLETE_CLEANUP_IN_PROGRESS',
      'Queue DELETE_IN_PROGRESS',
      'Queue DELETE_COMPLETE',
      'Stack UPDATE_COMPLETE',
    ]);
  });

  it('refuses to replace a resource under the name it has', async () => {
    const { deploy, reasonOf } = createFixture();
    await deploy({ Resources: { Queue: queue({ QueueName: 'named.fifo', FifoQueue: true }) } });

    const { StackStatus } = await deploy({ Resources: { Queue: queue({ QueueName: 'named.fifo' }) } });

    expect(StackStatus).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(await reasonOf('Queue', 'UPDATE_FAILED')).toBe(
      'CloudFormation cannot update a stack when a custom-named resource requires replacing. Rename named.fifo and update the stack again.',
    );
  });

  it('goes back to the previous template when something fails', async () => {
    const { deploy, calls, answer, call, stack } = createFixture();
    await deploy({ Resources: { Queue: queue({ VisibilityTimeout: 60 }) } });
    calls.length = 0;
    answer('iam.CreateRole', () => {
      throw new AwsError('LimitExceeded', 'too many roles', 409);
    });

    const { StackStatus } = await deploy({
      Resources: {
        Queue: queue({ VisibilityTimeout: 90 }),
        Added: { ...queue({ QueueName: 'added' }), DependsOn: 'Queue' },
        Role: { Type: 'AWS::IAM::Role', DependsOn: 'Added', Properties: { AssumeRolePolicyDocument: {} } },
      },
    });

    expect(StackStatus).toBe('UPDATE_ROLLBACK_COMPLETE');
    const steps = calls.filter(({ operation }) => operation !== 'GetQueueAttributes');
    expect(steps.map(({ operation, input }) => [operation, input.Attributes ?? input.QueueUrl])).toEqual([
      ['SetQueueAttributes', { VisibilityTimeout: '90' }],
      ['CreateQueue', {}],
      ['CreateRole', undefined],
      ['SetQueueAttributes', { VisibilityTimeout: '60' }],
      ['DeleteQueue', 'http://local/000000000000/added'],
    ]);
    const { TemplateBody } = await call<{ TemplateBody: string }>('GetTemplate', { StackName: 'Stack' });
    expect(Object.keys(JSON.parse(TemplateBody).Resources)).toEqual(['Queue']);
    const { StackResourceSummaries } = await call<{ StackResourceSummaries: object[] }>('ListStackResources', {
      StackName: 'Stack',
    });
    expect(StackResourceSummaries).toMatchObject([
      { LogicalResourceId: 'Queue', ResourceStatus: 'UPDATE_COMPLETE' },
      { LogicalResourceId: 'Role', ResourceStatus: 'CREATE_FAILED' },
    ]);
    expect(await stack()).toMatchObject({ StackStatus: 'UPDATE_ROLLBACK_COMPLETE' });
  });

  it('answers that there is nothing to do, as AWS words it', async () => {
    const { deploy, call } = createFixture();
    await deploy(one);

    const change = { StackName: 'Stack', ChangeSetName: 'again', TemplateBody: JSON.stringify(one, null, 2) };
    await call('CreateChangeSet', { ...change, ChangeSetType: 'UPDATE' });

    expect(await call('DescribeChangeSet', change)).toMatchObject({
      Status: 'FAILED',
      ExecutionStatus: 'UNAVAILABLE',
      StatusReason:
        "The submitted information didn't contain changes. Submit different information to create a change set.",
    });
    expect(await refusal(() => call('UpdateStack', change))).toMatchObject({
      code: 'ValidationError',
      message: 'No updates are to be performed.',
    });
  });
});

describe('policies', () => {
  it('leaves retained resources behind on delete, on removal and on replacement', async () => {
    const { deploy, call, calls, events, close } = createFixture();
    const kept = { ...queue({ QueueName: 'kept' }), DeletionPolicy: 'Retain' };
    const swapped = { ...queue({ QueueName: 'first' }), UpdateReplacePolicy: 'Retain' };
    const { StackId } = await deploy({ Resources: { Kept: kept, Swapped: swapped, Plain: queue() } });
    await deploy({ Resources: { Kept: kept, Swapped: { ...swapped, Properties: { QueueName: 'second' } } } });
    calls.length = 0;

    await call('DeleteStack', { StackName: 'Stack' });
    await close();

    expect(calls.map(({ operation, input }) => `${operation} ${input.QueueUrl}`)).toEqual([
      'DeleteQueue http://local/000000000000/second',
    ]);
    expect((await events(String(StackId))).filter((event) => event.endsWith('DELETE_SKIPPED'))).toEqual([
      'Swapped DELETE_SKIPPED',
      'Kept DELETE_SKIPPED',
    ]);
  });
});

const queueOf = (other: string) => ({
  Type: 'AWS::SQS::QueuePolicy',
  Properties: { PolicyDocument: {}, Queues: [{ Ref: other }] },
});
