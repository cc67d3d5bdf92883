import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { numberedPeople } from '../../local/seed.ts';
import { putLocal } from '../../packages/local-cloud/test/support/local-requests.ts';
import { signedRequest } from '../../packages/local-cloud/test/support/signed-request.ts';
import { type Deployed, deploy, eventually, identityOf } from '../support/deployed.ts';
import { hasBoto3, run } from '../support/real-clients.ts';

const SESSION = join(import.meta.dirname, '../support/boto3-session.py');

let deployed: Deployed;
beforeAll(async () => {
  deployed = await deploy(numberedPeople(3));
  const quotas = { default: { ratePerSecond: 1_000, burst: 1_000 } };
  await putLocal(deployed.description.endpoint, 'connect/settings', { quotas });
});
afterAll(() => deployed?.close());

const person = (index: number) => {
  const found = deployed.description.users[index];
  if (found === undefined) throw new Error('Seed more people.');
  return found;
};
const seedAgent = (Username: string): string => {
  const IdentityInfo = { FirstName: 'Old', LastName: 'Name', Email: 'old@example.com' };
  return deployed.local.services.connect.seedUsers([{ Username, IdentityInfo }])[0]?.Id ?? '';
};

describe('boto3', () => {
  const installed = hasBoto3();
  const title = 'drives Cognito, Connect, SQS, CloudFormation and Lambda';

  it.skipIf(!installed)(installed ? title : `${title} (not run: boto3 is not installed)`, async () => {
    const { description } = deployed;
    const given = {
      endpoint: description.endpoint,
      userPoolId: description.userPoolId,
      username: person(0).username,
      instanceId: description.connectInstanceId,
      agentId: seedAgent('for-boto3'),
      function: description.functions.poolTrigger,
    };

    const { exitCode, stdout, stderr } = await run('python3', [SESSION, JSON.stringify(given)], description);
    await eventually('Connect to follow', () => identityOf(deployed, person(0).connectUserId).FirstName === 'Boto');

    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(JSON.parse(stdout)).toEqual({
      'pool user': expect.arrayContaining([
        { Name: 'given_name', Value: 'Boto' },
        { Name: 'custom:CustomAttr1', Value: 'Purple' },
      ]),
      identity: {
        FirstName: 'Boto',
        LastName: 'Three',
        Email: 'boto@example.com',
        SecondaryEmail: 'boto@example.org',
        Mobile: '+4915112345678',
      },
      errors: [
        { code: 'ResourceNotFoundException', status: 404 },
        { code: 'InvalidParameterException', status: 400 },
        { code: 'InvalidRequestException', status: 400 },
        { code: 'UserNotFoundException', status: 400 },
        { code: 'AWS.SimpleQueueService.NonExistentQueue', status: 400 },
      ],
      received: ['one', 'two'],
      deleted: 2,
      stacks: [[expect.stringMatching(/^ConnectSync-/), 'CREATE_COMPLETE']],
      invoked: [200, { triggerSource: 'other' }],
    });
  });
});

describe('plain signed HTTP', () => {
  const cognito = (operation: string, input: object) =>
    signedRequest(deployed.description, 'cognito-idp', {
      method: 'POST',
      path: '/',
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': `AWSCognitoIdentityProviderService.${operation}`,
      },
      body: JSON.stringify(input),
    });
  const onUser = (method: string, userId: string, tail = '', body = '') =>
    signedRequest(deployed.description, 'connect', {
      method,
      path: `/users/${deployed.description.connectInstanceId}/${userId}${tail}`,
      headers: { 'content-type': 'application/json' },
      body,
    });

  it('changes a user in AWS JSON, and reads the agent in REST JSON', async () => {
    const { username, connectUserId } = person(1);
    const UserAttributes = [{ Name: 'family_name', Value: 'Wired' }];

    const changed = await cognito('AdminUpdateUserAttributes', {
      UserPoolId: deployed.description.userPoolId,
      Username: username,
      UserAttributes,
    });
    await eventually('Connect to follow', () => identityOf(deployed, connectUserId).LastName === 'Wired');
    const described = await onUser('GET', connectUserId);

    expect(changed).toMatchObject({ status: 200, body: '{}' });
    expect(described.status).toBe(200);
    expect(JSON.parse(described.body).User.IdentityInfo).toEqual({
      FirstName: 'Agent',
      LastName: 'Wired',
      Email: `${username}@example.com`,
    });
  });

  it('updates an identity with an empty 200, and is told errors by header and body', async () => {
    const agent = seedAgent('for-rest');
    const update = (userId: string, IdentityInfo: object) =>
      onUser('POST', userId, '/identity-info', JSON.stringify({ IdentityInfo }));

    const done = await update(agent, { FirstName: 'Plain', LastName: 'Wire' });
    const refused = await update('missing', { FirstName: 'Plain', LastName: 'Wire' });

    expect(done).toMatchObject({ status: 200, body: '' });
    expect(identityOf(deployed, agent)).toEqual({ FirstName: 'Plain', LastName: 'Wire' });
    expect(refused).toMatchObject({ status: 404, headers: { 'x-amzn-errortype': 'ResourceNotFoundException' } });
    expect(JSON.parse(refused.body)).toEqual({ Message: expect.stringContaining('There is no user missing') });
  });

  it('sends to a queue by its address, as the Query protocol has it', async () => {
    const { intakeDeadLetterQueueUrl } = deployed.description;
    const query = { Action: 'SendMessage', Version: '2012-11-05', MessageBody: 'by address' };

    const { status, body } = await signedRequest(deployed.description, 'sqs', {
      method: 'GET',
      path: new URL(intakeDeadLetterQueueUrl).pathname,
      query,
    });

    expect(status).toBe(200);
    expect(body).toMatch(/<SendMessageResult><MD5OfMessageBody>[0-9a-f]{32}<\/MD5OfMessageBody><MessageId>/);
  });

  it('is refused what it misspells, in the words of each protocol', async () => {
    const misspelt = await cognito('AdminGetUser', { UserPoolID: 'x', Username: 'u' });
    const truth = await cognito('AdminUpdateUserAttributes', {
      UserPoolId: deployed.description.userPoolId,
      Username: person(2).username,
      UserAttributes: [{ Name: 'email_verified', Value: true }],
    });

    expect(misspelt.status).toBe(400);
    expect(JSON.parse(misspelt.body)).toEqual({
      __type: 'SerializationException',
      message: '/UserPoolID is not a member of AdminGetUserRequest.',
    });
    expect(JSON.parse(truth.body)).toEqual({
      __type: 'SerializationException',
      message: 'TRUE_VALUE can not be converted to String (at /UserAttributes/0/Value)',
    });
    expect(truth.headers['x-amzn-requestid']).toMatch(/^[0-9a-f-]{36}$/);
  });
});
