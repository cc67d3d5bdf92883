import { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { ConnectClient } from '@aws-sdk/client-connect';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import { SNSClient } from '@aws-sdk/client-sns';
import type { DoctorPorts } from '../doctor/ports.ts';
import type { createAwsClients } from './aws-clients.ts';
import { createTrailReader } from './cloudtrail-trails.ts';
import { createPools } from './cognito-pools.ts';
import { createInstances } from './connect-instances.ts';
import { createDeploymentReader } from './deployment-reader.ts';
import { createQuotaReader } from './service-quotas.ts';

/** A person waits. A call that Connect throttles is tried again. */
const LIMITS = { requestTimeoutMs: 15_000, connectionTimeoutMs: 3_000, maxAttempts: 5 };

/** Connects the ports of `doctor` and `init`: with more clients than other commands load. */
export function createDoctorPorts({
  shared,
  settings: settingsOf,
  cloudFormation,
  cognito,
  lambda,
}: Pick<
  Awaited<ReturnType<typeof createAwsClients>>,
  'shared' | 'settings' | 'cloudFormation' | 'cognito' | 'lambda'
>): DoctorPorts {
  const settings = () => ({ ...shared, ...settingsOf(LIMITS) });
  return {
    pools: createPools(cognito),
    instances: (region) => createInstances(new ConnectClient({ ...settings(), region })),
    trails: createTrailReader(new CloudTrailClient(settings())),
    quotas: (region) => createQuotaReader(new ServiceQuotasClient({ ...settings(), region })),
    deployment: createDeploymentReader({
      cloudFormation,
      lambda,
      cloudWatch: new CloudWatchClient(settings()),
      eventBridge: new EventBridgeClient(settings()),
      scheduler: new SchedulerClient(settings()),
      sns: new SNSClient(settings()),
    }),
  };
}
