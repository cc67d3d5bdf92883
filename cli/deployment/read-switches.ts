import { PermanentError, TransientError } from '../../lambda/core/failures/errors.ts';
import { isDefaultProtection, type Policy } from '../../lambda/core/policy.ts';
import type { Instances } from '../doctor/ports.ts';
import type { Functions, MappingState, WorkerMapping } from './ports.ts';
import { type ReadWorkerSettings, readWorkerSettings, type WorkerSettings } from './worker-settings.ts';

/** What the worker is set to: whether it runs, what it may write, and for whom. A member that may not be read is absent. */
export interface Switches {
  readonly paused?: boolean;
  /** Nothing hands changes from the queue to the worker: it has no event source mapping. */
  readonly noInput?: boolean;
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

/** Reads the switches. Members whose read was refused or failed are left out: the rest of a report does not depend on them. */
export async function readSwitches({ functions, mapping, instances }: SwitchPorts, worker: string): Promise<Switches> {
  const [settings, found] = await Promise.all([
    readSettings(functions, worker),
    tryRead(() => mapping.find(worker), 'lambda:ListEventSourceMappings'),
  ]);
  const missing = 'unknown' in settings ? NOTHING : await findMissingProfiles(instances, settings);
  return {
    ...('unknown' in missing || missing.value.length === 0 ? {} : { missingProfiles: missing.value }),
    ...('unknown' in found ? {} : stateOf(found.value)),
    ...('unknown' in settings ? {} : { mode: settings.POLICY.mode, scope: describeScope(settings.POLICY.scope) }),
    notKnown: [
      ...('unknown' in settings ? [`The mode was not read: ${settings.unknown}.`] : []),
      ...('unknown' in found ? [`Whether the worker is paused was not read: ${found.unknown}.`] : []),
      ...('unknown' in missing
        ? [`Whether a protected security profile is missing was not read: ${missing.unknown}.`]
        : []),
    ],
  };
}

/** What was read, or why it was not, for people. */
type Read<Value> = { readonly value: Value } | { readonly unknown: string };

const NOTHING: Read<readonly string[]> = { value: [] };

async function tryRead<Value>(read: () => Promise<Value>, permission: string): Promise<Read<Value>> {
  try {
    return { value: await read() };
  } catch (error) {
    if (!(error instanceof PermanentError || error instanceof TransientError)) throw error;
    const isDenied = /AccessDenied/.test(error.code);
    return { unknown: isDenied ? `needs the permission ${permission}` : error.message.replace(/\.$/, '') };
  }
}

async function readSettings(functions: Functions, worker: string): Promise<ReadWorkerSettings> {
  const read = await tryRead(() => readWorkerSettings(functions, worker), 'lambda:GetFunctionConfiguration');
  return 'unknown' in read ? read : read.value;
}

const stateOf = (found: MappingState | undefined) =>
  found === undefined ? { noInput: true } : { paused: found.state === 'disabled' };

/**
 * A missing configured profile holds every address, and each user shows that. Only a missing default profile needs a line.
 */
async function findMissingProfiles(
  instances: SwitchPorts['instances'],
  settings: WorkerSettings,
): Promise<Read<readonly string[]>> {
  const { protectedSecurityProfiles: names } = settings.POLICY.email;
  if (!isDefaultProtection(names)) return NOTHING;
  return tryRead(async () => {
    const profiles = await (await instances(settings.CONNECT_REGION)).profiles(settings.CONNECT_INSTANCE_ID);
    return names.filter((name) => !profiles.some((profile) => profile.name === name));
  }, 'connect:ListSecurityProfiles');
}

/** The rule that decides who is synchronized, in words. Pure. */
const describeScope = (scope: Policy['scope']): string => {
  if (scope.kind === 'everyone') return 'everyone';
  return scope.kind === 'group' ? `group ${scope.group}` : `${scope.attribute} = ${scope.equals}`;
};
