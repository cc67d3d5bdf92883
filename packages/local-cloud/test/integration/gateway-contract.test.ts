import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Caller } from '../../service.ts';
import { startGateway } from './gateway-fixture.ts';

const ACCOUNT: Caller = { kind: 'account' };

/** A gateway in which every one of these operations answers the same. */
const start = (answer: unknown) =>
  startGateway(
    Object.fromEntries(
      Object.entries({
        'cognito-idp': 'AdminUpdateUserAttributes ListUsers CreateUserPool',
        cloudformation: 'DescribeStacks GetTemplate CreateChangeSet',
        connect: 'DescribeUser UpdateUserIdentityInfo',
        events: 'PutRule PutTargets',
        iam: 'PutRolePolicy ListRolePolicies',
        lambda: 'Invoke',
        sqs: 'SendMessageBatch ReceiveMessage',
        ssm: 'GetParameter',
        sts: 'AssumeRole',
      }).map(([service, names]) => [
        service,
        { operations: Object.fromEntries(names.split(' ').map((name) => [name, () => answer])) },
      ]),
    ),
  );

describe('a request made in process', () => {
  it.each([
    [
      'cognito-idp',
      'AdminUpdateUserAttributes',
      { UserPoolId: 'p', UserAttributes: [{ Value: 'x' }] },
      'InvalidParameterException',
      "2 validation errors detected: Value at 'userAttributes.1.member.name' failed to satisfy constraint: Member must " +
        "not be null; Value at 'username' failed to satisfy constraint: Member must not be null",
    ],
    [
      'events',
      'PutTargets',
      { Rule: 'r', Targets: [{ Id: 'i' }] },
      'ValidationException',
      "1 validation error detected: Value null at 'targets.1.member.arn' failed to satisfy constraint: Member must not be null",
    ],
    [
      'cloudformation',
      'CreateChangeSet',
      { StackName: 's' },
      'ValidationError',
      "1 validation error detected: Value null at 'changeSetName' failed to satisfy constraint: Member must not be null",
    ],
    [
      'connect',
      'DescribeUser',
      { InstanceId: 'i' },
      'InvalidRequestException',
      'UserId is required and was not given.',
    ],
    [
      'sqs',
      'SendMessageBatch',
      { QueueUrl: 'u' },
      'MissingParameter',
      'The request must contain the parameter Entries.',
    ],
    [
      'iam',
      'PutRolePolicy',
      { RoleName: 'r', PolicyName: 'p' },
      'ValidationError',
      "1 validation error detected: Value null at 'policyDocument' failed to satisfy constraint: Member must not be null",
    ],
    ['ssm', 'GetParameter', {}, 'ValidationException', "1 validation error detected: Value null at 'name' failed"],
    [
      'sts',
      'AssumeRole',
      { RoleArn: 'r', Session: 's' },
      'SerializationException',
      '/Session is not a member of Assume',
    ],
    [
      'events',
      'PutRule',
      { Name: 'r', State: true },
      'SerializationException',
      'TRUE_VALUE can not be converted to String (at /State)',
    ],
    [
      'cognito-idp',
      'ListUsers',
      { UserPoolId: 'p', AttributesToGet: 'email' },
      'SerializationException',
      'STRING_VALUE can not be converted to List (at /AttributesToGet)',
    ],
    [
      'lambda',
      'Invoke',
      { FunctionName: 'f', Payload: '{}' },
      'SerializationException',
      'STRING_VALUE can not be converted to Blob (at /Payload)',
    ],
  ])('to %s %s with %j is %s', async (service, operation, input, code, message) => {
    const { cloud } = await start({});

    await expect(cloud.call(service, operation, input, ACCOUNT)).rejects.toMatchObject({
      code,
      status: 400,
      message: expect.stringContaining(message),
    });
  });
});

describe('an answer that does not fit its schema', () => {
  it.each([
    ['cognito-idp', 'CreateUserPool', { PoolName: 'p' }, { UserPool: { Id: 7 } }, 'UserPool.Id of a type'],
    ['connect', 'DescribeUser', { InstanceId: 'i', UserId: 'u' }, { Usr: {} }, 'Usr that is not in the schema'],
    ['cloudformation', 'DescribeStacks', {}, { Stacks: [{ StackName: 's' }] }, 'Stacks.0.CreationTime missing'],
    ['sqs', 'ReceiveMessage', { QueueUrl: 'u' }, { Messages: [{ Body: {} }] }, 'Messages.0.Body of a type'],
    ['iam', 'ListRolePolicies', { RoleName: 'r' }, {}, 'PolicyNames missing, which is required'],
    [
      'connect',
      'UpdateUserIdentityInfo',
      { InstanceId: 'i', UserId: 'u', IdentityInfo: {} },
      { Done: true },
      'Done that is not in the schema',
    ],
  ])('is a defect of %s %s, told by its member', async (service, operation, input, answer, problem) => {
    const stderr = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    onTestFinished(() => stderr.mockRestore());
    const { cloud } = await start(answer);

    await expect(cloud.call(service, operation, input, ACCOUNT)).rejects.toMatchObject({
      code: 'InternalFailure',
      status: 500,
      message: expect.stringContaining(
        `The local cloud has a defect: ${service}.${operation} answered with ${problem}`,
      ),
    });
  });

  it('may leave out what is optional, and hold nothing where nothing is', async () => {
    const { cloud } = await start({ Messages: undefined });

    await expect(
      cloud.call('sqs', 'ReceiveMessage', { QueueUrl: 'u', WaitTimeSeconds: undefined }, ACCOUNT),
    ).resolves.toEqual({ Messages: undefined });
  });
});
