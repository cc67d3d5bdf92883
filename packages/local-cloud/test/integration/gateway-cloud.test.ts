import { ConnectClient, DescribeInstanceCommand } from '@aws-sdk/client-connect';
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createLocalCloud } from '../../cloud.ts';
import { signedFetch } from '../support/local-requests.ts';

describe('createLocalCloud', () => {
  it('leaves nothing open when it closes, and nothing when its port is taken', async () => {
    const servers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'TCPServerWrap').length;
    // First of its file, so that no server of another test is just being closed.
    const before = servers();
    const local = await createLocalCloud();
    await local.cloud.call('dynamodb', 'ListTables', {}, { kind: 'account' });
    const open = servers();
    const port = Number(new URL(local.endpoint).port);

    await expect(createLocalCloud({ port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
    await expect.poll(servers).toBe(open);
    await local.close();
    await local.close();

    expect(open - before).toBe(2);
    await expect.poll(servers).toBe(before);
  });

  it('serves its services on one port', async () => {
    const local = await createLocalCloud({ connect: { identityManagementType: 'SAML' } });
    onTestFinished(() => local.close());
    const client = { endpoint: local.endpoint, region: 'eu-west-1', credentials: local.credentials };

    const { Instance } = await new ConnectClient(client).send(
      new DescribeInstanceCommand({ InstanceId: local.services.connect.instance.id }),
    );
    const { QueueUrl } = await new SQSClient(client).send(new CreateQueueCommand({ QueueName: 'plain' }));

    expect(Instance?.IdentityManagementType).toBe('SAML');
    expect(QueueUrl).toBe(`${local.endpoint}/000000000000/plain`);
  });

  it.each([
    'cloudformation',
    'cognito-idp',
    'connect',
    'dynamodb',
    'events',
    'iam',
    'lambda',
    'logs',
    's3',
    'scheduler',
    'sqs',
    'ssm',
    'sts',
  ])('hosts %s', async (service) => {
    const local = await createLocalCloud();
    onTestFinished(() => local.close());

    const answer = await signedFetch({ ...local, region: 'eu-west-1' }, service, '/', { body: '{}' });

    // The answer to an empty request is not the answer for a service that is not served.
    expect(await answer.text()).not.toMatch(/does not serve [a-z0-9-]+\.|[Ss]ignature/);
  });
});
