import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Problem } from '../../lambda/config.ts';
import { findUnusableChain } from './chain.ts';
import { configErrorOf, didYouMean, toProblems } from './configuration-problems.ts';
import { type Configuration, configurationSchema } from './configuration-schema.ts';
import { findForeignPartition, parseConnectInstanceArn } from './connect-instance.ts';
import { findEmailOnSaml } from './email-on-saml.ts';
import { findOversizedPolicy } from './policy-environment.ts';

/** File that is read when no other is named. */
const CONFIGURATION_FILE = 'connect-sync.json';

/** Members that can be set on the command line as well: those that hold one value. */
const CONTEXT_KEYS = [
  'userPoolId',
  'createUserPool',
  'connectInstanceArn',
  'stackName',
  'existingTableName',
  'connectRequestsPerSecond',
  'logRetentionDays',
  'postAuthentication',
  'logLevel',
  'sweepIntervalMinutes',
  'cognitoListsPerSecond',
  'alarmTopicArn',
  'alarmEmail',
  'identityManagementType',
  'mode',
] as const satisfies readonly (keyof Configuration)[];

/** Those of them that are numbers. */
const NUMBERS = ['connectRequestsPerSecond', 'cognitoListsPerSecond', 'logRetentionDays', 'sweepIntervalMinutes'];

/** Where a configuration comes from. */
export interface ConfigurationSource {
  /** Context values of the CDK app, of which ours are picked; they win over the file. `config` names the file. */
  readonly context: Readonly<Record<string, unknown>>;
  /** Folder of `connect-sync.json`, and of a relative path in `config`. */
  readonly directory: string;
  /** Account that is deployed to, if it is known by now. */
  readonly account?: string | undefined;
}

const EXAMPLE_ARN = 'arn:aws:connect:eu-west-2:111122223333:instance/11111111-2222-3333-4444-555555555555';
const POOL_CHOICE = `use a pool that exists, or have one created:
    npx cdk deploy -c userPoolId=eu-west-1_Ab12Cd34E -c connectInstanceArn=${EXAMPLE_ARN}
    npx cdk deploy -c createUserPool=true -c connectInstanceArn=${EXAMPLE_ARN}`;

/**
 * Reads and checks the configuration: the file, then the command line over it.
 *
 * @throws {ConfigError} with every problem there is, not only the first.
 */
export function loadConfiguration({ context, directory, account }: ConfigurationSource): Configuration {
  return checkConfiguration(
    { ...readConfigurationFile(directory, context.config), ...pickContext(context) },
    { context, account },
  );
}

/**
 * Checks the members of a configuration, wherever they come from.
 *
 * @throws {ConfigError} with every problem there is, not only the first.
 */
export function checkConfiguration(
  input: Readonly<Record<string, unknown>>,
  { context = {}, account }: Partial<Pick<ConfigurationSource, 'context' | 'account'>> = {},
): Configuration {
  const result = configurationSchema.safeParse(input);
  const problems = [
    ...findMisspelt(context),
    ...(result.success ? [] : toProblems(result.error, input)),
    ...findConflicts(input, account),
    ...findEmailOnSaml(input, { filledIn: false }),
    ...(result.success ? findOversizedPolicy(result.data) : []),
    ...(result.success ? findUnusableChain(result.data.chain, homeOf(result.data, account)) : []),
    ...(result.success ? findForeignTopic(result.data, homeOf(result.data, account)) : []),
  ];
  if (!result.success || problems.length > 0) throw configErrorOf(problems);
  return result.data;
}

/**
 * The members of the configuration file in a folder, or of another file; none where the folder has no such file.
 *
 * @throws {ConfigError} for a file that cannot be read, or is no JSON object.
 */
export function readConfigurationFile(directory: string, named?: unknown): Readonly<Record<string, unknown>> {
  if (named === undefined && !existsSync(join(directory, CONFIGURATION_FILE))) return {};
  const fail = (path: string, message: string) => configErrorOf([{ path, message }]);
  if (named !== undefined && (typeof named !== 'string' || named === ''))
    throw fail('config', `received ${JSON.stringify(named)}; expected the path of a JSON file`);
  const path = resolve(directory, named ?? CONFIGURATION_FILE);
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    const reason =
      error instanceof SyntaxError
        ? `is not JSON: ${error.message}. JSON has no comments, and no comma before a closing bracket.`
        : 'cannot be read: is the path right?';
    throw fail('config', `${path} ${reason}`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw fail(
      'config',
      `${path} holds ${JSON.stringify(value)?.slice(0, 60)}; expected an object: { "userPoolId": … }`,
    );
  return { ...value };
}

/** The command line has text only. Where the schema wants a number or a boolean, the text is converted. */
function pickContext(context: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const read = (key: string, value: unknown): unknown => {
    if (typeof value !== 'string') return value;
    if (key === 'createUserPool' || key === 'postAuthentication')
      return value === 'true' ? true : value === 'false' ? false : value;
    if (NUMBERS.includes(key)) return value.trim() !== '' && Number.isFinite(Number(value)) ? Number(value) : value;
    return value;
  };
  return Object.fromEntries(
    CONTEXT_KEYS.filter((key) => context[key] !== undefined).map((key) => [key, read(key, context[key])]),
  );
}

/** Members that hold several values: they can be set in the file, and not on the command line. */
const SECTIONS = ['chain', 'scope', 'mapping', 'adoption', 'email'];

/** Other constructs and the CDK use the context too, so only a name close to a known one is a mistake. */
function findMisspelt(context: Readonly<Record<string, unknown>>): readonly Problem[] {
  return Object.keys(context).flatMap((key) => {
    const [section = '', ...rest] = key.split('.');
    const nested = rest.length > 0 && (SECTIONS.includes(section) || didYouMean(section, SECTIONS) !== undefined);
    if (nested || SECTIONS.includes(key))
      return [{ path: key, message: `cannot be set on the command line: put it into ${CONFIGURATION_FILE}` }];
    const meant = [...CONTEXT_KEYS, 'config'].includes(key) ? undefined : didYouMean(key, CONTEXT_KEYS);
    return meant === undefined ? [] : [{ path: key, message: `is no setting. Did you mean ${meant}?` }];
  });
}

/** CloudWatch sends alarms to topics of its Region only. A topic of another account needs a policy. */
function findForeignTopic(
  { alarmTopicArn }: Configuration,
  { region: ownRegion }: { readonly region: string | undefined },
): readonly Problem[] {
  const region = alarmTopicArn?.split(':')[3];
  if (region === undefined || ownRegion === undefined || region === ownRegion) return [];
  const message = `received a topic in ${region}; expected one in ${ownRegion}, where the stack is: CloudWatch tells no topic elsewhere`;
  return [{ path: 'alarmTopicArn', message }];
}

/** The account is that of the instance, and the Region that of the pool. A pool that is to be created has no known Region. */
const homeOf = ({ connectInstanceArn, userPoolId }: Configuration, account: string | undefined) => ({
  account: account ?? parseConnectInstanceArn(connectInstanceArn)?.account,
  region: userPoolId?.split('_')[0],
});

function findConflicts(input: Readonly<Record<string, unknown>>, account: string | undefined): readonly Problem[] {
  const { userPoolId, createUserPool = false, connectInstanceArn } = input;
  const problems: Problem[] = [];
  if (userPoolId === undefined && createUserPool === false)
    problems.push({ path: 'userPoolId', message: `received nothing; ${POOL_CHOICE}` });
  if (userPoolId !== undefined && createUserPool === true)
    problems.push({ path: 'userPoolId', message: `received both this and createUserPool; ${POOL_CHOICE}` });
  const instance = typeof connectInstanceArn === 'string' ? parseConnectInstanceArn(connectInstanceArn) : undefined;
  const pool = typeof userPoolId === 'string' ? userPoolId.split('_')[0] : undefined;
  if (instance) problems.push(...findForeignPartition(instance, pool));
  if (instance && account && instance.account !== account)
    problems.push({
      path: 'connectInstanceArn',
      message: `received an instance of account ${instance.account}; expected one of account ${account}, which the credentials in use belong to: Connect takes no calls from another account`,
    });
  return problems;
}
