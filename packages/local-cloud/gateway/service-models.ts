import { createModel, type ServiceModel } from './models.ts';
import { createSmallModel } from './small-models.ts';

/** Finds what is known of a service's shapes, by SigV4 signing name; `undefined` where nothing is. */
export type FindModel = (service: string) => (() => Promise<ServiceModel>) | undefined;

/**
 * Creates the models of all services that have any: from the AWS SDK's own schemas, each loaded when it is first asked
 * for; for the four services whose SDK package the project does without, written down as far as they are served.
 * DynamoDB's engine checks for itself, and S3's protocol takes apart what it serves.
 */
export function createModels(): FindModel {
  const models: Readonly<Record<string, () => Promise<ServiceModel>>> = {
    'cognito-idp': createModel(() => import('@aws-sdk/client-cognito-identity-provider')),
    cloudtrail: createModel(() => import('@aws-sdk/client-cloudtrail')),
    cloudformation: createModel(() => import('@aws-sdk/client-cloudformation')),
    connect: createModel(() => import('@aws-sdk/client-connect')),
    events: createModel(() => import('@aws-sdk/client-eventbridge')),
    lambda: createModel(() => import('@aws-sdk/client-lambda')),
    monitoring: createModel(() => import('@aws-sdk/client-cloudwatch')),
    servicequotas: createModel(() => import('@aws-sdk/client-service-quotas')),
    sns: createModel(() => import('@aws-sdk/client-sns')),
    sqs: createModel(() => import('@aws-sdk/client-sqs')),
    iam: createSmallModel('iam'),
    scheduler: createSmallModel('scheduler'),
    ssm: createSmallModel('ssm'),
    sts: createSmallModel('sts'),
  };
  return (service) => (Object.hasOwn(models, service) ? models[service] : undefined);
}
