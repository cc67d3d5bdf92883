import { describe, expect, it } from 'vitest';
import { createVirtualClock } from '../../clock.ts';
import type { Cloud } from '../../service.ts';
import { createAuthorize } from '../../services/iam/authorize.ts';
import { permissionsFor } from '../../services/iam/permissions.ts';

const cloud: Cloud = {
  clock: createVirtualClock(0),
  accountId: '000000000000',
  region: 'eu-west-1',
  endpoint: () => 'http://local',
  call: () => Promise.reject(new Error('no service is called')),
};
const facts = {
  accountId: cloud.accountId,
  region: cloud.region,
  partitionKeyOf: (table: string) => (table === 't' ? 'pk' : undefined),
  needsDirectories: true,
};
const ROLE = 'arn:aws:iam::000000000000:role/path/worker';
const QUEUE = 'arn:aws:sqs:eu-west-1:000000000000:q';
const INSTANCE = 'arn:aws:connect:eu-west-1:000000000000:instance/i';

describe('the permissions that a call needs', () => {
  it.each([
    ['sqs', 'SendMessage', { QueueUrl: 'http://h:1/000000000000/q' }, ['sqs:sendmessage', QUEUE]],
    ['sqs', 'DeleteMessageBatch', { QueueUrl: 'http://h:1/000000000000/q' }, ['sqs:deletemessage', QUEUE]],
    ['sqs', 'GetQueueUrl', { QueueName: 'q' }, ['sqs:getqueueurl', QUEUE]],
    ['sqs', 'StartMessageMoveTask', { SourceArn: QUEUE }, ['sqs:startmessagemovetask', QUEUE]],
    ['sqs', 'ListQueues', {}, ['sqs:listqueues', '*']],
    [
      'dynamodb',
      'GetItem',
      { TableName: 't' },
      ['dynamodb:GetItem', 'arn:aws:dynamodb:eu-west-1:000000000000:table/t'],
    ],
    [
      'dynamodb',
      'Scan',
      { TableName: 'arn:aws:dynamodb:eu-west-1:000000000000:table/t', IndexName: 'x' },
      ['dynamodb:Scan', 'arn:aws:dynamodb:eu-west-1:000000000000:table/t/index/x'],
    ],
    [
      'cognito-idp',
      'AdminGetUser',
      { UserPoolId: 'eu-west-1_x', Username: 'u' },
      ['cognito-idp:AdminGetUser', 'arn:aws:cognito-idp:eu-west-1:000000000000:userpool/eu-west-1_x'],
    ],
    ['cognito-idp', 'ListUserPools', { MaxResults: 1 }, ['cognito-idp:ListUserPools', '*']],
    ['connect', 'SearchUsers', { InstanceId: INSTANCE }, ['connect:SearchUsers', INSTANCE]],
    ['connect', 'DescribeUser', { InstanceId: 'i', UserId: 'u' }, ['connect:DescribeUser', `${INSTANCE}/agent/u`]],
    [
      'connect',
      'UpdateUserIdentityInfo',
      { InstanceId: INSTANCE, UserId: `${INSTANCE}/agent/u` },
      ['connect:UpdateUserIdentityInfo', `${INSTANCE}/agent/u`],
    ],
    [
      'lambda',
      'Invoke',
      { FunctionName: '000000000000:function:f:$LATEST' },
      ['lambda:InvokeFunction', 'arn:aws:lambda:eu-west-1:000000000000:function:f'],
    ],
    [
      'lambda',
      'GetPolicy',
      { FunctionName: 'arn:aws:lambda:eu-west-1:000000000000:function:f' },
      ['lambda:GetPolicy', 'arn:aws:lambda:eu-west-1:000000000000:function:f'],
    ],
    ['sts', 'AssumeRole', { RoleArn: ROLE }, ['sts:AssumeRole', ROLE]],
    [
      'events',
      'PutEvents',
      { Entries: [{}, { EventBusName: 'default' }] },
      ['events:PutEvents', 'arn:aws:events:eu-west-1:000000000000:event-bus/default'],
    ],
  ])('%s %s %j', (service, operation, input, [action, resource]) => {
    expect(permissionsFor(facts, service, operation, input)).toMatchObject([{ action, resource }]);
  });

  it('are several where a call is about several resources', () => {
    const input = { InstanceId: 'i', RoutingProfileId: 'r', SecurityProfileIds: ['s', 't'] };

    expect(permissionsFor(facts, 'connect', 'CreateUser', input).map(({ resource }) => resource)).toEqual([
      `${INSTANCE}/agent/*`,
      `${INSTANCE}/routing-profile/r`,
      `${INSTANCE}/security-profile/s`,
      `${INSTANCE}/security-profile/t`,
    ]);
  });

  it('are those of Connect and of the directory for describing an instance, by assumption', () => {
    const describeInstance = (needsDirectories: boolean) =>
      permissionsFor({ ...facts, needsDirectories }, 'connect', 'DescribeInstance', { InstanceId: 'i' }).map(
        ({ action, resource }) => [action, resource],
      );

    expect(describeInstance(true)).toEqual([
      ['connect:DescribeInstance', INSTANCE],
      ['ds:DescribeDirectories', '*'],
    ]);
    expect(describeInstance(false)).toEqual([['connect:DescribeInstance', INSTANCE]]);
  });

  it('are none for what a user does for himself, and for asking who one is', () => {
    expect(permissionsFor(facts, 'cognito-idp', 'SignUp', { ClientId: 'c' })).toEqual([]);
    expect(permissionsFor(facts, 'sts', 'GetCallerIdentity', {})).toEqual([]);
  });

  it.each([
    ['GetItem', { TableName: 't', Key: { pk: { S: 'user#1' } } }],
    ['UpdateItem', { TableName: 'arn:aws:dynamodb:eu-west-1:000000000000:table/t', Key: { pk: { S: 'user#1' } } }],
    ['PutItem', { TableName: 't', Item: { name: { S: 'x' }, pk: { S: 'user#1' } } }],
  ])('of %s of DynamoDB come with the partition key', (operation, input) => {
    expect(permissionsFor(facts, 'dynamodb', operation, input)).toMatchObject([
      { context: { 'dynamodb:leadingkeys': ['user#1'] } },
    ]);
  });

  it('of a scan come without one', () => {
    expect(permissionsFor(facts, 'dynamodb', 'Scan', { TableName: 't' })[0]?.context).toBeUndefined();
  });

  it.each([
    ['iam', 'CreateRole', {}],
    ['dynamodb', 'Query', { TableName: 't', KeyConditionExpression: 'pk = :pk' }],
    ['dynamodb', 'BatchWriteItem', { RequestItems: { t: [{ DeleteRequest: { Key: { pk: { S: 'user#1' } } } }] } }],
  ])('of %s %s are refused by name, as they are not modelled', (service, operation, input) => {
    expect(() => permissionsFor(facts, service, operation, input)).toThrow(
      `the permissions of a role to call ${operation} of ${service}`,
    );
  });
});

describe('a call in a role', () => {
  const send = (
    statements: readonly object[] | undefined,
    { managedPolicyArns = [] as readonly string[], queuePolicy = undefined as string | undefined } = {},
  ) => {
    const authorize = createAuthorize(cloud, {
      policiesOf: () =>
        statements && {
          trust: {},
          inline: [{ name: 'p', document: { Statement: statements } }],
          managedPolicyArns,
        },
      partitionKeyOf: facts.partitionKeyOf,
      resourcePolicyOf: (arn) => (arn === QUEUE ? queuePolicy : undefined),
      needsDirectories: () => true,
    });
    const call = { requestId: 'r', caller: { kind: 'role', roleArn: ROLE, functionName: 'fn' } } as const;
    return () => authorize(call, 'sqs', 'SendMessage', { QueueUrl: 'http://h:1/000000000000/q' });
  };
  const WHO = 'User: arn:aws:sts::000000000000:assumed-role/worker/fn is not authorized to perform: sqs:sendmessage';
  const allowed = { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: QUEUE };

  it('goes through when the role allows it', () => {
    expect(send([allowed])).not.toThrow();
  });

  it('is refused in the words of AWS when nothing allows it', () => {
    expect(send([{ ...allowed, Action: 'sqs:ReceiveMessage' }])).toThrow(
      expect.objectContaining({
        code: 'AccessDeniedException',
        status: 403,
        message: `${WHO} on resource: ${QUEUE} because no identity-based policy allows the sqs:sendmessage action`,
      }),
    );
  });

  it('is refused when the role or the queue denies it', () => {
    const deny = { Effect: 'Deny', Action: 'sqs:*', Resource: '*' };
    const queuePolicy = JSON.stringify({ Statement: [{ ...deny, Principal: '*' }] });

    expect(send([allowed, deny])).toThrow(
      `${WHO} on resource: ${QUEUE} with an explicit deny in an identity-based policy`,
    );
    expect(send([allowed], { queuePolicy })).toThrow(
      `${WHO} on resource: ${QUEUE} with an explicit deny in a resource-based policy`,
    );
  });

  it('goes through a queue policy that wants TLS, and through one that names the role', () => {
    const tls = { Effect: 'Deny', Principal: '*', Action: 'sqs:*', Resource: QUEUE };
    const queuePolicy = JSON.stringify({
      Statement: [{ ...tls, Condition: { Bool: { 'aws:SecureTransport': 'false' } } }],
    });
    const grant = JSON.stringify({ Statement: [{ ...allowed, Principal: { AWS: ROLE } }] });

    expect(send([allowed], { queuePolicy })).not.toThrow();
    expect(send([], { queuePolicy: grant })).not.toThrow();
  });

  it('knows what two of the managed policies allow, and does not guess at the others', () => {
    const arn = (name: string) => `arn:aws:iam::aws:policy/${name}`;

    expect(send([], { managedPolicyArns: [arn('service-role/AWSLambdaSQSQueueExecutionRole')] })).toThrow(WHO);
    expect(send([], { managedPolicyArns: [arn('AmazonSQSFullAccess')] })).toThrow(
      'The local cloud does not model the managed policy arn:aws:iam::aws:policy/AmazonSQSFullAccess, which may or may not allow sqs:sendmessage',
    );
    expect(send([allowed], { managedPolicyArns: [arn('AmazonSQSFullAccess')] })).not.toThrow();
  });

  it('is refused when the role is gone', () => {
    expect(send(undefined)).toThrow('The security token included in the request is invalid.');
  });
});
