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

/** How a local cloud is to be. Everything has a default. */
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
  /** How odd AWS is; off at first. */
  readonly weather: Weather;
  /** The account's own key, with every permission: random for each cloud, and worth nothing elsewhere. */
  readonly credentials: AccessKey;
  /** The services by call, in process. */
  readonly cloud: Cloud;
  /** The services themselves, for what lies beside the AWS API. */
  readonly services: ReturnType<typeof createServices>;
  /** Ends every process, timer and connection; harmless when called again. */
  close(): Promise<void>;
}

/**
 * Starts a local cloud: empty but for one Amazon Connect instance and the asset bucket of the CDK.
 *
 * @throws where the port is taken, or an option is not what a service allows; nothing is left running then.
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
 * @throws where an option is not what a service allows.
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
  // In this order, because they are closed in the reverse one: what calls others before what is called.
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
    sts: createSts(cloud, callers.lendAccount),
  };
}
