import {
  CloudFormationClient,
  CreateStackCommand,
  DescribeStacksCommand,
  GetTemplateCommand,
  waitUntilStackCreateComplete,
} from '@aws-sdk/client-cloudformation';
import { linkSeeded } from '../../bin/link-seeded.ts';
import { stackNameOf } from '../../lib/configuration/deployment-identity.ts';
import { describeEnvironment, type Prepared } from '../../local/environment.ts';
import { type Person, seedPeople } from '../../local/seed.ts';
import { type Deployed, withClients } from './deployed.ts';

/** See {@link deployBeside}. */
interface Beside extends Prepared {
  /** @default - that of the first deployment */
  readonly connectInstanceArn?: string;
  readonly people?: readonly Person[];
}

/**
 * Deploys the very template of a deployment once more into the same account, as a stack of its own with the name that the product
 * gives it, for another pool or another instance: takes a second, where the CDK CLI takes ten.
 */
export async function deployBeside(first: Deployed, { people = [], ...prepared }: Beside): Promise<Deployed> {
  const { description, local, deployMs } = first;
  const { endpoint, region, accessKeyId, secretAccessKey } = description;
  const client = new CloudFormationClient({ endpoint, region, credentials: { accessKeyId, secretAccessKey } });
  const { connectInstanceArn = description.connectInstanceArn } = prepared;
  const userPoolId = String(prepared.configuration.userPoolId);
  const firstName = stackNameOf(description);
  const StackName = stackNameOf({ userPoolId, connectInstanceArn });
  const { TemplateBody = '' } = await client.send(new GetTemplateCommand({ StackName: firstName }));
  const instanceId = connectInstanceArn.split('/')[1] ?? '';
  await client.send(
    new CreateStackCommand({
      StackName,
      TemplateBody: TemplateBody.replaceAll(firstName, StackName)
        .replaceAll(description.userPoolId, userPoolId)
        .replaceAll(description.connectInstanceId, instanceId),
      Capabilities: ['CAPABILITY_IAM'],
    }),
  );
  await waitUntilStackCreateComplete({ client, maxWaitTime: 300, minDelay: 1 }, { StackName });
  const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName }));
  client.destroy();
  const outputs = Object.fromEntries(
    (Stacks[0]?.Outputs ?? []).map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]),
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
