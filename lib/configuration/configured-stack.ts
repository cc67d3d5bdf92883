import { ConfigError } from '../../lambda/config.ts';
import { checkConfiguration, loadConfiguration, readConfigurationFile } from './config.ts';
import type { Configuration } from './configuration-schema.ts';
import { stackNameOf } from './deployment-identity.ts';

type Members = Readonly<Record<string, unknown>>;

/** Whether a file says which pool and instance it is about; else they are given on the command line of the CDK. */
const namesDeployment = ({ userPoolId, createUserPool, connectInstanceArn }: Members): boolean =>
  connectInstanceArn !== undefined && (userPoolId !== undefined || createUserPool !== undefined);

/**
 * The configuration in a file. Without a file, the configuration in a folder; `undefined` when the folder has none, or one that
 * names no pool or no instance.
 *
 * @throws {ConfigError} for a file that cannot be used.
 */
export function findConfiguration(directory: string, file?: string): Configuration | undefined {
  if (file !== undefined) return loadConfiguration({ context: { config: file }, directory });
  const members = readConfigurationFile(directory);
  return namesDeployment(members) ? checkConfiguration(members) : undefined;
}

/**
 * Name of the stack that the configuration in a folder makes; `undefined` when the folder has none, or one that names no pool or
 * no instance. Settings that do not decide about the name are not checked.
 *
 * @throws {ConfigError} for a file that cannot say it: another stack must not be taken in its place.
 */
export function findConfiguredStack(directory: string): string | undefined {
  try {
    const members = readConfigurationFile(directory);
    const { stackName, userPoolId, createUserPool, connectInstanceArn } = members;
    if (!namesDeployment(members)) return typeof stackName === 'string' ? stackName : undefined;
    const given = Object.entries({ stackName, userPoolId, createUserPool, connectInstanceArn });
    return stackNameOf(checkConfiguration(Object.fromEntries(given.filter(([, value]) => value !== undefined))));
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const advice = 'The file says which stack is meant: correct it, or name the stack with --stack.';
    throw new ConfigError(error.code, `${error.message}\n${advice}`, error.problems);
  }
}
