import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AdminUpdateUserAttributesCommand } from '@aws-sdk/client-cognito-identity-provider';
import { DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { COMMANDS, type Duty } from '../../cli/permissions/grants.ts';
import { DUTIES } from '../../cli/permissions/policies.ts';
import { numberedPeople } from '../../local/seed.ts';
import type { Caller } from '../../packages/local-cloud/service.ts';
import { type CliResult, runCli } from '../support/cli.ts';
import { type Deployed, deploy, eventually, rowOf, sweep } from '../support/deployed.ts';

const ACCOUNT: Caller = { kind: 'account' };

interface Session {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

let deployed: Deployed;
let cwd: string;
let sessions: Readonly<Record<Duty, Session>>;
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'connect-sync-people-'));
  deployed = await deploy(numberedPeople(2));
  const [look, operate, release] = await Promise.all(DUTIES.map(beginSession));
  if (!look || !operate || !release) throw new Error('There are three duties.');
  sessions = { look, operate, release };
});
afterAll(async () => {
  await deployed?.close();
  await rm(cwd, { recursive: true, force: true });
});

/** A session of a role that has the policy of a duty and nothing else. */
async function beginSession(duty: Duty): Promise<Session> {
  const {
    accountId,
    region,
    tableName,
    queueUrl,
    deadLetterQueueUrl,
    intakeDeadLetterQueueUrl,
    userPoolId,
    functions,
    connectInstanceId,
  } = deployed.description;
  const nameOf = (url: string) => url.split('/').at(-1) ?? '';
  const words: Readonly<Record<string, string>> = {
    INTAKE_DEAD_LETTER_QUEUE_NAME: nameOf(intakeDeadLetterQueueUrl),
    DEAD_LETTER_QUEUE_NAME: nameOf(deadLetterQueueUrl),
    QUEUE_NAME: nameOf(queueUrl),
    TABLE_NAME: tableName,
    CHANGE_INTAKE_NAME: functions.changeIntake,
    SWEEP_NAME: functions.sweep ?? '',
    USER_POOL_ID: userPoolId,
    INSTANCE_REGION: region,
    INSTANCE_ID: connectInstanceId,
    REGION: region,
    ACCOUNT: accountId,
  };
  const kept = readFileSync(new URL(`../../docs/iam/${duty}.json`, import.meta.url), 'utf8');
  const PolicyDocument = kept.replaceAll(/\b[A-Z]+(?:_[A-Z]+)*\b/g, (word) => words[word] ?? word);
  const { cloud } = deployed.local;
  const trust = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { AWS: accountId }, Action: 'sts:AssumeRole' }],
  };
  const role = { RoleName: duty, AssumeRolePolicyDocument: JSON.stringify(trust) };
  await cloud.call('iam', 'CreateRole', role, ACCOUNT);
  await cloud.call('iam', 'PutRolePolicy', { RoleName: duty, PolicyName: duty, PolicyDocument }, ACCOUNT);
  const { Credentials } = await cloud.call<{
    readonly Credentials: {
      readonly AccessKeyId: string;
      readonly SecretAccessKey: string;
      readonly SessionToken: string;
    };
  }>('sts', 'AssumeRole', { RoleArn: `arn:aws:iam::${accountId}:role/${duty}`, RoleSessionName: 'me' }, ACCOUNT);
  return {
    accessKeyId: Credentials.AccessKeyId,
    secretAccessKey: Credentials.SecretAccessKey,
    sessionToken: Credentials.SessionToken,
  };
}

function as(duty: Duty, ...args: readonly string[]): Promise<CliResult> {
  const { sessionToken, ...key } = sessions[duty];
  return runCli(args, { ...deployed.description, ...key, env: { AWS_SESSION_TOKEN: sessionToken }, cwd });
}
const person = (index: number) => {
  const found = deployed.description.users[index];
  if (found === undefined) throw new Error('Seed more people.');
  return found;
};
const TRIED = new Set<string>();
/** Runs a command with the policy that it needs, and no other. */
async function run(name: string, ...args: readonly string[]): Promise<CliResult> {
  TRIED.add(name);
  const duty = COMMANDS[name]?.duty ?? 'look';
  const result = await as(duty, ...name.split(' '), ...args);
  expect([name, result.exit, result.stderr]).toEqual([
    name,
    expect.toSatisfy((exit) => exit === 0 || exit === 1),
    expect.not.stringMatching(/permission/i),
  ]);
  return result;
}

it('lets everybody do what their policy is for, and each command has been tried', async () => {
  const { username, sub, connectUserId } = person(0);
  await sweep(deployed);
  await deployed.clients.cognito.send(
    new AdminUpdateUserAttributesCommand({
      UserPoolId: deployed.description.userPoolId,
      Username: username,
      UserAttributes: [{ Name: 'family_name', Value: 'Changed' }],
    }),
  );
  await deployed.clients.sqs.send(
    new SendMessageCommand({
      QueueUrl: deployed.description.queueUrl,
      MessageBody: 'not a change',
      MessageGroupId: 'any',
      MessageDeduplicationId: 'any',
    }),
  );
  await eventually('the change', async () => (await rowOf(deployed, sub))?.status === 'written');

  await run('status');
  await run('held');
  await run('show', username);
  await run('explain', username);
  await run('plan', '--details');
  await run('trigger show');
  await eventually('a dead letter', async () => (await run('dlq', '--json')).stdout.includes('malformed-message'));
  await run('pause', '--apply');
  await run('resume', '--apply');
  await run('sync', username, '--apply', '--wait', '600');
  await run('reconcile');
  await run('reconcile', '--apply');
  await run('redrive');
  await run('redrive', '--apply');
  await run('release', username);
  await run('unlink', username, '--apply');
  await run('link', username, connectUserId, '--apply', '--wait', '600');

  expect([...TRIED].toSorted()).toEqual(Object.keys(COMMANDS).toSorted());
});

it('lets operate note in a row who ran redrive, and neither release nor link by a call of DynamoDB', async () => {
  const { region, endpoint, tableName: TableName } = deployed.description;
  const client = new DynamoDBClient({ region, endpoint, credentials: sessions.operate });
  const update = (UpdateExpression: string) =>
    client.send(
      new UpdateItemCommand({
        ...{ TableName, Key: { pk: { S: `user#${person(1).sub}` } } },
        ...{ UpdateExpression, ExpressionAttributeValues: { ':value': { M: {} } } },
      }),
    );

  await expect(update('SET releases = :value')).rejects.toMatchObject({ name: 'AccessDeniedException' });
  await expect(update('SET redrivenBy = :value, connectUserId = :value')).rejects.toMatchObject({
    name: 'AccessDeniedException',
  });
  client.destroy();
});

it.each<[Duty, readonly string[]]>([
  ['look', ['sync', '--apply']],
  ['look', ['unlink', '--apply']],
  ['operate', ['unlink', '--apply']],
])('keeps who may %s from %j', async (duty, [name = '', ...flags]) => {
  const { exit, stderr } = await as(duty, name, person(1).username, ...flags);

  expect([exit, stderr]).toEqual([
    3,
    expect.stringMatching(
      /^You lack the IAM action [\w-]+:\w+ on arn:aws:.*\.\ndocs\/iam\/(operate|release)\.json holds it/m,
    ),
  ]);
});

/** Granted, and called by no command here: why that is so. */
const UNUSED = {
  'ds:DescribeDirectories': 'Connect itself calls it when it describes an instance',
  'cognito-idp:ListUsersInGroup': 'with a group as scope only',
  'cognito-idp:AdminGetUser': 'for a user who is not found by name, sub or address',
  'lambda:ListTags': 'GetFunction shows the tags of a function to callers who may list them',
  'sqs:DeleteMessage': 'for an event that goes back to change-intake, one by one',
  'sqs:CancelMessageMoveTask': 'when the operator interrupts a redrive',
};

it('grants nothing that no command uses', async () => {
  const answer = await fetch(`${deployed.description.endpoint}/_local/stats`);
  const { roles } = (await answer.json()) as { readonly roles: Readonly<Record<string, object>> };
  const used = new Set(
    DUTIES.flatMap((duty) =>
      Object.keys(roles[`arn:aws:iam::${deployed.description.accountId}:role/${duty}`] ?? {}).map(toAction),
    ),
  );
  const granted = Object.values(COMMANDS).flatMap(({ grants }) => grants.flatMap(({ actions }) => actions));

  expect([...new Set(granted)].filter((action) => !used.has(action)).toSorted()).toEqual(
    Object.keys(UNUSED).toSorted(),
  );
});

/** The IAM action of a counted call; batches and invocations have those of their single forms. */
function toAction(call: string): string {
  const [service = '', operation = ''] = call.split('.');
  return `${service}:${operation === 'Invoke' ? 'InvokeFunction' : operation.replace(/^(ChangeMessageVisibility)Batch$/, '$1')}`;
}
