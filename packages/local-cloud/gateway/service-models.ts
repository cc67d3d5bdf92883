import { createModel, type ServiceModel } from './models.ts';
import { createSmallModel } from './small-models.ts';

/** Finds the model of a service by its SigV4 signing name; `undefined` when it has none. */
export type FindModel = (service: string) => (() => Promise<ServiceModel>) | undefined;

/**
 * Creates the models of all services that have one. Most come from the schemas of the AWS SDK and are loaded at their first
 * use. Four services, whose SDK package is no dependency, have a written model of the served operations. DynamoDB's engine
 * and S3's protocol check requests themselves.
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
