import {
  AdminUpdateUserAttributesCommand,
  InitiateAuthCommand,
  UpdateUserAttributesCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { DeleteItemCommand } from '@aws-sdk/client-dynamodb';
import { ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { numberedPeople, SEED_PASSWORD } from '../../local/seed.ts';
import type { Caller } from '../../packages/local-cloud/service.ts';
import { type Deployed, deploy, eventually, type FunctionKey, identityOf, sweep } from '../support/deployed.ts';

let deployed: Deployed;
beforeAll(async () => {
  // So few that the worker itself links them: finding agents takes permissions of its own.
  deployed = await deploy(numberedPeople(4));
});
afterAll(() => deployed?.close());

/** Granted, and called by no function itself: why that is so. */
const UNUSED: Readonly<Record<string, string>> = {
  'logs:CreateLogStream': 'Lambda itself writes the log of a function; here it does so without the API',
  'logs:PutLogEvents': 'as above',
  'ds:DescribeDirectories':
    'Connect itself calls it when it describes an instance: see weather.test.ts of the local cloud',
};

interface Statement {
  readonly Action: string | readonly string[];
}

const ACCOUNT: Caller = { kind: 'account' };
const iam = <Output>(operation: string, input: object) =>
  deployed.local.cloud.call<Output>('iam', operation, input, ACCOUNT);

const roleOf = async (name: string) => {
  const { Role } = await deployed.local.cloud.call<{ readonly Role: string }>(
    'lambda',
    'GetFunctionConfiguration',
    { FunctionName: name },
    ACCOUNT,
  );
  return { arn: Role, name: Role.split('/').at(-1) ?? '' };
};
const policiesOf = async (RoleName: string) => {
  const { PolicyNames } = await iam<{ readonly PolicyNames: readonly string[] }>('ListRolePolicies', { RoleName });
  return Promise.all(
    PolicyNames.map(async (PolicyName) => {
      const { PolicyDocument } = await iam<{ readonly PolicyDocument: string }>('GetRolePolicy', {
        RoleName,
        PolicyName,
      });
      return { PolicyName, text: decodeURIComponent(PolicyDocument) };
    }),
  );
};
const callsByRole = async () => {
  const answer = await fetch(`${deployed.description.endpoint}/_local/stats`);
  return ((await answer.json()) as { readonly roles: Readonly<Record<string, object>> }).roles;
};
const actionsIn = (text: string): readonly string[] =>
  (JSON.parse(text) as { readonly Statement: readonly Statement[] }).Statement.flatMap(({ Action }) => Action);

/** Takes one action from the role of a function; returns how to give it back. */
const withdraw = async (key: FunctionKey, action: string): Promise<() => Promise<unknown>> => {
  const { name: RoleName } = await roleOf(deployed.description.functions[key] ?? '');
  const policy = (await policiesOf(RoleName)).find(({ text }) => actionsIn(text).includes(action));
  if (policy === undefined) throw new Error(`${RoleName} was not allowed ${action}.`);
  const { PolicyName, text } = policy;
  const put = (PolicyDocument: string) => iam('PutRolePolicy', { RoleName, PolicyName, PolicyDocument });
  await put(text.replaceAll(`"${action}"`, '"sts:GetCallerIdentity"'));
  return () => put(text);
};

const person = (index: number) => {
  const found = deployed.description.users[index];
  if (found === undefined) throw new Error('Seed more people.');
  return found;
};
const change = (Username: string, attributes: Readonly<Record<string, string>>) =>
  deployed.clients.cognito.send(
    new AdminUpdateUserAttributesCommand({
      UserPoolId: deployed.description.userPoolId,
      Username,
      UserAttributes: Object.entries(attributes).map(([Name, Value]) => ({ Name, Value })),
    }),
  );
const line = (key: FunctionKey, message: string, part = '') =>
  eventually(`"${message}" in the log of ${key}`, () =>
    deployed.logLines(key).find((one) => one.message === message && JSON.stringify(one).includes(part)),
  );

describe('a function without one of its permissions', () => {
  it('fails as in AWS, keeps the change, and writes it once the permission is there', async () => {
    const { username, connectUserId, sub } = person(0);
    const giveBack = await withdraw('syncWorker', 'connect:UpdateUserIdentityInfo');

    await change(username, { family_name: 'Withheld' });
    const failed = await line('syncWorker', 'user tried again later', sub);
    const before = identityOf(deployed, connectUserId).LastName;
    await giveBack();

    expect(failed).toMatchObject({
      level: 'ERROR',
      status: 'no-permission',
      code: 'AccessDeniedException',
      detail: expect.stringContaining('lacks the permission connect:UpdateUserIdentityInfo'),
    });
    expect(before).toBe('Number 1');
    expect((await deployed.stats()).calls['connect.UpdateUserIdentityInfo']).toHaveProperty('403');
    await eventually('Connect to follow', () => identityOf(deployed, connectUserId).LastName === 'Withheld');
  });

  it('never fails the caller of Cognito', async () => {
    const { username, connectUserId } = person(1);
    const giveBack = await withdraw('poolTrigger', 'sqs:SendMessage');

    await change(username, { email: 'second@example.com', family_name: 'Noticed' });
    const failed = await line('poolTrigger', 'change not noted');
    await giveBack();

    expect(JSON.stringify(failed)).toMatch(/AccessDenied/);
    await eventually('the name by CloudTrail', () => identityOf(deployed, connectUserId).LastName === 'Noticed');
  });
});

describe('the roles in the template', () => {
  it.each<[FunctionKey, string, object]>([
    ['changeIntake', 'GetItem', { Key: { pk: { S: 'claim#1' } } }],
    ['changeIntake', 'Scan', {}],
    ['sweep', 'UpdateItem', { Key: { pk: { S: 'user#1' } } }],
    ['syncWorker', 'GetItem', { Key: { pk: { S: 'sweep' } } }],
    ['syncWorker', 'PutItem', { Item: { pk: { S: 'user#1' } } }],
  ])('let %s not use %s with %j', async (key, operation, input) => {
    const { arn: roleArn } = await roleOf(deployed.description.functions[key] ?? '');
    const caller: Caller = { kind: 'role', roleArn, functionName: key };
    const request = { TableName: deployed.description.tableName, ...input };

    await expect(deployed.local.cloud.call('dynamodb', operation, request, caller)).rejects.toMatchObject({
      code: 'AccessDeniedException',
    });
  });

  it('let change-intake put what it cannot use into its dead-letter queue, reduced to ids, codes and times', async () => {
    const { functions, intakeDeadLetterQueueUrl: QueueUrl } = deployed.description;
    const known = {
      eventSource: 'cognito-idp.amazonaws.com',
      eventName: 'AdminUpdateUserAttributes',
      eventID: '2f0d9c3e-7a53-4d7f-9a53-0c86f3c5f6a1',
      eventTime: '2026-01-01T00:00:00Z',
    };
    const caller = { userIdentity: { userName: 'oscar' }, sourceIPAddress: '203.0.113.7' };
    const event = { account: '999999999999', region: 'eu-west-1', detail: { ...known, ...caller } };
    const Payload = new TextEncoder().encode(JSON.stringify(event));

    const invocation = { FunctionName: functions.changeIntake, Payload };
    const answer = await deployed.local.cloud.call('lambda', 'Invoke', invocation, ACCOUNT);
    const { Messages = [] } = await deployed.clients.sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MessageAttributeNames: ['All'], WaitTimeSeconds: 5 }),
    );

    expect(answer).not.toHaveProperty('FunctionError');
    expect(
      Messages.map(({ Body = '', MessageAttributes }) => [MessageAttributes?.reason?.StringValue, JSON.parse(Body)]),
    ).toEqual([['foreign-record', { v: 1, event: { account: '999999999999', region: 'eu-west-1', detail: known } }]]);
  });

  it('grant nothing that is not used', async () => {
    await exercise();
    const granted: string[] = [];
    const unused: string[] = [];
    const { Functions } = await deployed.local.cloud.call<{
      readonly Functions: readonly { readonly FunctionName: string }[];
    }>('lambda', 'ListFunctions', {}, ACCOUNT);

    await eventually('every permission to be used', async () => {
      granted.length = 0;
      unused.length = 0;
      const roles = await callsByRole();
      for (const { FunctionName } of Functions) {
        const role = await roleOf(FunctionName);
        const used = new Set(Object.keys(roles[role.arn] ?? {}).map(toAction));
        for (const action of (await policiesOf(role.name)).flatMap(({ text }) => actionsIn(text))) {
          granted.push(action);
          if (!used.has(action) && !Object.hasOwn(UNUSED, action)) unused.push(`${FunctionName}: ${action}`);
        }
      }
      return unused.length === 0;
    }).catch(() => {});

    expect(unused).toEqual([]);
    expect(Object.keys(UNUSED).filter((action) => !granted.includes(action))).toEqual([]);
  });

  /** What the stack is for, and what goes wrong in it. */
  async function exercise(): Promise<void> {
    const { cognito, sqs } = deployed.clients;
    const { queueUrl, userPoolClientId, userPoolId } = deployed.description;
    const { username } = person(2);
    const send = (MessageBody: string, id: string) =>
      sqs.send(
        new SendMessageCommand({ QueueUrl: queueUrl, MessageBody, MessageGroupId: id, MessageDeduplicationId: id }),
      );
    const unknown = '99999999-2222-4333-8444-555555555555';
    const { AuthenticationResult } = await cognito.send(
      new InitiateAuthCommand({
        ClientId: userPoolClientId,
        AuthFlow: 'USER_PASSWORD_AUTH',
        AuthParameters: { USERNAME: username, PASSWORD: SEED_PASSWORD },
      }),
    );
    await cognito.send(
      new UpdateUserAttributesCommand({
        AccessToken: AuthenticationResult?.AccessToken,
        UserAttributes: [{ Name: 'given_name', Value: 'Myself' }],
      }),
    );
    await change(person(3).username, { email: 'pending@example.com' });
    await change(username, { email: 'vouched@example.com', email_verified: 'true' });
    // A user whom no event has announced.
    const { tableName: TableName } = deployed.description;
    await deployed.clients.dynamodb.send(
      new DeleteItemCommand({ TableName, Key: { pk: { S: `user#${person(0).sub}` } } }),
    );
    await sweep(deployed);
    await send('not a change', 'malformed');
    const missing = { v: 1, userPoolId, sub: unknown, cause: 'operator', eventId: 'x', occurredAt: Date.now() };
    await send(JSON.stringify(missing), unknown);
  }
});

/** The IAM action of a counted call; batches and invocations have those of their single forms. */
function toAction(call: string): string {
  const [service = '', operation = ''] = call.split('.');
  return `${service}:${operation === 'Invoke' ? 'InvokeFunction' : operation.replace(/^(Delete|Send)MessageBatch$/, '$1Message').replace(/^(ChangeMessageVisibility)Batch$/, '$1')}`;
}
