import { type Command, InvalidArgumentError, Option } from 'commander';
import { subSchema } from '../lambda/core/change.ts';

/** Name of the stack unless another is given: the one that `bin/app.ts` makes. */
const DEFAULT_STACK = 'CognitoConnectSync';

/** Options that every command has. */
export interface CommonOptions {
  readonly stack: string;
  readonly region?: string;
  readonly profile?: string;
  readonly json: boolean;
}

/** Adds {@link CommonOptions}. */
export const withCommonOptions = (command: Command): Command =>
  command
    .addOption(
      new Option('--stack <name>', 'CloudFormation stack whose outputs say where things are')
        .env('CONNECT_SYNC_STACK')
        .default(DEFAULT_STACK),
    )
    .option('--region <region>', 'AWS Region (default: as for the AWS CLI)')
    .option('--profile <name>', 'profile of the AWS configuration files (default: as for the AWS CLI)')
    .option('--json', 'write one JSON document to stdout', false);

/** An option that takes the place of an output of the stack. */
export const placeOption = (flags: string, description: string, variable: string): Option =>
  new Option(flags, description).env(variable);

/** The pool in question. */
export const userPoolOption = (): Option =>
  placeOption(
    '--user-pool <id>',
    'user pool (default: output UserPoolId of the stack)',
    'CONNECT_SYNC_USER_POOL',
  ).argParser(matching(/^[a-z]{2}(-[a-z]+)+-\d_[0-9a-zA-Z]{1,55}$/, 'a user pool id such as eu-west-1_Ab12Cd34E'));

/** Our pool trigger. */
export const functionOption = (): Option =>
  placeOption(
    '--function <arn>',
    'pool trigger function (default: output PoolTriggerFunctionArn of the stack)',
    'CONNECT_SYNC_FUNCTION',
  ).argParser(
    matching(
      /^arn:[\w-]+:lambda:[\w-]+:\d{12}:function:[\w-]+(:[\w-]+)?$/,
      'a function ARN such as arn:aws:lambda:eu-west-1:111122223333:function:NAME',
    ),
  );

/** The table of the product. */
export const tableOption = (): Option =>
  placeOption('--table <name>', 'table of the product (default: from the stack)', 'CONNECT_SYNC_TABLE');

/** The URL of a queue. */
export const queueOption = (name: string, what: string): Option =>
  placeOption(
    `--${name} <url>`,
    `${what} (default: from the stack)`,
    `CONNECT_SYNC_${name.toUpperCase().replaceAll('-', '_')}`,
  );

function matching(pattern: RegExp, expected: string): (value: string) => string {
  return (value) => {
    if (pattern.test(value)) return value;
    throw new InvalidArgumentError(`Expected ${expected}.`);
  };
}

/** Parses a whole number within bounds. */
export const wholeNumber =
  (min: number, max: number) =>
  (value: string): number => {
    const number = /^\d{1,9}$/.test(value) ? Number(value) : Number.NaN;
    if (number >= min && number <= max) return number;
    throw new InvalidArgumentError(`Expected a whole number from ${min} to ${max}.`);
  };

/** Parses the id of a Connect user. */
export const connectUserId = matching(
  /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
  'the id of a Connect user, such as 7c1b8a52-0f5e-4d0e-9a53-0c86f3c5f6a1, not its ARN or user name',
);

/** Parses a Cognito sub. */
export function sub(value: string): string {
  const result = subSchema.safeParse(value);
  if (result.success) return result.data;
  throw new InvalidArgumentError('Expected the sub of a user, a UUID such as 3b9f0c6e-1c1f-4a53-9a0e-0f3c2f1f5a11.');
}
