import type { SendMessageCommandInput } from '@aws-sdk/client-sqs';
import { type Policy, policySchema } from '../../../lambda/core/policy.ts';
import { type Clock, createVirtualClock } from '../../../packages/local-cloud/clock.ts';
import { createFaults } from './faults.ts';
import { createHandlers } from './functions.ts';
import { createLambda, startMapping } from './lambda.ts';
import { type Line, NO_ONLOOKER, type Onlooker, overheard } from './onlooker.ts';
import { createPeople, createPool } from './population.ts';
import { createFunction, type Sandbox, type SimulatedFunction } from './sandbox.ts';
import type { Wire } from './sdk-client.ts';
import { ACCOUNT, createServices, functionArn, type Services } from './services.ts';
import { DEPLOYED, type WorldSettings } from './settings.ts';
import { createTableDouble, type TableDouble } from './table.ts';
import { underWeather } from './under-weather.ts';
import { createWatch, type Fields, type Watch } from './watch.ts';

const MINUTE_MS = 60_000;

/** A run of the whole product in this process. */
export interface World {
  readonly settings: WorldSettings;
  readonly policy: Policy;
  readonly services: Services;
  readonly clock: Clock;
  readonly table: TableDouble;
  readonly watch: Watch;
  readonly userPoolId: string;
  readonly clientId: string;
  readonly lines: readonly Line[];
  /** What is in the dead-letter queue of the intake. */
  readonly deadEvents: readonly unknown[];
  readonly faults: ReturnType<typeof createFaults>;
  /** Access tokens by user name, and when they were issued. */
  readonly sessions: Map<string, { readonly token: string; readonly at: number }>;
  /** Milliseconds since the start. */
  elapsed(): number;
  advance(milliseconds: number): Promise<void>;
  /** Lets time pass until nothing is left to do, `limitMs` at most; false when something still is. */
  settle(limitMs: number): Promise<boolean>;
  /** Sends a change as an operator or a sweep does. */
  send(sub: string, cause?: string): Promise<void>;
  /** Runs the sweep as often as a whole pass takes. */
  sweep(): Promise<void>;
  /** What the schedule does every quarter of an hour. */
  tick(): void;
  queued(): { readonly visible: number; readonly inFlight: number; readonly delayed: number };
  /** Runs sync-worker beside the queue. */
  readonly worker: SimulatedFunction;
  /** Puts the clocks of all our functions wrong by so much, milliseconds. */
  setClocks(shiftMs: number): void;
  close(): void;
}

/** Starts a run: people in both services, some of them linked, everything else as the stack deploys it. */
export async function startWorld(settings: WorldSettings, onlooker: Onlooker = NO_ONLOOKER): Promise<World> {
  const virtual = createVirtualClock();
  // Whole milliseconds, as a real clock has them.
  const clock: Clock = { now: virtual.now, schedule: (delayMs, task) => virtual.schedule(Math.ceil(delayMs), task) };
  const start = clock.now();
  const elapsed = () => clock.now() - start;
  const policy = policySchema.parse({ identityManagementType: settings.type, ...settings.policy });
  const admins = new Set<string>();
  const faults = createFaults(settings.faults, elapsed);
  const table: TableDouble = createTableDouble((pk, item) => watch.row(pk, item));
  const watch = createWatch({
    now: clock.now,
    table,
    policy,
    type: settings.type,
    latenessMs: latenessOf(settings),
    isAdmin: (connectUserId) => admins.has(connectUserId),
  });
  const restore = prepareProcess(clock);
  const services = await createServices(settings, clock, table, {
    onRecord: watch.stored,
  });
  const { call, connect } = services;
  connect.onChange(({ kind, user }) => watch.connectWrite(kind, user.Id ?? '', { ...user.IdentityInfo } as Fields));

  const lines: Line[] = [];
  const log =
    (level: Line['level']) =>
    (message: string, fields: Line['fields'] = {}) => {
      const line = { at: elapsed(), level, message, fields };
      lines.push(line);
      onlooker.logged(line);
      watch.logged(JSON.stringify([message, fields]));
    };
  const deadEvents: unknown[] = [];
  const { userPoolId, clientId } = await createPool(services, settings);
  const handlers = createHandlers({
    wire: (sandbox, mayDie) =>
      overheard(wireOf(sandbox, mayDie, { settings, clock, faults, services, watch, deadEvents }), onlooker),
    logger: { info: log('info'), warn: log('warn'), error: log('error') },
    policy,
    userPoolId,
    instanceId: connect.instance.id,
    queueUrl: services.queues.changes,
    deadLetterQueueUrl: services.queues.dead,
    intakeDeadLetterQueueUrl: services.queues.deadRecords,
    random: services.random,
  });
  let shiftMs = 0;
  const skewMs = (sandbox: number) => shiftMs + (settings.skew.ours[sandbox % settings.skew.ours.length] ?? 0);
  const run = (name: string, timeoutMs: number, create: (sandbox: Sandbox) => (...args: never[]) => Promise<unknown>) =>
    createFunction(clock, {
      arn: functionArn(name),
      timeoutMs,
      initMs: 50,
      skewMs,
      create: create as never,
      onInvoke: (event) => onlooker.invoked(name, event),
    });
  const trigger = run('pool-trigger', DEPLOYED.triggerTimeoutMs, handlers.trigger);
  const intake = run('change-intake', DEPLOYED.intakeTimeoutMs, handlers.intake);
  const worker = run('sync-worker', DEPLOYED.worker.timeoutMs, handlers.worker);
  const sweep = run('sweep', DEPLOYED.sweepTimeoutMs, handlers.sweep);
  const lambda = createLambda(
    clock,
    { trigger, intake },
    { storeDelayMs: settings.pool.storeDelayMs, onTriggered: watch.triggered, deadEvents },
  );
  services.setLambda(lambda.operations);

  await createPeople(settings, services, { userPoolId, table, watch, admins, now: clock.now });
  await services.createRules(userPoolId);
  services.weather.change({ level: settings.weather, seed: settings.seed });
  const mapping = startMapping(services.cloud, worker, services.queues.changes, ({ MessageId = '', Body = '' }) =>
    watch.deleted(MessageId, Body),
  );
  const queued = () => services.sqs.stats()['changes.fifo'] ?? { visible: 0, inFlight: 0, delayed: 0 };

  let sent = 0;
  let sweeping = 0;
  return {
    settings,
    policy,
    services,
    clock,
    table,
    watch,
    userPoolId,
    clientId,
    lines,
    deadEvents,
    faults,
    sessions: new Map(),
    elapsed,
    queued,
    advance: virtual.advance,
    async settle(limitMs) {
      const busy = () => {
        const { visible, inFlight, delayed } = queued();
        return visible + inFlight + delayed + mapping.busy() + lambda.running() + sweeping > 0;
      };
      for (let waitedMs = 0; waitedMs < limitMs; waitedMs += MINUTE_MS) {
        await virtual.advance(MINUTE_MS);
        if (!busy()) return true;
      }
      return false;
    },
    async send(sub, cause = 'operator') {
      sent += 1;
      const eventId = `sent-${sent}`;
      watch.announced(eventId);
      const change = { v: 1, userPoolId, sub, cause, eventId, occurredAt: clock.now() };
      await call('sqs', 'SendMessage', {
        QueueUrl: services.queues.changes,
        MessageBody: JSON.stringify(change),
        MessageGroupId: sub,
        MessageDeduplicationId: eventId,
      });
    },
    async sweep() {
      // Long enough that a new pass is due, for every clock.
      await virtual.advance(61 * MINUTE_MS);
      const finished = () => lines.filter(({ message }) => message === 'sweep finished').length;
      for (const before = finished(); finished() === before; ) {
        const tick = sweep.invoke({}).then(({ failed, error }) => {
          if (failed) throw error;
        });
        await Promise.all([tick, virtual.advance(15 * MINUTE_MS)]);
      }
    },
    tick() {
      sweeping += 1;
      void sweep.invoke({}).finally(() => {
        sweeping -= 1;
      });
    },
    worker,
    setClocks(shift) {
      shiftMs = shift;
    },
    close() {
      mapping.stop();
      services.close();
      restore();
    },
  };
}

/** Requests reach Connect later than their slots by what lies between: skewed clocks, the last look at the table. */
function latenessOf({ skew, latencyMs, faults, weather }: WorldSettings): number {
  const spreadMs = Math.max(...skew.ours) - Math.min(...skew.ours);
  const table = faults.filter(({ target }) => target === 'dynamodb');
  const slow = table.some(({ kind }) => kind.startsWith('slow'));
  return spreadMs + 2 * latencyMs + (slow ? 20_000 : table.length > 0 || weather !== 'off' ? 2_000 : 0);
}

function wireOf(
  sandbox: Sandbox,
  mayDie: boolean,
  {
    settings,
    clock,
    faults,
    services,
    watch,
    deadEvents,
  }: Readonly<{ settings: WorldSettings; clock: Clock; services: Services; watch: Watch; deadEvents: unknown[] }> & {
    readonly faults: ReturnType<typeof createFaults>;
  },
): Wire {
  const { cloud, random, weather } = services;
  const role = { kind: 'role', roleArn: 'arn:aws:iam::111122223333:role/ours', functionName: 'ours' } as const;
  return {
    clock,
    sandbox,
    faults,
    random,
    latencyMs: settings.latencyMs,
    mayDie,
    onAttempt: (service, operation, input) =>
      service === 'connect' ? watch.connectRequest(operation, input) : () => undefined,
    async call(service, operation, input) {
      if (service === 'sqs' && 'MessageBody' in input) watch.sent(String(input.MessageBody), JSON.stringify(input));
      if (`${service}:${operation}` === 'cognito-idp:AdminGetUser')
        return underWeather(weather, service, operation, () => readUser(services, sandbox, input, watch));
      const answer = await underWeather(weather, service, operation, async () => {
        const carriedOut = await cloud.call(service, operation, input, role);
        // Also where the weather takes the answer away: the table has it.
        if (service === 'dynamodb' && operation !== 'GetItem') watch.tableWrite(sandbox, input);
        return carriedOut;
      });
      const { QueueUrl, MessageDeduplicationId = '', MessageAttributes } = input as SendMessageCommandInput;
      if (operation === 'SendMessage' && QueueUrl === services.queues.dead)
        watch.deadLettered(MessageDeduplicationId, MessageAttributes?.reason?.StringValue);
      if (operation === 'SendMessage' && QueueUrl === services.queues.deadRecords) deadEvents.push(input);
      return answer;
    },
  };
}

async function readUser({ cloud }: Services, sandbox: Sandbox, input: object, watch: Watch): Promise<unknown> {
  const { Username = '' } = input as { readonly Username?: string };
  try {
    const answer = await cloud.call<{ readonly UserAttributes: readonly { Name: string; Value: string }[] }>(
      'cognito-idp',
      'AdminGetUser',
      input,
      ACCOUNT,
    );
    const attributes: Fields = Object.fromEntries(answer.UserAttributes.map(({ Name, Value }) => [Name, Value]));
    watch.read(sandbox, attributes.sub ?? Username, attributes);
    return answer;
  } catch (error) {
    watch.read(sandbox, Username, undefined);
    throw error;
  }
}

/**
 * Puts `AbortSignal.timeout`, which the adapters use, on the clock of the run, and spares thousands of errors the
 * collection of their stacks; returns how to undo both.
 */
function prepareProcess(clock: Clock): () => void {
  const real = AbortSignal.timeout;
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  AbortSignal.timeout = (milliseconds) => {
    const controller = new AbortController();
    clock.schedule(milliseconds, () => controller.abort());
    return controller.signal;
  };
  return () => {
    AbortSignal.timeout = real;
    Error.stackTraceLimit = stackTraceLimit;
  };
}
