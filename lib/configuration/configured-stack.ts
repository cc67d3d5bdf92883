import { ConfigError } from '../../lambda/config.ts';
import { loadConfiguration } from './config.ts';
import type { Configuration } from './configuration-schema.ts';
import { stackNameOf } from './deployment-identity.ts';

/**
 * The configuration in a file. Without a file, the configuration in a folder; `undefined` when the folder has no complete
 * one, for example because pool and instance are given on the command line.
 *
 * @throws {ConfigError} for a named file that cannot be used.
 */
export function findConfiguration(directory: string, file?: string): Configuration | undefined {
  if (file !== undefined) return loadConfiguration({ context: { config: file }, directory });
  try {
    return loadConfiguration({ context: {}, directory });
  } catch (error) {
    if (error instanceof ConfigError) return undefined;
    throw error;
  }
}

/** Name of the stack that the configuration in a folder makes; see {@link findConfiguration}. */
export function findConfiguredStack(directory: string): string | undefined {
  const configuration = findConfiguration(directory);
  return configuration && stackNameOf(configuration);
}
