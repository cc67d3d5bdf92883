import type { RemovalPolicy } from 'aws-cdk-lib';
import type { IUserPool } from 'aws-cdk-lib/aws-cognito';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { LoggingProps } from './constructs/logging-props.ts';
import type { PolicyProps } from './policy-props.ts';

/**
 * Functions that were triggers of the pool before. Our function calls them, and passes on their answers and errors. Each is in the
 * account and the Region of the stack.
 */
export interface ChainedFunctions {
  /** Writes the text of the pool's messages. Called by our custom message trigger. @default - none */
  readonly customMessage?: IFunction | undefined;
  /** Called by our post-confirmation trigger. @default - none */
  readonly postConfirmation?: IFunction | undefined;
  /** Called by our post-authentication trigger, which is attached for it. @default - none */
  readonly postAuthentication?: IFunction | undefined;
}

/** Props of `IdentitySync`. */
export interface IdentitySyncProps extends LoggingProps {
  /** The users who are synchronized: a pool of this stack, of another stack of the app, or an imported one. */
  readonly userPool: IUserPool;
  /** The instance whose users are updated: same account, any Region. */
  readonly connectInstanceArn: string;
  /** Requests per second and Connect operation, all functions together; 0.01 to 100. @default 1.95 */
  readonly connectRequestsPerSecond?: number | undefined;
  /** Reconcile a user after each sign-in too: for federated users, whose attributes change then. @default false */
  readonly postAuthentication?: boolean | undefined;
  /**
   * Give the triggers of the pool to our function. It can be done for a pool of the same stack, unless another `IdentitySync` has
   * them. A pool without triggers works by CloudTrail and the sweep, later; the command line of the product can attach them.
   *
   * @default - true where it can be done
   */
  readonly attachTriggers?: boolean | undefined;
  /** Functions that had the triggers of the pool before. @default - none */
  readonly chain?: ChainedFunctions | undefined;
  /**
   * Minutes from one pass of the sweep to the next; the sweep finds changes that no event has announced. 15 to 10,080 (a week), or
   * 0 for no sweep. @default 60
   */
  readonly sweepIntervalMinutes?: number | undefined;
  /** Pages of Cognito users a second that the sweep lists at most; 0.1 to 30, which is what AWS allows in all. @default 15 */
  readonly cognitoListsPerSecond?: number | undefined;
  /** Topic, of the stack's Region, that is told when an alarm begins and when it ends. @default - alarms show in CloudWatch only */
  readonly alarmTopic?: ITopic | undefined;
  /**
   * E-mail address that is told of alarms, by a topic of its own beside `alarmTopic`. AWS sends it a message whose link has to be
   * opened first. @default - none
   */
  readonly alarmEmail?: string | undefined;
  /** What may be written, and to which users. @default - that of each member */
  readonly policy?: PolicyProps | undefined;
  /**
   * The table that an earlier deployment of the same pool and instance has left, with its links and holds; the functions refuse any
   * other. `removalPolicy` and `deletionProtection` are then for its owner to decide. @default - a new table
   */
  readonly table?: ITable | undefined;
  /** What happens to the table when the stack is deleted. @default RemovalPolicy.RETAIN */
  readonly removalPolicy?: RemovalPolicy | undefined;
  /** Refuse to delete the table until this is switched off. @default false */
  readonly deletionProtection?: boolean | undefined;
}
