import { AdminGetUserCommand, CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { ConnectClient, DescribeUserCommand } from '@aws-sdk/client-connect';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetQueueAttributesCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { composeCloud } from '../../cloud.ts';
import type { Caller } from '../../service.ts';
import { signedRequest } from '../support/signed-request.ts';

const ACCOUNT: Caller = { kind: 'account' };
const ROLE = { RoleName: 'worker', AssumeRolePolicyDocument: '{"Statement":[]}' };
const ARN = 'arn:aws:iam::000000000000:role/worker';
const WHO = 'User: arn:aws:sts::000000000000:assumed-role/worker/fn is not authorized to perform:';

/** A cloud with a queue, and a client configuration of a function whose role has these statements. */
async function start(...statements: readonly object[]) {
  const { gateway } = composeCloud();
  const endpoint = await gateway.listen();
  onTestFinished(() => gateway.close());
  const { cloud, callers } = gateway;
  await cloud.call('iam', 'CreateRole', ROLE, ACCOUNT);
  const put = (...wanted: readonly object[]) =>
    cloud.call(
      'iam',
      'PutRolePolicy',
      { RoleName: 'worker', PolicyName: 'p', PolicyDocument: JSON.stringify({ Statement: wanted }) },
      ACCOUNT,
    );
  await put(...statements);
  const { QueueUrl } = await cloud.call<{ QueueUrl: string }>('sqs', 'CreateQueue', { QueueName: 'q' }, ACCOUNT);
  const credentials = callers.registerRole(ARN, 'fn');
  return { QueueUrl, cloud, put, credentials, config: { endpoint, region: 'eu-west-1', maxAttempts: 1, credentials } };
}

const allow = (Action: string, Resource: string) => ({ Effect: 'Allow', Action, Resource });

describe('a call that the role of a function does not allow', () => {
  it.each([
    [
      'Cognito',
      (config: object) => new CognitoIdentityProviderClient(config),
      new AdminGetUserCommand({ UserPoolId: 'eu-west-1_x', Username: 'u' }),
      400,
      'cognito-idp:AdminGetUser on resource: arn:aws:cognito-idp:eu-west-1:000000000000:userpool/eu-west-1_x',
    ],
    [
      'Connect',
      (config: object) => new ConnectClient(config),
      new DescribeUserCommand({ InstanceId: 'i', UserId: 'u' }),
      403,
      'connect:DescribeUser on resource: arn:aws:connect:eu-west-1:000000000000:instance/i/agent/u',
    ],
    [
      'DynamoDB',
      (config: object) => new DynamoDBClient(config),
      new GetItemCommand({ TableName: 'table', Key: { pk: { S: 'x' } } }),
      400,
      'dynamodb:GetItem on resource: arn:aws:dynamodb:eu-west-1:000000000000:table/table',
    ],
    [
      'Lambda',
      (config: object) => new LambdaClient(config),
      new InvokeCommand({ FunctionName: 'other' }),
      403,
      'lambda:InvokeFunction on resource: arn:aws:lambda:eu-west-1:000000000000:function:other',
    ],
  ])('is refused by %s before it looks at anything', async (_service, create, command, status, what) => {
    const { config } = await start(allow('sqs:*', '*'));

    const client: { send(command: never): Promise<unknown> } = create(config);
    const answer = client.send(command as never);

    await expect(answer).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: `${WHO} ${what} because no identity-based policy allows the ${what.split(' ')[0]} action`,
      $metadata: { httpStatusCode: status },
    });
  });

  it('is refused by SQS in either of its protocols', async () => {
    const { config, credentials, QueueUrl } = await start(allow('sqs:SendMessage', 'arn:aws:sqs:*:*:other'));
    const denied = `${WHO} sqs:sendmessage on resource: arn:aws:sqs:eu-west-1:000000000000:q because no`;

    const json = new SQSClient(config).send(new SendMessageCommand({ QueueUrl, MessageBody: 'b' }));
    const query = await signedRequest({ ...config, ...credentials }, 'sqs', {
      method: 'POST',
      path: '/',
      headers: { 'x-amz-security-token': credentials.sessionToken },
      body: new URLSearchParams({ Action: 'SendMessage', QueueUrl, MessageBody: 'b' }).toString(),
    });

    await expect(json).rejects.toMatchObject({ message: expect.stringContaining(denied), Code: 'AccessDenied' });
    expect(query.status).toBe(403);
    expect(query.body).toContain(`<Code>AccessDenied</Code><Message>${denied}`);
  });
});

describe('a role', () => {
  it('is looked at anew at each call', async () => {
    const { config, QueueUrl, put } = await start(allow('sqs:SendMessage', '*'));
    const client = new SQSClient(config);
    const read = () => client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));

    await expect(read()).rejects.toThrow('sqs:getqueueattributes');
    await put(allow('sqs:GetQueueAttributes', 'arn:aws:sqs:eu-west-1:000000000000:q'));

    expect((await read()).Attributes).toMatchObject({ QueueArn: 'arn:aws:sqs:eu-west-1:000000000000:q' });
  });

  it('that is deleted leaves its credentials worthless', async () => {
    const { cloud, config, QueueUrl } = await start(allow('sqs:*', '*'));
    await cloud.call('iam', 'DeleteRolePolicy', { RoleName: 'worker', PolicyName: 'p' }, ACCOUNT);
    await cloud.call('iam', 'DeleteRole', { RoleName: 'worker' }, ACCOUNT);

    const answer = new SQSClient(config).send(new SendMessageCommand({ QueueUrl, MessageBody: 'b' }));

    await expect(answer).rejects.toThrow('The security token included in the request is invalid.');
  });

  it('cannot be put a policy that could not be evaluated', async () => {
    const { put } = await start();
    const statement = { ...allow('*', '*'), Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } } };

    await expect(put(statement)).rejects.toMatchObject({
      code: 'UnsupportedOperation',
      message: expect.stringContaining('the condition operator IpAddress in a policy'),
    });
  });
});
