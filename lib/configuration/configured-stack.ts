import { ConfigError } from '../../lambda/config.ts';
import { loadConfiguration } from './config.ts';
import { stackNameOf } from './deployment-identity.ts';

/**
 * Name of the stack that the configuration in a folder makes; `undefined` where there is none that says it, for instance because
 * pool and instance are given on the command line.
 */
export function findConfiguredStack(directory: string): string | undefined {
  try {
    return stackNameOf(loadConfiguration({ context: {}, directory }));
  } catch (error) {
    if (error instanceof ConfigError) return undefined;
    throw error;
  }
}
