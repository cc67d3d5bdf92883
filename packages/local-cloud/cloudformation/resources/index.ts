import type { Provider } from '../provider.ts';
import { alarmProvider } from './cloudwatch.ts';
import { userPoolClientProvider, userPoolProvider } from './cognito.ts';
import { globalTableProvider, tableProvider } from './dynamodb.ts';
import { ruleProvider } from './events.ts';
import { policyProvider, roleProvider } from './iam.ts';
import { createInertProviders, metadataProvider } from './inert.ts';
import { functionProvider, permissionProvider } from './lambda.ts';
import { eventInvokeConfigProvider, eventSourceMappingProvider } from './lambda-events.ts';
import { scheduleProvider } from './scheduler.ts';
import { subscriptionProvider, topicPolicyProvider, topicProvider } from './sns.ts';
import { queuePolicyProvider, queueProvider } from './sqs.ts';

/** Every resource type that the local cloud can deploy, by its name. It has state, so each cloud creates its own. */
export const createProviders = (): ReadonlyMap<string, Provider> =>
  new Map(
    [
      metadataProvider,
      ...createInertProviders(),
      alarmProvider,
      userPoolProvider,
      userPoolClientProvider,
      globalTableProvider,
      tableProvider,
      ruleProvider,
      policyProvider,
      roleProvider,
      functionProvider,
      permissionProvider,
      eventInvokeConfigProvider,
      eventSourceMappingProvider,
      scheduleProvider,
      queuePolicyProvider,
      queueProvider,
      subscriptionProvider,
      topicPolicyProvider,
      topicProvider,
    ].map((provider) => [provider.type, provider]),
  );
