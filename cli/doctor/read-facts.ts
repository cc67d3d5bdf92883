import { POOL_TRIGGERS, TRIGGER_SLOTS } from '../../lambda/core/events/trigger-names.ts';
import { PermanentError } from '../../lambda/core/failures/errors.ts';
import type { Configuration } from '../../lib/configuration/configuration-schema.ts';
import { parseConnectInstanceArn } from '../../lib/configuration/connect-instance.ts';
import { OUTPUTS } from '../../lib/outputs.ts';
import type { Connections } from '../connections.ts';
import { isObject, type Json, type JsonObject, memberAt, textAt } from '../json.ts';
import { readPermission } from '../triggers/inspect.ts';
import { readOccupants } from '../triggers/occupants.ts';
import { NO_SETTINGS } from './check.ts';
import type { DoctorFacts, DoctorSettings, PoolFacts } from './facts.ts';
import type { DoctorPorts } from './ports.ts';
import { type DeploymentDeps, readDeployment } from './read-deployment.ts';
import { readInstance, readQuotas, readTrails } from './read-surroundings.ts';
import { attempt, known, type Reading, whenRead } from './reading.ts';
import { differingSettings, settingsOf } from './target.ts';

/** What {@link readFacts} reads with. */
export interface DoctorDeps extends DeploymentDeps, Pick<Connections, 'caller' | 'settings' | 'stacks'> {
  readonly doctor: DoctorPorts;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly sleep: (milliseconds: number) => Promise<void>;
  readonly version: string;
}

/** What is looked at. */
export interface DoctorTarget {
  readonly region: string;
  readonly givenRegion: string | undefined;
  readonly stackName: string;
  readonly configuration: Configuration | undefined;
}

/**
 * Reads everything that the checks decide by; a read that is refused leaves a gap and no more.
 *
 * @throws {PermanentError | TransientError} when AWS does not even say who is calling.
 */
export async function readFacts(
  deps: DoctorDeps,
  { region, givenRegion, stackName, configuration }: DoctorTarget,
): Promise<DoctorFacts> {
  const caller = await deps.caller();
  const deployment = await attempt(() => readDeployment(deps, stackName));
  const deployed = deployment.state === 'read' ? deployment.value : undefined;
  const settings =
    configuration === undefined
      ? settingsFrom(deployed?.parts?.worker ?? gap(deployment))
      : known(settingsOf(configuration));
  const userPoolId = configuration?.userPoolId ?? deployed?.stack.outputs[OUTPUTS.userPoolId];
  const instanceArn = configuration && parseConnectInstanceArn(configuration.connectInstanceArn);
  const functionArn = deployed?.stack.outputs[OUTPUTS.poolTriggerFunctionArn];
  return {
    now: deps.now(),
    cliVersion: deps.version,
    region,
    ...(givenRegion !== undefined && { givenRegion }),
    caller,
    settings,
    ...(userPoolId !== undefined && { userPoolId }),
    ...(instanceArn !== undefined && { instanceAccount: instanceArn.account }),
    ...(configuration && deployed?.parts && { notDeployed: await compare(configuration, deployed.parts.worker) }),
    ...(userPoolId !== undefined && (await readPool(deps, userPoolId, { settings, functionArn }))),
    chained: await readChained(deps, configuration),
    ...(await readInstance(deps, settings)),
    trails: await readTrails(deps.doctor.trails),
    quotas: await whenRead(settings, ({ instance }) => readQuotas(deps.doctor.quotas(instance.region))),
    deployment,
  };
}

/** A reading without its value: what depends on it has the same gap. */
const gap = <Value>(reading: Reading<unknown>): Reading<Value> =>
  reading.state === 'read' ? { state: 'failed', code: 'no-deployment' } : reading;

function settingsFrom(worker: Reading<DoctorSettings | undefined>): Reading<DoctorSettings> {
  if (worker.state !== 'read') return worker;
  return worker.value === undefined ? { state: 'failed', code: NO_SETTINGS } : known(worker.value);
}

const compare = (
  configuration: Configuration,
  worker: Reading<DoctorSettings | undefined>,
): Promise<Reading<readonly string[]>> =>
  whenRead(settingsFrom(worker), async (deployed) => known(differingSettings(settingsOf(configuration), deployed)));

async function readPool(
  deps: DoctorDeps,
  userPoolId: string,
  { settings, functionArn }: { readonly settings: Reading<DoctorSettings>; readonly functionArn: string | undefined },
) {
  const { pools } = deps.doctor;
  const described = await attempt(() => describePool(deps, userPoolId));
  const scope = settings.state === 'read' ? settings.value.policy.scope : undefined;
  const there = described.state !== 'read' || described.value !== undefined;
  return {
    pool: await whenRead(described, async (pool) => known(pool && toPoolFacts(pool))),
    ...(there && { clients: await attempt(() => pools.clients(userPoolId)) }),
    ...(there && scope?.kind === 'group' && { group: await attempt(() => pools.hasGroup(userPoolId, scope.group)) }),
    ...(described.state === 'read' &&
      described.value !== undefined && { triggers: await readTriggers(deps, described.value, functionArn) }),
  };
}

async function describePool({ settings }: DoctorDeps, userPoolId: string): Promise<JsonObject | undefined> {
  try {
    return (await settings.describe(userPoolId)).pool;
  } catch (error) {
    if (error instanceof PermanentError && error.code === 'ResourceNotFoundException') return undefined;
    throw error;
  }
}

const listAt = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? value : []);

/** What a description of a pool says. Pure. */
function toPoolFacts(pool: JsonObject): PoolFacts {
  const kept = memberAt(pool, 'UserAttributeUpdateSettings', 'AttributesRequireVerificationBeforeUpdate');
  return {
    arn: textAt(pool, 'Arn') ?? '',
    attributes: listAt(pool.SchemaAttributes).flatMap((attribute) =>
      isObject(attribute) && typeof attribute.Name === 'string' ? [attribute.Name] : [],
    ),
    // Sign-up is closed only where the pool says that administrators alone create users.
    selfSignUp: memberAt(pool, 'AdminCreateUserConfig', 'AllowAdminCreateUserOnly') !== true,
    keepsVerifiedEmail: listAt(kept).includes('email'),
  };
}

const readTriggers = (deps: DoctorDeps, pool: JsonObject, functionArn: string | undefined) =>
  attempt(async () => {
    const poolArn = textAt(pool, 'Arn') ?? '';
    const occupants = await readOccupants(deps, pool, { poolArn, functionArn });
    const attached = TRIGGER_SLOTS.some((slot) => occupants[slot]?.state === 'ours');
    if (functionArn === undefined || !attached) return { occupants };
    return { occupants, permission: await readPermission(deps.functions, functionArn, poolArn) };
  });

async function readChained(
  { functions }: DoctorDeps,
  configuration: Configuration | undefined,
): Promise<DoctorFacts['chained']> {
  const chain = TRIGGER_SLOTS.flatMap((slot) => {
    const arn = configuration?.chain[POOL_TRIGGERS[slot].setting];
    return arn === undefined ? [] : [{ slot, arn }];
  });
  const readings = chain.map(async ({ slot, arn }) => {
    const facts = await attempt(() => functions.describe(arn));
    const found = await whenRead<typeof facts extends Reading<infer Value> ? Value : never, boolean>(
      facts,
      async (described) =>
        described === 'unreadable'
          ? { state: 'denied', permission: 'lambda:GetFunction' }
          : known(described !== 'missing'),
    );
    return [slot, { arn, found }] as const;
  });
  return Object.fromEntries(await Promise.all(readings));
}
