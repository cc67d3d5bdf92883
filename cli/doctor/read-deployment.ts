import { SWEEP_INTERVAL_MINUTES } from '../../lambda/core/settings.ts';
import { OUTPUTS } from '../../lib/outputs.ts';
import type { Connections } from '../connections.ts';
import type { DeploymentFacts, DeploymentParts, RouteCounts } from './facts.ts';
import type { DeploymentReader, DoctorPorts, StackFacts, StackResource } from './ports.ts';
import { attempt, type Reading, whenRead } from './reading.ts';
import { deployedSettings } from './target.ts';

/** What {@link readDeployment} reads with. */
export interface DeploymentDeps extends Pick<Connections, 'functions' | 'queueDepth' | 'userTable' | 'sweepState'> {
  readonly doctor: Pick<DoctorPorts, 'deployment'>;
}

/** How many pages of rows are searched for one whose last change came by CloudTrail. */
const ROUTE_PAGES = 20;

const FUNCTIONS = [
  OUTPUTS.poolTriggerFunctionName,
  OUTPUTS.changeIntakeFunctionName,
  OUTPUTS.syncWorkerFunctionName,
  OUTPUTS.sweepFunctionName,
];

/** Without these outputs, nothing is known of the parts. */
const NEEDED = [OUTPUTS.tableName, OUTPUTS.queueUrl, OUTPUTS.syncWorkerFunctionName];

/** Reads what there is of a deployment; `undefined` when there is no such stack. */
export async function readDeployment(deps: DeploymentDeps, stackName: string): Promise<DeploymentFacts | undefined> {
  const stack = await deps.doctor.deployment.stack(stackName);
  if (stack === undefined) return undefined;
  if (NEEDED.some((output) => stack.outputs[output] === undefined)) return { stack };
  return { stack, parts: await readParts(deps, stack) };
}

async function readParts(deps: DeploymentDeps, stack: StackFacts): Promise<DeploymentParts> {
  const { deployment } = deps.doctor;
  const place = (output: string): string => stack.outputs[output] ?? '';
  const resources = await attempt(() => deployment.resources(stack.name));
  const alarms = await readAlarms(deployment, resources);
  const functions = FUNCTIONS.flatMap((output) => stack.outputs[output] ?? []).map(
    async (name) => [name, await attempt(() => deployment.functionState(name))] as const,
  );
  return {
    worker: await attempt(() => deployedSettings(deps.functions, place(OUTPUTS.syncWorkerFunctionName))),
    functions: Object.fromEntries(await Promise.all(functions)),
    mappings: await attempt(() => deployment.mappings(place(OUTPUTS.syncWorkerFunctionName))),
    rules: await readRules(deployment, resources),
    queues: await readQueues(deps, stack),
    alarms,
    topics: await readTopics(deployment, alarms),
    routes: await attempt(() => countRoutes(deps, place(OUTPUTS.tableName))),
    ...(await readSweep(deps, stack, resources)),
  };
}

const ofType = (resources: readonly StackResource[], type: string): readonly string[] =>
  resources.filter((resource) => resource.type === type).map(({ physicalId }) => physicalId);

const readRules = (deployment: DeploymentReader, resources: Reading<readonly StackResource[]>) =>
  whenRead(resources, (all) =>
    attempt(() => Promise.all(ofType(all, 'AWS::Events::Rule').map((name) => deployment.rule(name)))),
  );

const readAlarms = (
  deployment: DeploymentReader,
  resources: Reading<readonly StackResource[]>,
): Promise<DeploymentParts['alarms']> =>
  whenRead(resources, (all) => {
    const names = ofType(all, 'AWS::CloudWatch::Alarm');
    return attempt(async () => ({ names, found: names.length === 0 ? [] : await deployment.alarms(names) }));
  });

async function readTopics(
  deployment: DeploymentReader,
  alarms: DeploymentParts['alarms'],
): Promise<DeploymentParts['topics']> {
  const actions = alarms.state === 'read' ? alarms.value.found.flatMap((alarm) => alarm.actions) : [];
  const topics = [...new Set(actions)].filter((arn) => arn.split(':')[2] === 'sns');
  const readings = topics.map(async (arn) => [arn, await attempt(() => deployment.topic(arn))] as const);
  return Object.fromEntries(await Promise.all(readings));
}

const readQueues = ({ queueDepth }: DeploymentDeps, { outputs }: StackFacts): Promise<DeploymentParts['queues']> =>
  attempt(async () => {
    const [changes, dead, deadIntake] = await Promise.all(
      [OUTPUTS.queueUrl, OUTPUTS.deadLetterQueueUrl, OUTPUTS.intakeDeadLetterQueueUrl].map((output) =>
        queueDepth(outputs[output] ?? ''),
      ),
    );
    const none = { visible: 0, hidden: 0 };
    return { changes: changes ?? none, dead: dead ?? none, deadIntake: deadIntake ?? none };
  });

/** The sweep, where the stack has one: its schedule, and how far it has come. */
async function readSweep(
  { doctor, functions, sweepState }: DeploymentDeps,
  { outputs }: StackFacts,
  resources: Reading<readonly StackResource[]>,
): Promise<Pick<DeploymentParts, 'schedule' | 'sweep'>> {
  const name = outputs[OUTPUTS.sweepFunctionName];
  if (name === undefined) return {};
  const schedule = await whenRead(resources, (all) =>
    attempt(async () => {
      const [scheduleName = ''] = ofType(all, 'AWS::Scheduler::Schedule');
      const state = await doctor.deployment.scheduleState(scheduleName);
      return { name: scheduleName, state: state ?? 'missing' };
    }),
  );
  const sweep = await attempt(async () => {
    const { SWEEP_INTERVAL_MINUTES: minutes } = (await functions.environment(name)) ?? {};
    const intervalMinutes = Number(minutes ?? SWEEP_INTERVAL_MINUTES.default);
    return { state: await sweepState(outputs[OUTPUTS.tableName] ?? ''), intervalMinutes };
  });
  return { schedule, sweep };
}

/** Counts rows by the route of their last change, until one came by CloudTrail. */
async function countRoutes({ userTable }: DeploymentDeps, tableName: string): Promise<RouteCounts> {
  let others = 0;
  let pages = 0;
  for await (const rows of userTable(tableName).scan()) {
    const cloudTrail = rows.filter(({ cause }) => cause === 'cloudtrail').length;
    if (cloudTrail > 0) return { cloudTrail, others };
    others += rows.filter(({ cause }) => cause !== undefined && cause !== 'operator').length;
    pages += 1;
    if (pages === ROUTE_PAGES) break;
  }
  return { cloudTrail: 0, others };
}
