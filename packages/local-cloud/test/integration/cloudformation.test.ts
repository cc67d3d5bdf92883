import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createLocalCloud } from '../../cloud.ts';

const text = await readFile(new URL('../fixtures/templates/every-type.json', import.meta.url), 'utf8');
const template = () => JSON.parse(text);
const account = { kind: 'account' } as const;

const start = async () => {
  const local = await createLocalCloud();
  const call = <Output>(service: string, operation: string, input: object) =>
    local.cloud.call<Output>(service, operation, input, account);
  const deploy = async (operation: 'CreateStack' | 'UpdateStack', body: object, input: object = {}) => {
    await call('cloudformation', operation, {
      StackName: 'App',
      TemplateBody: JSON.stringify(body),
      Capabilities: ['CAPABILITY_IAM'],
      ...input,
    });
    return settled();
  };
  const settled = async (StackName = 'App') => {
    for (;;) {
      const { Stacks } = await call<{
        Stacks: { StackStatus: string; Outputs: { OutputKey: string; OutputValue: string }[] }[];
      }>('cloudformation', 'DescribeStacks', { StackName });
      const [stack] = Stacks;
      if (stack && !stack.StackStatus.endsWith('_IN_PROGRESS')) {
        const outputs = Object.fromEntries(stack.Outputs.map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]));
        return { status: stack.StackStatus, outputs: outputs as Readonly<Record<string, string>> };
      }
    }
  };
  const failures = async () => {
    const { StackEvents } = await call<{
      StackEvents: { ResourceStatus: string; LogicalResourceId: string; ResourceStatusReason?: string }[];
    }>('cloudformation', 'DescribeStackEvents', { StackName: 'App' });
    return StackEvents.filter(({ ResourceStatus }) => ResourceStatus.endsWith('_FAILED')).map(
      (event) => `${event.LogicalResourceId}: ${event.ResourceStatusReason}`,
    );
  };
  return { ...local, call, deploy, settled, failures };
};

describe('a template that is deployed into the local cloud', () => {
  let app: Awaited<ReturnType<typeof start>>;
  let created: Awaited<ReturnType<typeof app.deploy>>;
  beforeAll(async () => {
    app = await start();
    created = await app.deploy('CreateStack', template());
  });
  afterAll(() => app?.close());

  it('makes every type by calls to its service', async () => {
    const { call, failures, services } = app;
    const { status, outputs } = created;

    expect(await failures()).toEqual([]);
    expect(status).toBe('CREATE_COMPLETE');
    expect(outputs).toMatchObject({
      QueueUrl: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/000000000000\/App-Changes-[A-Z0-9]{12}\.fifo$/),
      WorkerName: expect.stringMatching(/^App-Worker-[A-Z0-9]{12}$/),
      ProviderName: `cognito-idp.eu-west-1.amazonaws.com/${outputs.PoolId}`,
      LogGroupArn: expect.stringMatching(/^arn:aws:logs:eu-west-1:000000000000:log-group:App-Logs-[A-Z0-9]{12}:\*$/),
      MappingArn: expect.stringMatching(/^arn:aws:lambda:eu-west-1:000000000000:event-source-mapping:[0-9a-f-]{36}$/),
      Version: '31',
    });
    const { Attributes } = await call<{ Attributes: Record<string, string> }>('sqs', 'GetQueueAttributes', {
      QueueUrl: outputs.QueueUrl,
      AttributeNames: ['All'],
    });
    expect(Attributes).toMatchObject({ FifoQueue: 'true', VisibilityTimeout: '60' });
    expect(JSON.parse(Attributes.RedrivePolicy ?? '')).toMatchObject({ maxReceiveCount: 250 });
    expect(JSON.parse(Attributes.Policy ?? '').Statement[0].Effect).toBe('Deny');
    expect(await call('dynamodb', 'DescribeTimeToLive', { TableName: outputs.TableName })).toMatchObject({
      TimeToLiveDescription: { TimeToLiveStatus: 'ENABLED', AttributeName: 'ttl' },
    });
    expect(await call('lambda', 'GetFunctionConfiguration', { FunctionName: outputs.WorkerName })).toMatchObject({
      Timeout: 10,
      MemorySize: 256,
      Environment: { Variables: { TABLE: outputs.TableName } },
      LoggingConfig: { LogGroup: expect.stringMatching(/^App-Logs-/) },
    });
    expect(await call('cognito-idp', 'DescribeUserPool', { UserPoolId: outputs.PoolId })).toMatchObject({
      UserPool: {
        Policies: { PasswordPolicy: { MinimumLength: 12 } },
        LambdaConfig: { CustomMessage: expect.stringContaining(outputs.WorkerName ?? '') },
        UserAttributeUpdateSettings: { AttributesRequireVerificationBeforeUpdate: ['email'] },
      },
    });
    const policies = services.iam.policiesOf(outputs.RoleArn ?? '');
    expect(policies?.inline.map(({ name }) => name).sort()).toEqual(['inline', 'queue-and-table']);
    expect(policies?.managedPolicyArns).toEqual(['arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole']);
    expect(await call('events', 'ListTargetsByRule', { Rule: outputs.RuleName })).toMatchObject({
      Targets: [{ Id: 'Target0', RetryPolicy: { MaximumRetryAttempts: 3 } }],
    });
    expect(await call('scheduler', 'GetSchedule', { Name: outputs.ScheduleName })).toMatchObject({
      Arn: outputs.ScheduleArn,
      Description: 'Runs the worker',
      State: 'DISABLED',
      Target: { Input: '{}', RetryPolicy: { MaximumEventAgeInSeconds: 900, MaximumRetryAttempts: 0 } },
    });
  });

  it('runs what it deployed, inline source included, and lets the pool call it', async () => {
    const { outputs } = created;

    const { Payload } = await app.cloud.call<{ Payload: Uint8Array }>(
      'lambda',
      'Invoke',
      { FunctionName: outputs.WorkerName, Payload: new TextEncoder().encode('{"a":1}') },
      {
        kind: 'service',
        principal: 'cognito-idp.amazonaws.com',
        sourceArn: `arn:aws:cognito-idp:eu-west-1:000000000000:userpool/${outputs.PoolId}`,
      },
    );

    expect(JSON.parse(new TextDecoder().decode(Payload))).toEqual({ table: outputs.TableName, event: { a: 1 } });
  });

  it('changes what changed and nothing else', async () => {
    const { call, deploy, failures } = app;
    const next = template();
    next.Resources.Worker.Properties.Timeout = 20;
    next.Resources.Worker.Properties.Code.ZipFile = 'exports.handler = async () => 2;';
    next.Resources.Pool.Properties.LambdaConfig = {};
    next.Resources.Policy.Properties.PolicyName = 'renamed';
    next.Resources.Rule.Properties.Targets[0].Id = 'Target1';
    next.Resources.Mapping.Properties.BatchSize = 5;
    next.Resources.Schedule.Properties.ScheduleExpression = 'rate(1 day)';
    delete next.Resources.Schedule.Properties.Description;
    delete next.Resources.Role.Properties.Policies;

    const { status, outputs } = await deploy('UpdateStack', next, {
      Parameters: [{ ParameterKey: 'VisibilityTimeout', ParameterValue: '120' }],
    });

    expect(await failures()).toEqual([]);
    expect(status).toBe('UPDATE_COMPLETE');
    expect(outputs).toEqual(created.outputs);
    expect(
      await call('sqs', 'GetQueueAttributes', { QueueUrl: outputs.QueueUrl, AttributeNames: ['VisibilityTimeout'] }),
    ).toEqual({
      Attributes: { VisibilityTimeout: '120' },
    });
    const { Payload } = await call<{ Payload: Uint8Array }>('lambda', 'Invoke', { FunctionName: outputs.WorkerName });
    expect(new TextDecoder().decode(Payload)).toBe('2');
    expect(await call('lambda', 'ListEventSourceMappings', {})).toMatchObject({
      EventSourceMappings: [{ BatchSize: 5 }],
    });
    expect(await call('events', 'ListTargetsByRule', { Rule: outputs.RuleName })).toMatchObject({
      Targets: [{ Id: 'Target1' }],
    });
    const schedule = await call<object>('scheduler', 'GetSchedule', { Name: outputs.ScheduleName });
    expect(schedule).toMatchObject({ ScheduleExpression: 'rate(1 day)', State: 'DISABLED' });
    expect(schedule).not.toHaveProperty('Description');
    const { UserPool } = await call<{ UserPool: object }>('cognito-idp', 'DescribeUserPool', {
      UserPoolId: outputs.PoolId,
    });
    expect(UserPool).toMatchObject({ LambdaConfig: {}, Policies: { PasswordPolicy: { MinimumLength: 12 } } });
    const name = outputs.RoleArn?.split('/').at(-1);
    expect(await call('iam', 'ListRolePolicies', { RoleName: name })).toMatchObject({ PolicyNames: ['renamed'] });
  });

  it('leaves nothing behind when the stack is deleted', async () => {
    const { call, services } = app;
    const { outputs } = created;
    const { Stacks } = await call<{ Stacks: { StackId: string }[] }>('cloudformation', 'DescribeStacks', {
      StackName: 'App',
    });

    await call('cloudformation', 'DeleteStack', { StackName: 'App' });
    await services.cloudformation.close();

    expect(await call('cloudformation', 'DescribeStacks', { StackName: Stacks[0]?.StackId })).toMatchObject({
      Stacks: [{ StackStatus: 'DELETE_COMPLETE' }],
    });
    expect(await call('sqs', 'ListQueues', {})).not.toHaveProperty('QueueUrls.0');
    expect(await call('dynamodb', 'ListTables', {})).toEqual({ TableNames: [] });
    expect(await call('lambda', 'ListFunctions', {})).toMatchObject({ Functions: [] });
    expect(await call('lambda', 'ListEventSourceMappings', {})).toMatchObject({ EventSourceMappings: [] });
    expect(await call('events', 'ListRules', {})).toMatchObject({ Rules: [] });
    expect(services.scheduler.stats()).toEqual({});
    expect(await call('cognito-idp', 'ListUserPools', { MaxResults: 10 })).toMatchObject({ UserPools: [] });
    expect(services.iam.policiesOf(outputs.RoleArn ?? '')).toBeUndefined();
  });
});

describe('deploying', () => {
  it('takes everything back when a service refuses one resource', async () => {
    const { call, deploy, failures, close } = await start();
    onTestFinished(close);
    const broken = template();
    broken.Resources.Worker.Properties.Handler = 'no-dot';

    const { status } = await deploy('CreateStack', broken);

    expect(status).toBe('ROLLBACK_COMPLETE');
    expect(await failures()).toEqual([
      expect.stringMatching(/^Worker: .*no-dot.*\(Service: lambda, Operation: CreateFunction, Status Code: 400/),
    ]);
    expect(await call('sqs', 'ListQueues', {})).not.toHaveProperty('QueueUrls.0');
    expect(await call('dynamodb', 'ListTables', {})).toEqual({ TableNames: [] });
  });
});
