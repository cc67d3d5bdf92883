import { Option } from 'commander';
import { ConfigError } from '../../lambda/core/failures/errors.ts';
import { OUTPUTS } from '../../lib/outputs.ts';
import { matching, someText } from '../options.ts';
import { findStack, noStack } from './find-stack.ts';
import type { DescribeStack, Stacks } from './ports.ts';
import { describeRemoval, isBeingRemoved } from './removal.ts';

interface PlaceDefinition {
  /** The output of the stack that says it. */
  readonly output: string;
  /** The option that may say it, as commander names its value: `userPool` for `--user-pool`. */
  readonly option: string;
  readonly takes: string;
  readonly what: string;
  readonly parse?: (value: string) => string;
}

const queueUrl = matching(
  /^https?:\/\/[^\s/]+\S*$/,
  'the URL of a queue such as https://sqs.eu-west-1.amazonaws.com/111122223333/NAME',
);

/** What a command may need to know of a deployment. */
const PLACES = {
  userPoolId: {
    output: OUTPUTS.userPoolId,
    option: 'userPool',
    takes: 'id',
    what: 'user pool',
    parse: matching(/^[a-z]{2,4}(-[a-z]+)+-\d_[0-9a-zA-Z]{1,55}$/, 'a user pool id such as eu-west-1_Ab12Cd34E'),
  },
  functionArn: {
    output: OUTPUTS.poolTriggerFunctionArn,
    option: 'function',
    takes: 'arn',
    what: 'pool trigger function',
    parse: matching(
      /^arn:[\w-]+:lambda:[\w-]+:\d{12}:function:[\w-]+(:[\w-]+)?$/,
      'a function ARN such as arn:aws:lambda:eu-west-1:111122223333:function:NAME',
    ),
  },
  tableName: { output: OUTPUTS.tableName, option: 'table', takes: 'name', what: 'table of the product' },
  queueUrl: {
    output: OUTPUTS.queueUrl,
    option: 'queueUrl',
    takes: 'url',
    what: 'queue of the changes',
    parse: queueUrl,
  },
  deadLetterQueueUrl: {
    output: OUTPUTS.deadLetterQueueUrl,
    option: 'deadLetterQueueUrl',
    takes: 'url',
    what: 'dead-letter queue of the changes',
    parse: queueUrl,
  },
  intakeDeadLetterQueueUrl: {
    output: OUTPUTS.intakeDeadLetterQueueUrl,
    option: 'intakeDeadLetterQueueUrl',
    takes: 'url',
    what: 'dead-letter queue of change-intake',
    parse: queueUrl,
  },
  syncWorker: {
    output: OUTPUTS.syncWorkerFunctionName,
    option: 'workerFunction',
    takes: 'name',
    what: 'function sync-worker',
  },
  sweep: { output: OUTPUTS.sweepFunctionName, option: 'sweepFunction', takes: 'name', what: 'function sweep' },
  changeIntake: {
    output: OUTPUTS.changeIntakeFunctionName,
    option: 'intakeFunction',
    takes: 'name',
    what: 'function change-intake',
  },
} as const satisfies Readonly<Record<string, PlaceDefinition>>;

/** See {@link PLACES}. */
export type Place = keyof typeof PLACES;

/** Values of the options that say places; they go before what the stack says. */
export type PlaceOptions = Readonly<Partial<Record<(typeof PLACES)[Place]['option'], string | undefined>>>;

const dashed = (option: string): string => option.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
const flagOf = (place: Place): string => `--${dashed(PLACES[place].option)}`;

/** The option that takes the place of an output of the stack; a variable may say it too. */
export function placeOption(place: Place): Option {
  const { option, takes, what, parse = someText }: PlaceDefinition = PLACES[place];
  return new Option(`${flagOf(place)} <${takes}>`, `${what} (default: from the stack)`)
    .env(`CONNECT_SYNC_${dashed(option).toUpperCase().replaceAll('-', '_')}`)
    .argParser(parse);
}

/** Whether the command line says all of these places, so that no stack is asked. Pure. */
export const areGiven = (options: PlaceOptions, places: readonly Place[]): boolean =>
  places.every((place) => options[PLACES[place].option] !== undefined);

/** What {@link locate} asks. */
export interface CloudFormation {
  readonly describeStack: DescribeStack;
  readonly stacks: Stacks;
  /** The stack that the configuration at hand makes, if there is one. */
  readonly configuredStack?: (() => string | undefined) | undefined;
  /** Region of the stacks. */
  readonly region: string;
  /** Tells the operator of a stack whose removal is not finished. */
  readonly note: (line: string) => void;
}

/**
 * Finds out where things are: what was not given is read from the outputs of the stack, which is not even asked when
 * everything was given.
 *
 * @param wished - places that are returned when they are known. No command fails without them.
 * @throws {ConfigError} `no-stack`, `several-stacks`, `no-output`, `half-removed`, or `other-user-pool` when the stack synchronizes another pool than given.
 */
export async function locate<Needed extends Place, Wished extends Place = never>(
  { describeStack, stacks, configuredStack, region, note }: CloudFormation,
  options: PlaceOptions & { readonly stack?: string | undefined },
  needed: readonly Needed[],
  wished: readonly Wished[] = [],
): Promise<Readonly<Record<Needed, string>> & Readonly<Partial<Record<Wished, string>>>> {
  const given = (place: Place) => options[PLACES[place].option];
  const flags = (places: readonly Place[]) => places.map(flagOf).join(', ');
  const missing = needed.filter((place) => given(place) === undefined);
  if (missing.length === 0) return valuesOf([...needed, ...wished], given);
  const configured = options.stack === undefined ? configuredStack?.() : undefined;
  const name = options.stack ?? configured ?? (await findStack(stacks, flags(missing)));
  const described = await describeStack(name);
  if (described === undefined)
    throw await noStack({ stacks, name, region, isConfigured: configured !== undefined, instead: flags(missing) });
  const { status, outputs: stack } = described;
  const stackPool = stack[PLACES.userPoolId.output];
  const givenPool = given('userPoolId');
  if (givenPool !== undefined && stackPool !== undefined && givenPool !== stackPool)
    throw new ConfigError(
      'other-user-pool',
      `--user-pool: received ${givenPool}, but stack ${name} synchronizes ${stackPool}: its worker would refuse changes of any other pool.`,
    );
  const find = (place: Place) => given(place) ?? stack[PLACES[place].output];
  const absent = needed.filter((place) => find(place) === undefined);
  if (isBeingRemoved(status)) {
    const removal = describeRemoval({ name, status, region });
    if (absent.length > 0) throw new ConfigError('half-removed', `${removal} Or give ${flags(absent)}.`);
    note(removal);
  }
  if (absent.length > 0 && absent.every((place) => place === 'sweep'))
    throw new ConfigError(
      'no-sweep',
      `Stack ${name} has no sweep: set sweepIntervalMinutes to something else than 0, and deploy it again.`,
    );
  if (absent.length > 0)
    throw new ConfigError(
      'no-output',
      `Stack ${name} has no output ${absent.map((place) => PLACES[place].output).join(', ')}: is it a stack of this product, and up to date? ` +
        `Or give ${flags(absent)}.`,
    );
  return valuesOf([...needed, ...wished], find);
}

const valuesOf = <Needed extends Place, Wished extends Place>(
  places: readonly (Needed | Wished)[],
  find: (place: Place) => string | undefined,
) =>
  Object.fromEntries(places.map((place) => [place, find(place)])) as Readonly<Record<Needed, string>> &
    Readonly<Partial<Record<Wished, string>>>;
