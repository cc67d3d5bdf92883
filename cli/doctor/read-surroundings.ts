import type { DoctorFacts, DoctorSettings, ProfileFacts, QuotaFacts, ReadTrail } from './facts.ts';
import type { DoctorPorts, Instances, QuotaReader, SecurityProfile, TrailReader } from './ports.ts';
import { attempt, known, type Reading, whenRead } from './reading.ts';

/** Permissions by which a holder of a security profile decides about other users. */
const EDITING = ['Users.Edit', 'Users.EditPermission'];

/** So many calls of one operation may be made at once; then one in {@link PACE_MS}: half of what AWS allows. */
const BURST = 4;
const PACE_MS = 1_000;

/** Codes of the operations that the product calls. @see https://docs.aws.amazon.com/general/latest/gr/connect_region.html */
const QUOTAS: Readonly<Record<string, string>> = {
  UpdateUserIdentityInfo: 'L-66B5F86E',
  DescribeUser: 'L-EE6F0D82',
  SearchUsers: 'L-E2C35CCE',
  ListUsers: 'L-CCC38177',
  DescribeInstance: 'L-D14CF86E',
};

interface InstanceDeps {
  readonly doctor: Pick<DoctorPorts, 'instances'>;
  readonly sleep: (milliseconds: number) => Promise<void>;
}

/** Reads the instance of the settings, and the security profiles that are not protected. */
export async function readInstance(
  { doctor, sleep }: InstanceDeps,
  settings: Reading<DoctorSettings>,
): Promise<Pick<DoctorFacts, 'instance' | 'profiles' | 'unprotected'>> {
  if (settings.state !== 'read') return { instance: settings, profiles: settings, unprotected: settings };
  const { instance: place, policy } = settings.value;
  const instances = doctor.instances(place.region);
  const instance = await attempt(() => instances.describe(place.id));
  if (instance.state === 'read' && instance.value === undefined)
    return { instance, profiles: known([]), unprotected: known([]) };
  const profiles = await attempt(() => instances.profiles(place.id));
  const names = await whenRead(profiles, async (all) => known(all.map(({ name }) => name)));
  const unprotected = await whenRead(profiles, async (all) =>
    known(
      await readRights(
        { instances, sleep },
        place.id,
        all.filter(({ name }) => !policy.email.protectedSecurityProfiles.includes(name)),
      ),
    ),
  );
  return { instance, profiles: names, unprotected };
}

/** Reads which security profiles may edit users, slowly enough for the quota. */
export async function readRights(
  { instances, sleep }: { readonly instances: Instances; readonly sleep: (milliseconds: number) => Promise<void> },
  instanceId: string,
  profiles: readonly SecurityProfile[],
): Promise<readonly ProfileFacts[]> {
  const facts: ProfileFacts[] = [];
  for (const [index, { id, name }] of profiles.entries()) {
    if (index >= BURST) await sleep(PACE_MS);
    const permissions = await attempt(() => instances.permissions(instanceId, id));
    const editsUsers = await whenRead(permissions, async (all) => known(EDITING.some((right) => all.includes(right))));
    facts.push({ name, editsUsers });
  }
  return facts;
}

/** Reads the trails with what they log. */
export const readTrails = async (trails: TrailReader): Promise<Reading<readonly ReadTrail[]>> =>
  whenRead(await attempt(() => trails.list()), async (all) =>
    known(
      await Promise.all(
        all.map(async (trail) => ({
          ...trail,
          logging: await attempt(() => trails.isLogging(trail.arn)),
          selectors: await attempt(() => trails.selectors(trail.arn)),
        })),
      ),
    ),
  );

/** Reads the quotas of the operations that the product calls. */
export async function readQuotas(quotas: QuotaReader): Promise<Reading<readonly QuotaFacts[]>> {
  const all: QuotaFacts[] = [];
  for (const [operation, code] of Object.entries(QUOTAS))
    all.push({ operation, code, applied: await attempt(() => quotas.connect(code)) });
  return known(all);
}
