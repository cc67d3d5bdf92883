import { ConnectClient, DescribeInstanceCommand, ListSecurityProfilesCommand } from '@aws-sdk/client-connect';
import { describe, expect, it, onTestFinished } from 'vitest';
import { composeCloud } from '../../cloud.ts';

/** A cloud with a role, and what a client in that role is answered: the error's name and status, or `ok`. */
async function start(...statements: readonly object[]) {
  const { gateway, services, weather } = composeCloud();
  const endpoint = await gateway.listen();
  onTestFinished(() => gateway.close());
  services.connect.admin.settings({ quotas: { default: { ratePerSecond: 9_000, burst: 9_000 } } });
  const account = { kind: 'account' } as const;
  const role = { RoleName: 'worker', AssumeRolePolicyDocument: '{"Statement":[]}' };
  await gateway.cloud.call('iam', 'CreateRole', role, account);
  const PolicyDocument = JSON.stringify({ Statement: statements });
  await gateway.cloud.call('iam', 'PutRolePolicy', { RoleName: 'worker', PolicyName: 'p', PolicyDocument }, account);
  const credentials = gateway.callers.registerRole('arn:aws:iam::000000000000:role/worker', 'fn');
  const client = new ConnectClient({ endpoint, region: 'eu-west-1', maxAttempts: 1, credentials });
  const InstanceId = services.connect.instance.id;
  const answerTo = (command: DescribeInstanceCommand | ListSecurityProfilesCommand) =>
    client.send(command as DescribeInstanceCommand).then(
      () => 'ok',
      (error: {
        readonly name: string;
        readonly message: string;
        readonly $metadata: { httpStatusCode?: number };
      }) => ({
        answer: `${error.$metadata.httpStatusCode} ${error.name}`,
        message: error.message,
      }),
    );
  const local = async (method: string, path: string, body?: object) => {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(`${endpoint}/_local/${path}`, {
      method,
      headers,
      ...(body && { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: await response.json() };
  };
  return { gateway, weather, InstanceId, answerTo, local };
}

const allow = (Action: string, Resource = '*') => ({ Effect: 'Allow', Action, Resource });

describe('/_local/weather', () => {
  it('shows and changes the weather, and refuses what it does not know', async () => {
    const { local } = await start(allow('connect:*'));

    expect(await local('GET', 'weather')).toEqual({ status: 200, body: { level: 'off', seed: 1 } });
    expect(await local('PUT', 'weather', { level: 'rough', seed: 7 })).toEqual({
      status: 200,
      body: { level: 'rough', seed: 7 },
    });
    expect(await local('PUT', 'weather', { level: 'stormy' })).toMatchObject({
      status: 400,
      body: { problems: [expect.stringMatching(/^level: .*"off".*"mild".*"rough"/)] },
    });
    expect(await local('DELETE', 'weather')).toEqual({ status: 200, body: { level: 'off', seed: 1 } });
  });

  it('refuses calls as an SDK sees them: throttled, failed, in HTML and without a code', async () => {
    const { InstanceId, answerTo, weather } = await start(allow('connect:*'));
    weather.change({ level: 'rough', seed: 1 });

    const answers = new Set<unknown>();
    for (let calls = 0; calls < 400; calls += 1) {
      const answer = await answerTo(new ListSecurityProfilesCommand({ InstanceId }));
      answers.add(typeof answer === 'string' ? answer : answer.answer);
    }

    expect([...answers]).toEqual(
      expect.arrayContaining([
        'ok',
        '429 ThrottlingException',
        '429 TooManyRequestsException',
        '500 InternalServiceException',
        '400 SyntaxError',
        '503 SyntaxError',
      ]),
    );
  });

  it('leaves the calls of services and of CloudFormation alone', async () => {
    const { gateway, InstanceId, weather } = await start(allow('connect:*'));
    weather.change({ level: 'rough', seed: 1 });
    const service = { kind: 'service', principal: 'events.amazonaws.com', sourceArn: 'arn:aws:events' } as const;

    const calls = Array.from({ length: 200 }, (_, index) =>
      index % 2 === 0
        ? gateway.cloud.call('connect', 'DescribeInstance', { InstanceId }, service)
        : gateway.undisturbed.call('connect', 'DescribeInstance', { InstanceId }, { kind: 'account' }),
    );

    const answers = await Promise.allSettled(calls);
    expect(answers.filter(({ status }) => status === 'rejected')).toEqual([]);
  });
});

// https://docs.aws.amazon.com/connect/latest/adminguide/security-iam-amazon-connect-permissions.html
describe('describing a Connect instance', () => {
  const refused =
    'User: arn:aws:sts::000000000000:assumed-role/worker/fn is not authorized to perform: ds:DescribeDirectories on resource: * because no identity-based policy allows the ds:DescribeDirectories action';

  it('needs to describe directories, and a refusal names that', async () => {
    const { InstanceId, answerTo } = await start(allow('connect:DescribeInstance'));

    expect(await answerTo(new DescribeInstanceCommand({ InstanceId }))).toEqual({
      answer: '403 AccessDeniedException',
      message: refused,
    });
  });

  it('is allowed with both permissions, or with the first where the assumption is switched off', async () => {
    const both = await start(allow('connect:DescribeInstance'), allow('ds:DescribeDirectories'));
    const one = await start(allow('connect:DescribeInstance'));

    expect(await both.answerTo(new DescribeInstanceCommand({ InstanceId: both.InstanceId }))).toBe('ok');
    expect(await one.local('PUT', 'iam/settings', { describeDirectories: 'ignored' })).toEqual({
      status: 200,
      body: { describeDirectories: 'ignored' },
    });
    expect(await one.answerTo(new DescribeInstanceCommand({ InstanceId: one.InstanceId }))).toBe('ok');
  });
});
