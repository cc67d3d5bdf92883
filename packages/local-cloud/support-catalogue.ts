import { createLocalCloud } from './cloud.ts';
import * as cloudFormation from './cloudformation/index.ts';
import * as gateway from './gateway/assumptions.ts';
import type { Operations } from './service.ts';
import * as cloudTrail from './services/cloudtrail/index.ts';
import * as cloudWatch from './services/cloudwatch/index.ts';
import * as cognito from './services/cognito/index.ts';
import * as connect from './services/connect/index.ts';
import * as dynamoDb from './services/dynamodb/index.ts';
import * as events from './services/events/index.ts';
import * as iam from './services/iam/index.ts';
import * as lambda from './services/lambda/index.ts';
import * as s3 from './services/s3/index.ts';
import * as scheduler from './services/scheduler/index.ts';
import * as serviceQuotas from './services/service-quotas/index.ts';
import * as sns from './services/sns/index.ts';
import * as sqs from './services/sqs/index.ts';
import * as ssm from './services/ssm/index.ts';
import * as sts from './services/sts/index.ts';
import type { ServiceSupport } from './support.ts';
import { probeRefusedMembers } from './support-probe.ts';

/** What the module of a service may export about missing parts and assumptions. */
interface Declarations {
  readonly PARTIAL?: Readonly<Record<string, string>>;
  readonly ASSUMPTIONS?: ServiceSupport['assumptions'];
}

/** Operations that are served in part, but whose module does not say so. */
const CLOUDFORMATION = {
  DescribeEvents: 'never has any: change sets are checked before they are made',
  DescribeStacks: 'one page',
  ListChangeSets: 'one page',
  ListExports: 'one page',
  ListHookResults: 'never has any',
  ListStackResources: 'one page',
  ListStacks: 'one page',
};

/**
 * What the local cloud serves and assumes: what the modules declare, and the request members that the operations refuse. To
 * find these members, it calls the operations in a temporary cloud.
 */
export async function listSupport(): Promise<readonly ServiceSupport[]> {
  const quotas = { default: { ratePerSecond: 1_000_000, burst: 1_000_000 } };
  const { cloud, services, close } = await createLocalCloud({ connect: { settings: { quotas } } });
  const support = async (name: string, declared: Declarations, signingName = '', operations: Operations = {}) => {
    const partial: Record<string, string> = {};
    for (const operation of Object.keys(operations)) {
      const refused = await probeRefusedMembers(cloud, signingName, operation);
      const notes = [
        ...(declared.PARTIAL?.[operation] === undefined ? [] : [declared.PARTIAL[operation]]),
        ...(refused.length === 0 ? [] : [`refuses ${refused.join(', ')}`]),
      ];
      if (notes.length > 0) partial[operation] = notes.join('; ');
    }
    return { name, operations: Object.keys(operations), partial, assumptions: declared.ASSUMPTIONS ?? [] };
  };
  try {
    return [
      await support('All services', gateway),
      await support(
        'AWS CloudFormation',
        { ...cloudFormation, PARTIAL: { ...CLOUDFORMATION, ...(cloudFormation as Declarations).PARTIAL } },
        'cloudformation',
        services.cloudformation.operations,
      ),
      await support('AWS CloudTrail', cloudTrail, 'cloudtrail', services.cloudtrail.operations),
      await support('AWS Identity and Access Management', iam, 'iam', services.iam.operations),
      await support('AWS Lambda', lambda, 'lambda', services.lambda.operations),
      await support('AWS Security Token Service', sts, 'sts', services.sts.operations),
      await support('AWS Systems Manager', ssm, 'ssm', services.ssm.operations),
      await support('AWS Service Quotas', serviceQuotas, 'servicequotas', services.serviceQuotas.operations),
      await support('Amazon CloudWatch', cloudWatch, 'monitoring', services.cloudwatch.operations),
      await support('Amazon Cognito', cognito, 'cognito-idp', services.cognito.operations),
      await support('Amazon Connect', connect, 'connect', services.connect.operations),
      await support('Amazon DynamoDB', dynamoDb, 'dynamodb', services.dynamodb.operations),
      await support('Amazon EventBridge', events, 'events', services.events.operations),
      await support('Amazon EventBridge Scheduler', scheduler, 'scheduler', services.scheduler.operations),
      await support('Amazon S3', s3, 's3', services.s3.operations),
      await support('Amazon SNS', sns, 'sns', services.sns.operations),
      await support('Amazon SQS', sqs, 'sqs', services.sqs.operations),
    ];
  } finally {
    await close();
  }
}
