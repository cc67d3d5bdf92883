import { PermanentError } from '../../lambda/core/failures/errors.ts';
import type { Functions, Stacks } from '../deployment/ports.ts';
import type { RememberSettings } from '../deployment/remember-settings.ts';
import { memberAt, textAt } from '../json.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { type Occupants, readOccupants } from './occupants.ts';
import { permitsPool } from './permission.ts';
import type { Backups, PoolAnswer, PoolSettings } from './ports.ts';
import { readChain, type SlotFunctions } from './slot-functions.ts';

/** What the trigger commands work with. */
export interface TriggerDeps {
  readonly settings: PoolSettings;
  readonly functions: Functions;
  readonly stacks: Stacks;
  readonly backups: Backups;
  readonly terminal: Terminal;
  /** Keeps in the table of the deployment what strangers can do in the pool; does nothing where there is no table. */
  readonly remember: RememberSettings;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly signal: AbortSignal;
}

/** The pool and the function in question. */
export interface TriggerTarget {
  readonly userPoolId: string;
  /** Absent where the stack is gone that would name it. */
  readonly functionArn: string | undefined;
  readonly json: boolean;
}

/** Whether Cognito may invoke a function for a pool; `unknown` when the caller may not read its policy. */
export type Permission = 'given' | 'missing' | 'unknown';

/** The state of a pool's triggers. */
export interface Inspection {
  readonly answer: PoolAnswer;
  readonly userPoolId: string;
  readonly poolArn: string;
  readonly occupants: Occupants;
  /** Our function; absent where it is gone. */
  readonly own?: OwnFunction;
}

/** The function that is to be, or is, a trigger. */
interface OwnFunction {
  readonly functionArn: string;
  /** What is chained behind it. */
  readonly chain: SlotFunctions;
  readonly permission: Permission;
  /** It notes sign-ins too. */
  readonly postAuthentication: boolean;
}

/** Reads everything that a decision about triggers needs. */
export async function inspectTriggers(deps: TriggerDeps, target: TriggerTarget): Promise<Inspection> {
  const { functionArn, userPoolId } = target;
  const answer = await deps.settings.describe(userPoolId);
  await deps.remember({
    selfSignUp: memberAt(answer.pool, 'AdminCreateUserConfig', 'AllowAdminCreateUserOnly') !== true,
    preSignUp: memberAt(answer.pool, 'LambdaConfig', 'PreSignUp') !== undefined,
  });
  const poolArn = textAt(answer.pool, 'Arn');
  if (poolArn === undefined) throw new PermanentError('unexpected-answer', 'DescribeUserPool answered without Arn.');
  const [occupants, own] = await Promise.all([
    readOccupants(deps, answer.pool, { poolArn, functionArn }),
    functionArn === undefined ? undefined : readOwn(deps.functions, functionArn, poolArn),
  ]);
  return { answer, userPoolId, poolArn, occupants, ...(own !== undefined && { own }) };
}

async function readOwn(functions: Functions, functionArn: string, poolArn: string): Promise<OwnFunction | undefined> {
  const environment = await functions.environment(functionArn);
  if (environment === undefined) return undefined;
  return {
    functionArn,
    chain: readChain(environment),
    permission: await readPermission(functions, functionArn, poolArn),
    postAuthentication: environment.POST_AUTHENTICATION === 'true',
  };
}

/** Whether Cognito may invoke a function for a pool. */
export async function readPermission(functions: Functions, arn: string, poolArn: string): Promise<Permission> {
  const statements = await functions.policy(arn);
  if (statements === 'unreadable') return 'unknown';
  return permitsPool(statements, poolArn) ? 'given' : 'missing';
}
