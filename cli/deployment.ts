import { ConfigError } from '../lambda/core/errors.ts';
import type { StackOutputs } from './ports.ts';

/** What a command may need to know of a deployment: the output of the stack that says it, and the option that may. */
const PLACES = {
  userPoolId: { output: 'UserPoolId', option: '--user-pool' },
  functionArn: { output: 'PoolTriggerFunctionArn', option: '--function' },
  tableName: { output: 'TableName', option: '--table' },
  queueUrl: { output: 'QueueUrl', option: '--queue-url' },
  deadLetterQueueUrl: { output: 'DeadLetterQueueUrl', option: '--dead-letter-queue-url' },
  intakeDeadLetterQueueUrl: { output: 'IntakeDeadLetterQueueUrl', option: '--intake-dead-letter-queue-url' },
  sweep: { output: 'SweepFunctionName', option: '--sweep-function' },
  changeIntake: { output: 'ChangeIntakeFunctionName', option: '--intake-function' },
} as const;

/** See {@link PLACES}. */
export type Place = keyof typeof PLACES;

/** Values given by the user; they go before what the stack says. */
export type Given = Readonly<Partial<Record<Place, string | undefined>>>;

/**
 * Finds out where things are: what was not given is read from the outputs of the stack, which is not even asked when
 * everything was given.
 *
 * @throws {ConfigError} `no-stack`, `no-output`, or `other-user-pool` when the stack synchronizes another pool than given.
 */
export async function locate<Needed extends Place>(
  outputs: StackOutputs,
  stackName: string,
  given: Given,
  needed: readonly Needed[],
): Promise<Readonly<Record<Needed, string>>> {
  const missing = needed.filter((place) => given[place] === undefined);
  const stack = missing.length === 0 ? {} : await outputs(stackName);
  if (stack === undefined)
    throw new ConfigError(
      'no-stack',
      `There is no stack ${stackName} in this account and Region: name yours with --stack, or give ${missing.map((place) => PLACES[place].option).join(', ')}.`,
    );
  const stackPool = stack[PLACES.userPoolId.output];
  if (given.userPoolId !== undefined && stackPool !== undefined && given.userPoolId !== stackPool)
    throw new ConfigError(
      'other-user-pool',
      `--user-pool: received ${given.userPoolId}, but stack ${stackName} synchronizes ${stackPool}: its worker would refuse changes of any other pool.`,
    );
  const found = needed.map((place) => [place, given[place] ?? stack[PLACES[place].output]] as const);
  const absent = found.filter(([, value]) => value === undefined).map(([place]) => place);
  if (absent.length > 0 && absent.every((place) => place === 'sweep'))
    throw new ConfigError(
      'no-sweep',
      `Stack ${stackName} has no sweep: set sweepIntervalMinutes to something else than 0, and deploy it again.`,
    );
  if (absent.length > 0)
    throw new ConfigError(
      'no-output',
      `Stack ${stackName} has no output ${absent.map((place) => PLACES[place].output).join(', ')}: is it a stack of this product, and up to date? ` +
        `Or give ${absent.map((place) => PLACES[place].option).join(', ')}.`,
    );
  return Object.fromEntries(found) as Readonly<Record<Needed, string>>;
}
