import { CreateQueueCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { numberedPeople } from '../../local/seed.ts';
import { putLocal } from '../../packages/local-cloud/test/support/local-requests.ts';
import { type Deployed, deploy, eventually, identityOf } from '../support/deployed.ts';
import { type Cli, createCli, findClis } from '../support/real-clients.ts';

/** Seeded people for each client: those whose Cognito attributes it changes. */
const PEOPLE_EACH = 4;
const CLIS = findClis();

let deployed: Deployed;
beforeAll(async () => {
  deployed = await deploy(numberedPeople(PEOPLE_EACH * CLIS.length));
  await put('connect/settings', { quotas: { default: { ratePerSecond: 1_000, burst: 1_000 } } });
});
afterAll(() => deployed?.close());

const put = (path: string, body: unknown) => putLocal(deployed.description.endpoint, path, body);

/** What is needed to drive the deployment with one CLI. */
const drive = (cli: Cli) => {
  const { description } = deployed;
  const { ask, start } = createCli(cli, description);
  const first = CLIS.indexOf(cli) * PEOPLE_EACH;
  const people = description.users.slice(first, first + PEOPLE_EACH);
  const inInstance = ['--instance-id', description.connectInstanceId];
  return {
    ...{ description, ask, start, people, inInstance },
    prefix: `v${cli.version}`,
    change: (...args: readonly string[]) =>
      ask('cognito-idp', 'admin-update-user-attributes', '--user-pool-id', description.userPoolId, ...args),
    describeIdentity: async (userId: string) => {
      const answer = await ask('connect', 'describe-user', ...inInstance, '--user-id', userId);
      const { IdentityInfo } = (answer?.User ?? {}) as { readonly IdentityInfo?: object };
      return IdentityInfo;
    },
    update: (userId: string, ...args: readonly string[]) =>
      start('connect', 'update-user-identity-info', ...inInstance, '--user-id', userId, ...args),
  };
};

/** Connect users whom nothing in Cognito is linked with. */
const seedAgents = (prefix: string, count: number): readonly string[] =>
  deployed.local.services.connect
    .seedUsers(
      Array.from({ length: count }, (_, index) => ({
        Username: `${prefix}-${index}`,
        IdentityInfo: { FirstName: 'Old', LastName: 'Name', Email: 'old@example.com' },
      })),
    )
    .map(({ Id = '' }) => Id);

const arrives = (userId: string | undefined, expected: object) =>
  eventually(`Connect to show ${JSON.stringify(expected)}`, () => {
    const identity: Readonly<Record<string, unknown>> = { ...identityOf(deployed, userId ?? '') };
    return Object.entries(expected).every(([field, value]) => identity[field] === value);
  });

const OK = { exitCode: 0, stdout: '', stderr: '' };
/** How the CLIs tell an error of the service: v2 says in passing that it did not try again. */
const refused = ({ version }: Cli, code: string, message: string) => ({
  exitCode: version === 2 ? 254 : 255,
  stderr: expect.stringMatching(
    new RegExp(
      `An error occurred \\(${code}\\) when calling the UpdateUserIdentityInfo operation( \\(reached max retries: 0\\))?: ${message}`,
    ),
  ),
});

/** Says in its title what is not run, and why. */
const itWith = (cli: Cli) => (title: string, body: () => Promise<void>) =>
  cli.command === undefined ? it.skip(`${title} (not run: ${cli.name} is not installed)`) : it.concurrent(title, body);

describe.each(CLIS)('$name', (cli) => {
  const test = itWith(cli);

  test('changes Cognito users in every form, and Connect follows', async () => {
    const { change, describeIdentity, description, people, prefix } = drive(cli);
    const [shorthand, json, file, custom] = people.map(({ username, connectUserId }) => ({ username, connectUserId }));
    const whole = {
      UserPoolId: description.userPoolId,
      Username: file?.username,
      UserAttributes: [
        { Name: 'name', Value: 'ignored here' },
        { Name: 'given_name', Value: 'Zoë' },
        { Name: 'family_name', Value: "O'Brien-Łukasik" },
      ],
      ClientMetadata: { reason: 'marriage' },
    };
    const before = identityOf(deployed, custom?.connectUserId ?? '');

    await Promise.all([
      change(
        ...['--username', shorthand?.username ?? '', '--client-metadata', 'source=hr,ticket=4711'],
        ...['--user-attributes', 'Name=given_name,Value=Maria', 'Name="custom:CustomAttr1",Value="Purple"'],
      ),
      change(
        ...['--username', json?.username ?? '', '--client-metadata', '{"source":"hr"}', '--user-attributes'],
        `[{"Name":"email","Value":"${prefix}@example.org"},{"Name":"email_verified","Value":"true"}]`,
      ),
      change('--cli-input-json', JSON.stringify(whole)),
      change('--username', custom?.username ?? '', '--user-attributes', 'Name=custom:CustomAttr1,Value=Purple'),
    ]);
    await arrives(shorthand?.connectUserId, { FirstName: 'Maria' });
    await arrives(json?.connectUserId, { Email: `${prefix}@example.org` });
    await arrives(file?.connectUserId, { FirstName: 'Zoë', LastName: "O'Brien-Łukasik" });

    expect(await describeIdentity(shorthand?.connectUserId ?? '')).toEqual({
      FirstName: 'Maria',
      LastName: expect.stringMatching(/^Number \d+$/),
      Email: `${shorthand?.username}@example.com`,
    });
    expect(identityOf(deployed, custom?.connectUserId ?? '')).toEqual(before);
  });

  test('updates a Connect identity in every documented form', async () => {
    const { describeIdentity, start, update, inInstance, prefix } = drive(cli);
    const [shorthand = '', json = '', file = '', skeleton = ''] = seedAgents(`${prefix}-form`, 4);
    const all = {
      FirstName: 'Jürgen',
      LastName: 'Groß',
      Email: 'j.gross@example.com',
      SecondaryEmail: 'j.gross@example.org',
      Mobile: '+4915112345678',
    };
    const printed = await start('connect', 'update-user-identity-info', '--generate-cli-skeleton');
    const filled = { ...JSON.parse(printed.stdout), UserId: skeleton, InstanceId: inInstance[1], IdentityInfo: all };

    const ended = await Promise.all([
      update(shorthand, '--identity-info', 'FirstName=Mary,LastName=Jones,Email=mary.jones@example.com'),
      update(json, '--identity-info', JSON.stringify(all)),
      update(file, '--cli-input-json', JSON.stringify({ IdentityInfo: { FirstName: 'A', LastName: 'B' } })),
      start('connect', 'update-user-identity-info', '--cli-input-json', JSON.stringify(filled)),
    ]);

    expect(ended).toEqual([OK, OK, OK, OK]);
    expect(Object.keys(JSON.parse(printed.stdout).IdentityInfo).sort()).toEqual(Object.keys(all).sort());
    expect(await describeIdentity(json)).toEqual(all);
    expect([shorthand, file, skeleton].map((id) => identityOf(deployed, id))).toEqual([
      { FirstName: 'Mary', LastName: 'Jones', Email: 'mary.jones@example.com' },
      { FirstName: 'A', LastName: 'B' },
      all,
    ]);
  });

  test('meets what a caller can cause of the documented exceptions', async () => {
    const { update, prefix } = drive(cli);
    const [agent = ''] = seedAgents(`${prefix}-fault`, 1);

    const [missing, badAddress, noName] = await Promise.all([
      update('00000000-0000-0000-0000-000000000000', '--identity-info', 'FirstName=A,LastName=B'),
      update(agent, '--identity-info', 'FirstName=A,LastName=B,SecondaryEmail=nowhere'),
      update(agent, '--identity-info', 'FirstName=A'),
    ]);

    expect(missing).toMatchObject(refused(cli, 'ResourceNotFoundException', 'There is no user 00000000-'));
    expect(badAddress).toMatchObject(refused(cli, 'InvalidParameterException', 'SecondaryEmail does not match'));
    expect(noName).toMatchObject(refused(cli, 'InvalidRequestException', '.*LastName'));
  });

  test('works a queue from sending to purging', async () => {
    const { ask, prefix } = drive(cli);
    const sqs = (...args: readonly string[]) => ask('sqs', ...args);
    const { QueueUrl = '' } = await deployed.clients.sqs.send(
      new CreateQueueCommand({
        QueueName: `${prefix}-cli.fifo`,
        Attributes: { FifoQueue: 'true', ContentBasedDeduplication: 'true', VisibilityTimeout: '43200' },
      }),
    );
    const on = ['--queue-url', QueueUrl];
    const send = (body: string) => sqs('send-message', ...on, '--message-body', body, '--message-group-id', 'g');

    const sent = await send('first & <second>');
    await send('left behind');
    const received = await sqs('receive-message', ...on, '--attribute-names', 'All');
    const [message] = (received?.Messages ?? []) as readonly Record<string, string>[];
    await sqs('delete-message', ...on, '--receipt-handle', message?.ReceiptHandle ?? '');
    const read = await sqs('get-queue-attributes', ...on, '--attribute-names', 'All');
    await sqs('purge-queue', ...on);
    const listed = await sqs('list-queues', '--queue-name-prefix', `${prefix}-cli`);

    expect(message).toMatchObject({
      MessageId: sent?.MessageId,
      Body: 'first & <second>',
      Attributes: { MessageGroupId: 'g', ApproximateReceiveCount: '1' },
    });
    expect(read?.Attributes).toMatchObject({
      ApproximateNumberOfMessages: '1',
      VisibilityTimeout: '43200',
      FifoQueue: 'true',
    });
    expect(deployed.local.services.sqs.stats()[`${prefix}-cli.fifo`]).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
    expect(listed?.QueueUrls).toEqual([QueueUrl]);
  });

  test('sees the stack, and invokes a function with the tail of its log', async () => {
    const { ask, description } = drive(cli);
    const raw = cli.version === 2 ? ['--cli-binary-format', 'raw-in-base64-out'] : [];

    const [stacks, invoked] = await Promise.all([
      ask('cloudformation', 'describe-stacks', '--query', 'Stacks[].[StackName,StackStatus]'),
      ask(
        ...['lambda', 'invoke', '--function-name', description.functions.poolTrigger, '--log-type', 'Tail', ...raw],
        ...['--payload', '{"triggerSource":"PreSignUp_SignUp"}', '/dev/null'],
      ),
    ]);

    expect(stacks).toEqual([[expect.stringMatching(/^ConnectSync-/), 'CREATE_COMPLETE']]);
    expect(invoked).toMatchObject({ StatusCode: 200, ExecutedVersion: '$LATEST' });
    const log = Buffer.from(String(invoked?.LogResult), 'base64').toString();
    expect(log).toMatch(/START RequestId: [0-9a-f-]{36}[\s\S]*REPORT RequestId: [0-9a-f-]{36}/);
  });
});

describe('the exceptions that Connect itself causes', () => {
  const installed = CLIS.filter(({ command }) => command !== undefined);
  const updateOnce = async (cli: Cli, agent: string) => ({
    cli,
    ended: await drive(cli).update(agent, '--identity-info', 'FirstName=A,LastName=B'),
  });

  it.skipIf(installed.length === 0)('are met with every CLI', async () => {
    const [agent = ''] = seedAgents('by-connect', 1);
    const operation = 'UpdateUserIdentityInfo';
    await put('faults', [{ service: 'connect', operation, status: 500, code: 'InternalServiceException' }]);
    const broken = await Promise.all(installed.map((cli) => updateOnce(cli, agent)));
    await fetch(`${deployed.description.endpoint}/_local/faults`, { method: 'DELETE' });
    await put('connect/settings', { quotas: { [operation]: { ratePerSecond: 0.001, burst: 1 } } });
    const accepted = await Promise.all(installed.slice(0, 1).map((cli) => updateOnce(cli, agent)));
    const throttled = await Promise.all(installed.map((cli) => updateOnce(cli, agent)));

    for (const { cli, ended } of broken) {
      expect(ended).toMatchObject(refused(cli, 'InternalServiceException', 'Injected'));
    }
    for (const { ended } of accepted) expect(ended).toEqual(OK);
    for (const { cli, ended } of throttled) expect(ended).toMatchObject(refused(cli, 'ThrottlingException', ''));
  });
});
