import { adminCallPattern, pageEventPattern, selfServiceCallPattern } from '../../../lib/event-patterns.ts';
import type { Clock } from '../../../packages/local-cloud/clock.ts';
import { type Caller, type Cloud, type Operations, unsupported } from '../../../packages/local-cloud/service.ts';
import {
  type CloudTrail,
  createCloudTrail,
  createRandom,
} from '../../../packages/local-cloud/services/cloudtrail/index.ts';
import { createCognito } from '../../../packages/local-cloud/services/cognito/index.ts';
import { createConnect } from '../../../packages/local-cloud/services/connect/index.ts';
import { createEvents } from '../../../packages/local-cloud/services/events/index.ts';
import { createSqs } from '../../../packages/local-cloud/services/sqs/index.ts';
import { createWeather } from '../../../packages/local-cloud/weather/index.ts';
import { DEPLOYED, type WorldSettings } from './settings.ts';
import type { TableDouble } from './table.ts';

const ACCOUNT_ID = '111122223333';
const REGION = 'eu-west-1';
export const ACCOUNT: Caller = { kind: 'account' };

/** ARN of one of our functions. */
export const functionArn = (name: string): string => `arn:aws:lambda:${REGION}:${ACCOUNT_ID}:function:${name}`;
const queueArn = (name: string) => `arn:aws:sqs:${REGION}:${ACCOUNT_ID}:${name}`;
export const CHANGES_ARN = queueArn('changes.fifo');

/** Signing in, which a run does only to have a token. */
const UNWANTED = /^(InitiateAuth|AdminSetUserPassword)$/;

/** Told of each record of a call that succeeded. */
export interface ServiceListeners {
  onRecord(eventId: string, eventName: string, sub: string | undefined): void;
}

/** The services of the local cloud in this process, without a gateway, on one clock. */
export async function createServices(
  settings: WorldSettings,
  clock: Clock,
  table: TableDouble,
  listeners: ServiceListeners,
) {
  const operations: Record<string, Operations> = { dynamodb: table.operations };
  let requests = 0;
  const cloud: Cloud = {
    clock,
    accountId: ACCOUNT_ID,
    region: REGION,
    endpoint: () => 'https://queues.example',
    call: async <Output>(service: string, operation: string, input: object, caller: Caller): Promise<Output> => {
      const run = operations[service]?.[operation];
      if (run === undefined) throw unsupported(`${service}:${operation}`);
      requests += 1;
      return (await run(input as never, { requestId: `r${requests}`, caller })) as Output;
    },
  };
  const random = createRandom(settings.seed);
  const cognitoClock: Clock = { ...clock, now: () => clock.now() + settings.skew.cognito };
  const cognitoCloud: Cloud = { ...cloud, clock: cognitoClock };
  let listening = false;
  const weather = createWeather();
  const trail = createCloudTrail(cognitoCloud, weather);
  trail.admin.settings({ ...settings.trail, seed: settings.seed });
  const cloudTrail: CloudTrail = {
    ...trail,
    deliver(record) {
      if (!listening || record.readOnly === true) return;
      const { sub } = (record.additionalEventData ?? {}) as { readonly sub?: string };
      if (record.errorCode === undefined) listeners.onRecord(String(record.eventID), String(record.eventName), sub);
      // No rule wants these, and there are many.
      if (UNWANTED.test(String(record.eventName))) return;
      // CloudTrail gives the time at which a request was completed, in whole seconds.
      const completedAt = cognitoClock.now();
      trail.deliver({ ...record, eventTime: `${new Date(completedAt).toISOString().slice(0, 19)}Z` }, completedAt);
    },
  };
  const cognito = createCognito(cognitoCloud, { random, cloudTrail, weather });
  cognito.admin.settings?.({ customMessageValues: settings.pool.customMessageValues });
  let ids = 0;
  const connect = createConnect(cloud, {
    identityManagementType: settings.type,
    newId: () => `00000000-0000-4000-8000-${String(++ids).padStart(12, '0')}`,
    settings: settings.connect,
    weather,
  });
  const sqs = createSqs(cloud);
  const events = createEvents(cloud, { random });
  Object.assign(operations, {
    'cognito-idp': cognito.operations,
    connect: connect.operations,
    sqs: sqs.operations,
    events: events.operations,
  });
  const call = <Output>(service: string, operation: string, input: object): Promise<Output> =>
    cloud.call(service, operation, input, ACCOUNT);
  return {
    cloud,
    call,
    random,
    weather,
    cognito,
    connect,
    sqs,
    /** Tells the cloud what Lambda does. */
    setLambda(lambda: Operations) {
      operations.lambda = lambda;
    },
    queues: await createQueues(call),
    /** Creates the rules; nothing is noticed before. */
    async createRules(userPoolId: string) {
      listening = true;
      const patterns = [
        adminCallPattern(userPoolId, { membership: true }),
        selfServiceCallPattern(),
        pageEventPattern(),
      ];
      for (const [index, { detailType, ...rest }] of patterns.entries()) {
        const EventPattern = JSON.stringify({ 'detail-type': detailType, ...rest });
        await call('events', 'PutRule', { Name: `rule-${index}`, EventPattern });
        const Targets = [{ Id: 'intake', Arn: functionArn('change-intake') }];
        await call('events', 'PutTargets', { Rule: `rule-${index}`, Targets });
      }
    },
    close: events.close,
  };
}

/** See {@link createServices}. */
export type Services = Awaited<ReturnType<typeof createServices>>;

/** The FIFO queue, its dead-letter queue, and that of the intake, as the stack makes them. */
async function createQueues(call: <Output>(service: string, operation: string, input: object) => Promise<Output>) {
  const create = async (QueueName: string, attributes: Readonly<Record<string, string>>) => {
    const Attributes = { FifoQueue: 'true', MessageRetentionPeriod: '1209600', ...attributes };
    return (await call<{ readonly QueueUrl: string }>('sqs', 'CreateQueue', { QueueName, Attributes })).QueueUrl;
  };
  const dead = await create('dead.fifo', {});
  const { QueueUrl: deadRecords } = await call<{ readonly QueueUrl: string }>('sqs', 'CreateQueue', {
    QueueName: 'dead-records',
  });
  const changes = await create('changes.fifo', {
    VisibilityTimeout: String(DEPLOYED.visibilityTimeoutSeconds),
    RedrivePolicy: JSON.stringify({
      deadLetterTargetArn: queueArn('dead.fifo'),
      maxReceiveCount: DEPLOYED.maxReceiveCount,
    }),
  });
  return { changes, dead, deadRecords };
}
