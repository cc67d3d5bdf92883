import { ConfigError, PermanentError } from '../../lambda/core/failures/errors.ts';
import type { Stacks } from './ports.ts';

/** A stack that was looked for in vain. */
interface MissingStack {
  readonly stacks: Stacks;
  readonly name: string;
  /** Where it was looked for. */
  readonly region: string;
  /** Whether the configuration at hand has made the name, and not the operator. */
  readonly isConfigured: boolean;
  /** What else the operator could give, in words. */
  readonly instead: string;
}

/** The error for a stack that does not exist: it names those that do. */
export async function noStack({ stacks, name, region, isConfigured, instead }: MissingStack): Promise<ConfigError> {
  // Who may describe one stack only is not told of others.
  const ours = await stacks.ours().catch((error: unknown) => {
    if (error instanceof PermanentError) return undefined;
    throw error;
  });
  const made = isConfigured
    ? ', which connect-sync.json in this folder makes. If it is in another Region, give --region; if it is in no Region, deploy it (npx cdk deploy). Or'
    : ': check the Region, or';
  const there = ours === undefined ? '' : ` Those of the product: ${ours.toSorted().join(', ') || 'none'}.`;
  return new ConfigError(
    'no-stack',
    `There is no stack ${name} in this account and Region (${region})${made} name yours with --stack, or give ${instead}.${there}`,
  );
}

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
