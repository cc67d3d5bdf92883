import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateUserPoolCommand,
  type CreateUserPoolCommandInput,
  DescribeUserPoolCommand,
  type UserPoolType,
} from '@aws-sdk/client-cognito-identity-provider';
import { AddPermissionCommand, LambdaClient, UpdateFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SENT_BACK } from '../../cli/triggers/update-request.ts';
import { numberedPeople } from '../../local/seed.ts';
import { type CliResult, runCli } from '../support/cli.ts';
import { type Deployed, deploy, eventually, rowOf } from '../support/deployed.ts';
import { everySetting } from '../support/every-setting.ts';

let deployed: Deployed;
let lambda: LambdaClient;
let cwd: string;
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'connect-sync-cli-'));
  deployed = await deploy(numberedPeople(3));
  const { endpoint, region, accessKeyId, secretAccessKey } = deployed.description;
  lambda = new LambdaClient({ endpoint, region, credentials: { accessKeyId, secretAccessKey } });
});
afterAll(async () => {
  lambda?.destroy();
  await deployed?.close();
  await rm(cwd, { recursive: true, force: true });
});

const cli = (...args: string[]): Promise<CliResult> => runCli(args, { ...deployed.description, cwd });
const arnOf = (name: string) => `arn:aws:lambda:eu-west-1:${deployed.description.accountId}:function:${name}`;
const describePool = async (UserPoolId: string): Promise<UserPoolType> => {
  const { UserPool } = await deployed.clients.cognito.send(new DescribeUserPoolCommand({ UserPoolId }));
  const { LastModifiedDate: _, ...pool } = UserPool ?? {};
  return pool;
};
const createPool = async (settings: Partial<CreateUserPoolCommandInput> = {}) => {
  const { UserPool } = await deployed.clients.cognito.send(
    new CreateUserPoolCommand({ PoolName: 'theirs', ...settings }),
  );
  return { id: UserPool?.Id ?? '', arn: UserPool?.Arn ?? '' };
};
const permit = (FunctionName: string, SourceArn: string) =>
  lambda.send(
    new AddPermissionCommand({
      FunctionName,
      StatementId: `pool-${SourceArn.split('_').at(-1)}`,
      Action: 'lambda:InvokeFunction',
      Principal: 'cognito-idp.amazonaws.com',
      SourceArn,
    }),
  );

describe('connect-sync trigger', () => {
  it('shows that the pool of the stack has our function', async () => {
    const { exit, stdout } = await cli('trigger', 'show', '--json');

    const { userPoolId, functions } = deployed.description;
    expect(JSON.parse(stdout)).toMatchObject({
      userPoolId,
      functionArn: arnOf(functions.poolTrigger),
      attached: true,
      permission: 'given',
    });
    expect(exit).toBe(0);
  });

  it('attaches to a pool and detaches from it again, and every setting survives', async () => {
    const ours = arnOf(deployed.description.functions.poolTrigger);
    const { id, arn } = await createPool(everySetting(arnOf('their-function')));
    const before = await describePool(id);
    const target = ['--user-pool', id, '--function', ours];

    const refused = await cli('trigger', 'attach', ...target, '--apply');
    const untouched = await describePool(id);
    await permit(ours, arn);
    const planned = await cli('trigger', 'attach', ...target);
    const attached = await cli('trigger', 'attach', ...target, '--apply');
    const between = await describePool(id);
    const again = await cli('trigger', 'attach', ...target, '--apply');
    const detached = await cli('trigger', 'detach', ...target, '--apply');

    expect(Object.keys(before)).toEqual(expect.arrayContaining([...SENT_BACK]));
    expect([refused.exit, planned.exit, attached.exit, again.exit, detached.exit]).toEqual([1, 1, 0, 0, 0]);
    expect(refused.stderr).toContain(
      `aws lambda add-permission --region ${deployed.description.region} --function-name ${ours} `,
    );
    expect(untouched).toEqual(before);
    expect(between).toEqual({
      ...before,
      LambdaConfig: { ...before.LambdaConfig, CustomMessage: ours, PostConfirmation: ours },
    });
    expect(await describePool(id)).toEqual(before);
  });

  it('refuses a slot that is taken, takes it once its function is chained, and gives it back', async () => {
    const { poolTrigger, changeIntake } = deployed.description.functions;
    const [ours, theirs] = [arnOf(poolTrigger), arnOf(changeIntake)];
    const { id, arn } = await createPool({ LambdaConfig: { CustomMessage: theirs } });
    await permit(ours, arn);
    await permit(theirs, arn);
    const target = ['--user-pool', id, '--function', ours];
    const before = await describePool(id);

    const refused = await cli('trigger', 'attach', ...target, '--apply');
    expect(await describePool(id)).toEqual(before);
    await lambda.send(
      new UpdateFunctionConfigurationCommand({
        FunctionName: ours,
        Environment: {
          Variables: {
            QUEUE_URL: deployed.description.queueUrl,
            POST_AUTHENTICATION: 'false',
            CHAIN_CUSTOM_MESSAGE_ARN: theirs,
          },
        },
      }),
    );
    const attached = await cli('trigger', 'attach', ...target, '--apply');
    const between = await describePool(id);
    const detached = await cli('trigger', 'detach', ...target, '--apply');

    expect([refused.exit, attached.exit, detached.exit]).toEqual([1, 0, 0]);
    expect(refused.stderr).toContain(`"chain": { "customMessage": "${theirs}" } in connect-sync.json`);
    expect(between.LambdaConfig).toEqual({ CustomMessage: ours, PostConfirmation: ours });
    expect(await describePool(id)).toEqual(before);
  });
});

const text = (StringValue: string) => ({ DataType: 'String', StringValue });
const deadLetter = (QueueUrl: string, MessageBody: string, attributes: Record<string, string>, group?: string) =>
  deployed.clients.sqs.send(
    new SendMessageCommand({
      QueueUrl,
      MessageBody,
      MessageAttributes: Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, text(value)])),
      ...(group !== undefined && { MessageGroupId: group, MessageDeduplicationId: `${group}-${MessageBody.length}` }),
    }),
  );
const userOf = (index: number) => {
  const user = deployed.description.users[index];
  if (user === undefined) throw new Error('Seed more people.');
  return user;
};
const changeOf = (sub: string, eventId: string) =>
  JSON.stringify({
    v: 1,
    userPoolId: deployed.description.userPoolId,
    sub,
    cause: 'cloudtrail',
    eventId,
    occurredAt: Date.now(),
  });
const statsOf = (url: string) => deployed.local.services.sqs.stats()[url.split('/').at(-1) ?? ''];
const inQueue = (url: string) => statsOf(url)?.visible;
const total = (url: string) => {
  const { visible = 0, inFlight = 0 } = statsOf(url) ?? {};
  return visible + inFlight;
};

describe('connect-sync dlq and redrive', () => {
  it('find both queues empty', async () => {
    const { exit, stdout } = await cli('dlq');

    expect(exit).toBe(0);
    expect(stdout).toBe(
      'Changes that the worker gave up (changes): 0\n\nCloudTrail records that never became a change (intake): 0\n',
    );
  });

  it('show the messages, send back the chosen ones, and lose nothing', async () => {
    const { deadLetterQueueUrl, intakeDeadLetterQueueUrl, accountId, region, userPoolId } = deployed.description;
    const [first, second, third] = [userOf(0), userOf(1), userOf(2)];
    const event = {
      account: accountId,
      region,
      detail: {
        eventSource: 'cognito-idp.amazonaws.com',
        eventName: 'AdminUpdateUserAttributes',
        eventID: '2f0d9c3e-7a53-4d7f-9a53-0c86f3c5f6a1',
        eventTime: new Date().toISOString(),
        requestParameters: { userPoolId, username: third.username },
        additionalEventData: { sub: third.sub },
      },
    };
    const failed = {
      requestContext: { functionArn: `${arnOf('intake')}:$LATEST`, condition: 'RetriesExhausted' },
      requestPayload: { ...event, detail: { ...event.detail, eventID: '7c0b6c1e-51a3-4a0f-8d8e-6a4c3f5f4b11' } },
      responseContext: { statusCode: 200, functionError: 'Unhandled' },
      responsePayload: { errorType: 'TransientError', errorMessage: third.username },
    };
    await deadLetter(
      deadLetterQueueUrl,
      changeOf(first.sub, 'redriven-bug'),
      { reason: 'bug', receiveCount: '5' },
      first.sub,
    );
    await deadLetter(deadLetterQueueUrl, changeOf(second.sub, 'redriven-whole'), {}, second.sub);
    await deadLetter(intakeDeadLetterQueueUrl, JSON.stringify(event), {
      RULE_ARN: 'arn',
      ERROR_CODE: 'NO_PERMISSIONS',
    });
    await deadLetter(intakeDeadLetterQueueUrl, JSON.stringify(failed), { none: 'x' });
    const reduced = {
      v: 1,
      event: { ...event, detail: { ...event.detail, eventID: 'f1b7d6a2-9c1e-4a86-b7f0-3f6d7c1e2a90' } },
    };
    await deadLetter(intakeDeadLetterQueueUrl, JSON.stringify(reduced), {
      reason: 'function-failed',
      code: 'TimeoutError',
    });
    await deadLetter(intakeDeadLetterQueueUrl, `hello ${third.username}`, { none: 'x' });
    const counts = () => [inQueue(deadLetterQueueUrl), inQueue(intakeDeadLetterQueueUrl)];

    const shown = await cli('dlq', '--json');
    expect(shown.exit).toBe(1);
    expect(shown.stdout).not.toContain(third.username);
    expect(JSON.parse(shown.stdout)).toMatchObject({
      queues: [
        { queue: 'changes', messages: 2, reasons: [{ reason: 'bug' }, { reason: 'received-too-often' }] },
        {
          queue: 'intake',
          messages: 4,
          reasons: [
            { reason: 'function-failed', messages: 2 },
            { reason: 'not-delivered' },
            { reason: 'unknown-envelope' },
          ],
        },
      ],
    });
    expect(counts()).toEqual([2, 4]);

    const planned = await cli('redrive');
    expect(planned.exit).toBe(1);
    expect(counts()).toEqual([2, 4]);

    const chosen = await cli('redrive', '--only', 'bug', '--apply');
    expect(chosen).toMatchObject({ exit: 0, stdout: 'changes: 1 sent back, 1 left\nintake: 0 sent back, 4 left\n' });
    await rowOf(deployed, first.sub, ({ eventId }) => eventId === 'redriven-bug');
    expect(counts()).toEqual([1, 4]);

    const whole = await cli('redrive', '--apply', '--rate', '50');
    expect(whole).toMatchObject({ exit: 0, stdout: 'changes: 1 sent back, 0 left\nintake: 3 sent back, 1 left\n' });
    await rowOf(deployed, second.sub, ({ eventId }) => eventId === 'redriven-whole');
    await eventually('all three records to be taken in', () => {
      const noted = deployed.logLines('changeIntake').filter(({ sub }) => sub === third.sub);
      return noted.length === 3;
    });
    expect(counts()).toEqual([0, 1]);
  });

  it('lose nothing at Ctrl-C: what was not sent is there and visible', async () => {
    const { deadLetterQueueUrl } = deployed.description;
    for (const { sub } of deployed.description.users)
      await deadLetter(deadLetterQueueUrl, changeOf(sub, `interrupted-${sub}`), { reason: 'bug' }, sub);

    const { exit, stdout } = await runCli(['redrive', '--only', 'bug', '--rate', '1', '--apply'], {
      ...deployed.description,
      cwd,
      interruptWhen: () => eventually('the first message to be sent', () => total(deadLetterQueueUrl) === 2),
    });

    expect(exit).toBe(1);
    expect(stdout).toBe('changes: 1 sent back, 2 left\n');
    expect(inQueue(deadLetterQueueUrl)).toBe(2);
  });

  it('ends with code 2 where there is no such stack, and with code 3 where AWS is out of reach', async () => {
    const nowhere = await cli('dlq', '--stack', 'Nowhere');
    const unreachable = await runCli(['dlq'], { endpoint: 'http://127.0.0.1:1', region: 'eu-west-1', cwd });

    expect([nowhere.exit, unreachable.exit]).toEqual([2, 3]);
    expect(nowhere.stderr).toMatch(/^There is no stack Nowhere in this account and Region/);
    expect(unreachable.stderr).toContain('cloudformation:DescribeStacks failed: ECONNREFUSED, no answer.');
  });
});
