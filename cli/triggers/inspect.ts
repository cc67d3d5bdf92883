import { ConfigError, PermanentError } from '../../lambda/core/errors.ts';
import type { Functions } from '../deployment/ports.ts';
import { textAt } from '../json.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { permitsPool } from './permission.ts';
import type { Backups, PoolAnswer, PoolSettings } from './ports.ts';
import { readChain, readSlots, type SlotState } from './slots.ts';

/** What the trigger commands work with. */
export interface TriggerDeps {
  readonly settings: PoolSettings;
  readonly functions: Functions;
  readonly backups: Backups;
  readonly terminal: Terminal;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** The pool and the function in question. */
export interface TriggerTarget {
  readonly userPoolId: string;
  readonly functionArn: string;
  readonly json: boolean;
}

/** Whether Cognito may invoke a function for a pool; `unknown` where its policy is not ours to read. */
export type Permission = 'given' | 'missing' | 'unknown';

/** The state of a pool's triggers, and of the function that is to be one. */
export interface Inspection extends SlotState {
  readonly answer: PoolAnswer;
  readonly userPoolId: string;
  readonly poolArn: string;
  readonly permission: Permission;
  /** The function notes sign-ins too. */
  readonly postAuthentication: boolean;
}

/**
 * Reads everything that a decision about triggers needs.
 *
 * @throws {ConfigError} `no-such-function`.
 */
export async function inspectTriggers(deps: TriggerDeps, target: TriggerTarget): Promise<Inspection> {
  const { functionArn, userPoolId } = target;
  const [answer, environment] = await Promise.all([
    deps.settings.describe(userPoolId),
    deps.functions.environment(functionArn),
  ]);
  if (environment === undefined)
    throw new ConfigError(
      'no-such-function',
      `There is no function ${functionArn}: deploy the stack, or correct --function.`,
    );
  const poolArn = textAt(answer.pool, 'Arn');
  if (poolArn === undefined) throw new PermanentError('unexpected-answer', 'DescribeUserPool answered without Arn.');
  return {
    answer,
    userPoolId,
    poolArn,
    functionArn,
    occupants: readSlots(answer.pool),
    chain: readChain(environment),
    permission: await readPermission(deps.functions, functionArn, poolArn),
    postAuthentication: environment.POST_AUTHENTICATION === 'true',
  };
}

/** Whether Cognito may invoke a function for a pool. */
export async function readPermission(functions: Functions, arn: string, poolArn: string): Promise<Permission> {
  const statements = await functions.policy(arn);
  if (statements === 'unreadable') return 'unknown';
  return permitsPool(statements, poolArn) ? 'given' : 'missing';
}
