import { isDeepStrictEqual } from 'node:util';
import { syncWorkerEnv } from '../../lambda/config.ts';
import type { Configuration } from '../../lib/configuration/configuration-schema.ts';
import { parseConnectInstanceArn } from '../../lib/configuration/connect-instance.ts';
import { stackNameOf } from '../../lib/configuration/deployment-identity.ts';
import { pickPolicy } from '../../lib/configuration/policy-environment.ts';
import { findStack } from '../deployment/find-stack.ts';
import type { Functions, Stacks } from '../deployment/ports.ts';
import type { ProgramDeps } from '../program-deps.ts';
import { readIfThere } from '../read-if-there.ts';
import type { DoctorSettings } from './facts.ts';

/** Name of the file that `init` writes and every command reads. */
export const CONFIGURATION_FILE = 'connect-sync.json';

/**
 * The configuration at hand; `undefined` where there is no file.
 *
 * @throws {ConfigError} with every problem of a file that cannot be used.
 */
export async function readConfiguration(
  deps: Pick<ProgramDeps, 'readFile' | 'configuration'>,
): Promise<Configuration | undefined> {
  const text = await readIfThere(deps, CONFIGURATION_FILE);
  return text === undefined ? undefined : deps.configuration(CONFIGURATION_FILE);
}

/**
 * Name of the stack to look at: as given, that of the configuration, or the only one of the product.
 *
 * @throws {ConfigError} `no-stack`, `several-stacks`.
 */
export async function nameStack(
  stacks: Stacks,
  given: string | undefined,
  configuration: Configuration | undefined,
): Promise<string> {
  if (given !== undefined) return given;
  if (configuration !== undefined) return stackNameOf(configuration);
  return findStack(stacks, `a ${CONFIGURATION_FILE} in this folder (connect-sync init writes one)`);
}

/** The settings that a configuration asks for. Pure. */
export function settingsOf(configuration: Configuration): DoctorSettings {
  const { connectInstanceArn, connectRequestsPerSecond } = configuration;
  const { instanceId: id = '', region = '' } = parseConnectInstanceArn(connectInstanceArn) ?? {};
  return { policy: pickPolicy(configuration), connectRequestsPerSecond, instance: { id, region } };
}

/** The settings with which the worker runs; `undefined` when there is none of this version. */
export async function deployedSettings(functions: Functions, name: string): Promise<DoctorSettings | undefined> {
  const { data } = syncWorkerEnv.safeParse(await functions.environment(name));
  return (
    data && {
      policy: data.POLICY,
      connectRequestsPerSecond: data.CONNECT_REQUESTS_PER_SECOND,
      instance: { id: data.CONNECT_INSTANCE_ID, region: data.CONNECT_REGION },
    }
  );
}

/** Names of the settings in which two differ. Pure. */
export function differingSettings(wanted: DoctorSettings, deployed: DoctorSettings): readonly string[] {
  const flat = ({ policy, ...others }: DoctorSettings): Readonly<Record<string, unknown>> => ({ ...policy, ...others });
  const [one, other] = [flat(wanted), flat(deployed)];
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...names].filter((name) => !isDeepStrictEqual(one[name], other[name]));
}
