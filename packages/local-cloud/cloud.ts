import { type Clock, systemClock } from './clock.ts';
import { createCloudFormation } from './cloudformation/index.ts';
import type { AccessKey } from './gateway/callers.ts';
import { createGateway, type Gateway } from './gateway/gateway.ts';
import type { Cloud } from './service.ts';
import { createCloudTrail } from './services/cloudtrail/index.ts';
import { createCloudWatch } from './services/cloudwatch/index.ts';
import { createCognito } from './services/cognito/index.ts';
import { type ConnectOptions, createConnect } from './services/connect/index.ts';
import { createDynamoDb } from './services/dynamodb/index.ts';
import { createEvents } from './services/events/index.ts';
import { createAuthorize } from './services/iam/authorize.ts';
import { createIam } from './services/iam/index.ts';
import { createLambda } from './services/lambda/index.ts';
import { createLogs } from './services/logs/index.ts';
import { createS3 } from './services/s3/index.ts';
import { createScheduler } from './services/scheduler/index.ts';
import { createServiceQuotas } from './services/service-quotas/index.ts';
import { createSns } from './services/sns/index.ts';
import { createSqs } from './services/sqs/index.ts';
import { createSsm } from './services/ssm/index.ts';
import { createSts } from './services/sts/index.ts';
import { createWeather, type Weather } from './weather/index.ts';

/** Options of a local cloud. All have defaults. */
export interface LocalCloudOptions {
  readonly clock?: Clock;
  /** 12 digits. */
  readonly accountId?: string;
  readonly region?: string;
  /** Port on 127.0.0.1; 0 takes a free one. */
  readonly port?: number;
  /** The Amazon Connect instance that exists from the start. */
  readonly connect?: ConnectOptions;
}

/** An AWS account with one Region on this machine. */
export interface LocalCloud {
  /** Base URL of every service, for example `http://127.0.0.1:4599`. */
  readonly endpoint: string;
  /** How often AWS behaves in rare ways; off at first. */
  readonly weather: Weather;
  /** The account's own key, with every permission. It is random for each cloud and useless elsewhere. */
  readonly credentials: AccessKey;
  /** Calls the services in process. */
  readonly cloud: Cloud;
  /** The services themselves, for functions beside the AWS API. */
  readonly services: ReturnType<typeof createServices>;
  /** Ends every process, timer and connection. A second call does nothing. */
  close(): Promise<void>;
}

/**
 * Starts a local cloud. It has one Amazon Connect instance and the asset bucket of the CDK, and nothing else.
 *
 * @throws when the port is taken or an option is not allowed. Then nothing is left running.
 */
export async function createLocalCloud(options: LocalCloudOptions = {}): Promise<LocalCloud> {
  const { gateway, services, weather } = composeCloud(options);
  try {
    const endpoint = await gateway.listen(options.port ?? 0);
    const { cloud, callers, close } = gateway;
    return { endpoint, credentials: callers.accountKey, weather, cloud, services, close };
  } catch (error) {
    await gateway.close();
    throw error;
  }
}

/**
 * Puts gateway and services together without listening.
 *
 * @throws when an option is not allowed.
 */
export function composeCloud(options: LocalCloudOptions = {}) {
  const { clock = systemClock, accountId = '000000000000', region = 'eu-west-1' } = options;
  const weather = createWeather();
  const gateway: Gateway = createGateway({
    clock,
    accountId,
    region,
    weather,
    authorize: (...call) => authorize(...call),
  });
  const services = createServices(gateway, weather, options);
  const authorize = createAuthorize(gateway.cloud, {
    policiesOf: services.iam.policiesOf,
    resourcePolicyOf: services.sqs.policyOf,
    needsDirectories: services.iam.needsDirectories,
    partitionKeyOf: services.dynamodb.partitionKeyOf,
  });
  // They are closed in the reverse order: a service before the services that it calls.
  gateway.register('dynamodb', services.dynamodb);
  gateway.register('s3', services.s3);
  gateway.register('ssm', services.ssm);
  gateway.register('sts', services.sts);
  gateway.register('logs', services.logs);
  gateway.register('iam', services.iam);
  gateway.register('connect', services.connect);
  gateway.register('sqs', services.sqs);
  gateway.register('lambda', services.lambda);
  gateway.register('events', services.events);
  gateway.register('scheduler', services.scheduler);
  gateway.register('monitoring', services.cloudwatch);
  gateway.register('sns', services.sns);
  gateway.register('servicequotas', services.serviceQuotas);
  const { operations, settings, admin } = services.cloudtrail;
  gateway.register('cloudtrail', {
    operations,
    views: { settings, trails: () => admin.trails(undefined) },
    changes: admin,
  });
  gateway.register('cognito-idp', services.cognito);
  gateway.register('cloudformation', services.cloudformation);
  return { gateway, services, weather };
}

function createServices({ cloud, undisturbed, callers }: Gateway, weather: Weather, options: LocalCloudOptions) {
  const cloudtrail = createCloudTrail(cloud, weather);
  const iam = createIam(cloud);
  const connect = createConnect(cloud, { ...options.connect, weather });
  return {
    cloudtrail,
    cloudwatch: createCloudWatch(cloud),
    cloudformation: createCloudFormation(undisturbed),
    cognito: createCognito(cloud, { cloudTrail: cloudtrail, weather }),
    connect,
    dynamodb: createDynamoDb(cloud),
    events: createEvents(cloud),
    iam,
    lambda: createLambda(cloud, { credentialsFor: callers.registerRole }),
    logs: createLogs(),
    s3: createS3(cloud),
    scheduler: createScheduler(cloud, { policiesOf: iam.policiesOf }),
    serviceQuotas: createServiceQuotas(cloud, connect.changedRate),
    sns: createSns(cloud),
    sqs: createSqs(cloud),
    ssm: createSsm(cloud),
    sts: createSts(cloud, { ...callers, exists: (roleArn) => iam.policiesOf(roleArn) !== undefined }),
  };
}
