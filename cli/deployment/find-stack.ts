import { ConfigError } from '../../lambda/core/failures/errors.ts';
import type { Stacks } from './ports.ts';

/**
 * Finds the stack when none is named: the only one of the product in the account and Region.
 *
 * @param instead - what else the user could give, in words.
 * @throws {ConfigError} `no-stack`, `several-stacks`.
 */
export async function findStack(stacks: Stacks, instead: string): Promise<string> {
  const [name, ...more] = await stacks.ours();
  if (name === undefined)
    throw new ConfigError(
      'no-stack',
      `There is no stack of the product in this account and Region: check --region and --profile, name a stack of an app of your own with --stack, or give ${instead}.`,
    );
  if (more.length > 0)
    throw new ConfigError(
      'several-stacks',
      `There are ${more.length + 1} stacks of the product in this account and Region: ${[name, ...more].toSorted().join(', ')}. Say with --stack which one is meant.`,
    );
  return name;
}
