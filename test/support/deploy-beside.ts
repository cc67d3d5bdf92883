import {
  CloudFormationClient,
  CreateStackCommand,
  DescribeStacksCommand,
  GetTemplateCommand,
  waitUntilStackCreateComplete,
} from '@aws-sdk/client-cloudformation';
import { linkSeeded } from '../../bin/link-seeded.ts';
import { describeEnvironment, type Prepared } from '../../local/environment.ts';
import { type Person, seedPeople } from '../../local/seed.ts';
import { type Deployed, withClients } from './deployed.ts';

/**
 * Deploys the very template of a deployment once more into the same account, as a stack of its own, for another pool: takes a
 * second, where the CDK CLI takes ten.
 */
export async function deployBeside(
  { description, local, deployMs }: Deployed,
  name: string,
  prepared: Prepared,
  people: readonly Person[],
): Promise<Deployed> {
  const { endpoint, region, accessKeyId, secretAccessKey, connectInstanceArn } = description;
  const client = new CloudFormationClient({ endpoint, region, credentials: { accessKeyId, secretAccessKey } });
  const { Stacks = [] } = await client.send(new DescribeStacksCommand({}));
  const first = Stacks.find(({ Outputs = [] }) =>
    Outputs.some(({ OutputKey, OutputValue }) => OutputKey === 'UserPoolId' && OutputValue === description.userPoolId),
  );
  const StackName = `${first?.StackName}-${name}`;
  const { TemplateBody = '' } = await client.send(new GetTemplateCommand({ StackName: first?.StackName }));
  await client.send(
    new CreateStackCommand({
      StackName,
      TemplateBody: TemplateBody.replaceAll(description.userPoolId, String(prepared.configuration.userPoolId)),
      Capabilities: ['CAPABILITY_IAM'],
    }),
  );
  const { reason } = await waitUntilStackCreateComplete({ client, maxWaitTime: 300, minDelay: 1 }, { StackName });
  client.destroy();
  const outputs = Object.fromEntries(
    (reason as { Stacks: { Outputs: { OutputKey: string; OutputValue: string }[] }[] }).Stacks.flatMap(({ Outputs }) =>
      Outputs.map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]),
    ),
  );
  const own = describeEnvironment(local, connectInstanceArn, {
    UserPoolClientId: prepared.userPoolClientId ?? '',
    ...outputs,
  });
  const { cloudtrail, connect } = local.services;
  cloudtrail.admin.settings({ lose: 1 });
  const users = await seedPeople(local.cloud, connect, own.userPoolId, people);
  cloudtrail.admin.settings({ lose: 0 });
  await linkSeeded(own, users, new AbortController().signal);
  return withClients({ local, deployMs, description: { ...own, users } });
}
