import type { Policy } from '../../lambda/core/policy.ts';
import type { SweepState } from '../../lambda/core/sweep/sweep-pass.ts';
import type { QueueCounts } from '../deployment/ports.ts';
import type { Permission } from '../triggers/inspect.ts';
import type { Occupants } from '../triggers/occupants.ts';
import type { SlotFunctions } from '../triggers/slot-functions.ts';
import type {
  AlarmFacts,
  AppClient,
  FunctionState,
  InstanceFacts,
  RuleFacts,
  Selectors,
  StackFacts,
  TopicFacts,
  TrailFacts,
} from './ports.ts';
import type { Reading } from './reading.ts';

/** What is synchronized, and how: of the configuration at hand, else of the stack. */
export interface DoctorSettings {
  readonly policy: Policy;
  readonly connectRequestsPerSecond: number;
  readonly instance: { readonly id: string; readonly region: string };
}

/** What the description of a user pool says, as far as checks look at it. */
export interface PoolFacts {
  readonly arn: string;
  /** Names of the attributes of its schema. */
  readonly attributes: readonly string[];
  /** Strangers may sign up. */
  readonly selfSignUp: boolean;
  /** The pool keeps an address until the new one is verified. */
  readonly keepsVerifiedEmail: boolean;
}

/** Whose functions the trigger slots name. */
interface TriggerFacts {
  readonly occupants: Occupants;
  /** Whether Cognito may invoke our function; absent before a deployment. */
  readonly permission?: Permission;
}

/** A trail with what was read of it. */
export interface ReadTrail extends TrailFacts {
  readonly logging: Reading<boolean>;
  readonly selectors: Reading<Selectors>;
}

/** A security profile that is not protected, and whether its holders may edit users. */
export interface ProfileFacts {
  readonly name: string;
  readonly editsUsers: Reading<boolean>;
}

/** An operation of Connect, and the quota that is applied to it. */
export interface QuotaFacts {
  readonly operation: string;
  readonly code: string;
  /** Requests a second; `undefined` where none is applied. */
  readonly applied: Reading<number | undefined>;
}

/** How many rows say that their last change came by CloudTrail, and by another route. */
export interface RouteCounts {
  readonly cloudTrail: number;
  readonly others: number;
}

/** A stack, and its parts where its outputs name them. */
export interface DeploymentFacts {
  readonly stack: StackFacts;
  /** Absent where the outputs are missing: the stack failed, or is not of this product. */
  readonly parts?: DeploymentParts;
}

/** What there is of a deployment. */
export interface DeploymentParts {
  /** Policy, rate and instance that the worker runs with; `undefined` when it is not of this version. */
  readonly worker: Reading<DoctorSettings | undefined>;
  /** By the name of the function; `undefined` when it is gone. */
  readonly functions: Readonly<Record<string, Reading<FunctionState | undefined>>>;
  readonly mappings: Reading<readonly string[]>;
  /** `missing` when it is gone; absent where no sweep is wanted. */
  readonly schedule?: Reading<{ readonly name: string; readonly state: string }>;
  readonly rules: Reading<readonly RuleFacts[]>;
  readonly queues: Reading<{
    readonly changes: QueueCounts;
    readonly dead: QueueCounts;
    readonly deadIntake: QueueCounts;
  }>;
  /** Names of the alarms that the stack has made, and what is there. */
  readonly alarms: Reading<{ readonly names: readonly string[]; readonly found: readonly AlarmFacts[] }>;
  /** Topics that alarms tell, by ARN; `undefined` when a topic is gone. */
  readonly topics: Readonly<Record<string, Reading<TopicFacts | undefined>>>;
  /** Absent where no sweep is wanted. */
  readonly sweep?: Reading<{ readonly state: SweepState | undefined; readonly intervalMinutes: number }>;
  readonly routes: Reading<RouteCounts>;
}

/** Everything that checks decide by. */
export interface DoctorFacts {
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly cliVersion: string;
  /** Region of the user pool, and so of the stack. */
  readonly region: string;
  /** Region that the operator has named. */
  readonly givenRegion?: string;
  /** ARN of who is calling. */
  readonly caller: string;
  /** Absent for a pool that is to be created. */
  readonly userPoolId?: string;
  readonly settings: Reading<DoctorSettings>;
  /** Account of the instance, as its ARN in the configuration says. */
  readonly instanceAccount?: string;
  /** What of the configuration at hand the deployment does not have yet; absent where one of the two is missing. */
  readonly notDeployed?: Reading<readonly string[]>;
  /** `undefined` when there is no such pool. */
  readonly pool?: Reading<PoolFacts | undefined>;
  readonly clients?: Reading<readonly AppClient[]>;
  /** Whether the group of the scope is there; absent where the scope is none. */
  readonly group?: Reading<boolean>;
  readonly triggers?: Reading<TriggerFacts>;
  /** Functions that the configuration chains, and whether they are there. */
  readonly chained: {
    readonly [Slot in keyof SlotFunctions]: { readonly arn: string; readonly found: Reading<boolean> };
  };
  /** `undefined` when there is no such instance. */
  readonly instance: Reading<InstanceFacts | undefined>;
  /** Names of all security profiles. */
  readonly profiles: Reading<readonly string[]>;
  readonly unprotected: Reading<readonly ProfileFacts[]>;
  readonly trails: Reading<readonly ReadTrail[]>;
  readonly quotas: Reading<readonly QuotaFacts[]>;
  /** `undefined` before the deployment. */
  readonly deployment: Reading<DeploymentFacts | undefined>;
}
