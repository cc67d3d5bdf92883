import { PermanentError } from '../../lambda/core/failures/errors.ts';
import { isDefaultProtection, type Policy } from '../../lambda/core/policy.ts';
import type { Instances } from '../doctor/ports.ts';
import type { Functions, WorkerMapping } from './ports.ts';
import { readWorkerSettings, type WorkerSettings } from './worker-settings.ts';

/** What the worker is set to: whether it runs, what it may write, and for whom. A member that may not be read is absent. */
export interface Switches {
  readonly paused?: boolean;
  readonly mode?: Policy['mode'];
  /** The rule of the scope, in words. */
  readonly scope?: string;
  /** Default protected security profiles that the instance does not have: they protect no user. */
  readonly missingProfiles?: readonly string[];
  /** Why members are absent. */
  readonly notKnown: readonly string[];
}

/** Where {@link readSwitches} looks. */
interface SwitchPorts {
  readonly functions: Functions;
  readonly mapping: WorkerMapping;
  /** Connect instances of a Region. */
  readonly instances: (region: string) => Promise<Pick<Instances, 'profiles'>>;
}

/** Reads the switches. When a permission is missing, the members that need it are left out. */
export async function readSwitches({ functions, mapping, instances }: SwitchPorts, worker: string): Promise<Switches> {
  const [settings, state] = await Promise.all([readWorkerSettings(functions, worker), readState(mapping, worker)]);
  const missing = 'unknown' in settings ? [] : await findMissingProfiles(instances, settings);
  return {
    ...(missing === 'unknown' || missing.length === 0 ? {} : { missingProfiles: missing }),
    ...(state === 'unknown' ? {} : { paused: state === 'disabled' }),
    ...('unknown' in settings ? {} : { mode: settings.POLICY.mode, scope: describeScope(settings.POLICY.scope) }),
    notKnown: [
      ...('unknown' in settings ? [`The mode was not read: ${settings.unknown}.`] : []),
      ...(state === 'unknown'
        ? ['Whether the worker is paused was not read: needs the permission lambda:ListEventSourceMappings.']
        : []),
      ...(missing === 'unknown'
        ? [
            'Whether a protected security profile is missing was not read: needs the permission connect:ListSecurityProfiles.',
          ]
        : []),
    ],
  };
}

/**
 * A configured profile that is missing holds every address, and each user shows that. Only a missing default needs a line.
 */
async function findMissingProfiles(instances: SwitchPorts['instances'], settings: WorkerSettings) {
  const { protectedSecurityProfiles: names } = settings.POLICY.email;
  if (!isDefaultProtection(names)) return [];
  try {
    const profiles = await (await instances(settings.CONNECT_REGION)).profiles(settings.CONNECT_INSTANCE_ID);
    return names.filter((name) => !profiles.some((profile) => profile.name === name));
  } catch (error) {
    if (!(error instanceof PermanentError) || !/AccessDenied/.test(error.code)) throw error;
    return 'unknown';
  }
}

async function readState(mapping: WorkerMapping, worker: string) {
  try {
    return (await mapping.find(worker))?.state;
  } catch (error) {
    if (!(error instanceof PermanentError) || !/AccessDenied/.test(error.code)) throw error;
    return 'unknown';
  }
}

/** The rule that decides who is synchronized, in words. Pure. */
const describeScope = (scope: Policy['scope']): string => {
  if (scope.kind === 'everyone') return 'everyone';
  return scope.kind === 'group' ? `group ${scope.group}` : `${scope.attribute} = ${scope.equals}`;
};
