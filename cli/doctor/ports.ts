/** A user pool of the account, as a list shows it. */
export interface ListedPool {
  readonly id: string;
  readonly name: string;
}

/** An app client, and what it lets its users write. */
export interface AppClient {
  readonly id: string;
  readonly name: string;
  /** Attributes; `undefined` for a client without a list, which lets them write all that they may. */
  readonly writes: readonly string[] | undefined;
}

/** User pools, beside what their own description says. */
export interface Pools {
  list(): Promise<readonly ListedPool[]>;
  clients(userPoolId: string): Promise<readonly AppClient[]>;
  hasGroup(userPoolId: string, group: string): Promise<boolean>;
}

/** A Connect instance. */
export interface InstanceFacts {
  readonly id: string;
  readonly arn: string;
  readonly alias: string;
  readonly identityManagementType: string | undefined;
}

/** A security profile of a Connect instance. */
export interface SecurityProfile {
  readonly id: string;
  readonly name: string;
}

/** Connect instances of one Region. */
export interface Instances {
  list(): Promise<readonly InstanceFacts[]>;
  /** `undefined` when there is no such instance. */
  describe(instanceId: string): Promise<InstanceFacts | undefined>;
  profiles(instanceId: string): Promise<readonly SecurityProfile[]>;
  /** What a holder may do, by the names of AWS's list of permissions. */
  permissions(instanceId: string, profileId: string): Promise<readonly string[]>;
}

/** A trail as its Region sees it; a trail of another Region is a shadow trail here. */
export interface TrailFacts {
  readonly arn: string;
  readonly homeRegion: string;
  readonly multiRegion: boolean;
}

/** One condition of an advanced event selector. */
export interface SelectorField {
  readonly field: string;
  readonly equals?: readonly string[] | undefined;
  readonly startsWith?: readonly string[] | undefined;
  readonly endsWith?: readonly string[] | undefined;
  readonly notEquals?: readonly string[] | undefined;
  readonly notStartsWith?: readonly string[] | undefined;
  readonly notEndsWith?: readonly string[] | undefined;
}

/** Which events a trail logs: by basic selectors, or by advanced ones. */
export interface Selectors {
  readonly basic: readonly {
    /** `All`, `ReadOnly` or `WriteOnly`. */
    readonly readWriteType: string;
    readonly management: boolean;
    /** Event sources that are left out. */
    readonly excluded: readonly string[];
  }[];
  readonly advanced: readonly (readonly SelectorField[])[];
}

/** CloudTrail of one Region. */
export interface TrailReader {
  /** Trails of the Region, with shadow trails and those of the organisation. */
  list(): Promise<readonly TrailFacts[]>;
  isLogging(arn: string): Promise<boolean>;
  selectors(arn: string): Promise<Selectors>;
}

/** Service Quotas of one Region. */
export interface QuotaReader {
  /** The applied quota of Amazon Connect; `undefined` when none is applied, and the default holds. */
  connect(quotaCode: string): Promise<number | undefined>;
}

/** A CloudFormation stack. */
export interface StackFacts {
  readonly name: string;
  readonly status: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly outputs: Readonly<Record<string, string>>;
}

/** A resource of a stack. */
export interface StackResource {
  readonly type: string;
  readonly logicalId: string;
  readonly physicalId: string;
}

/** State of a function: `Active`, `Inactive`, `Pending`, `Failed`; of its last update `Successful`, `Failed`, `InProgress`. */
export interface FunctionState {
  readonly state: string;
  readonly lastUpdate: string;
}

/** A rule of EventBridge. */
export interface RuleFacts {
  readonly name: string;
  /** `missing` when there is no such rule. */
  readonly state: string;
  readonly targets: number;
}

/** A CloudWatch alarm. */
export interface AlarmFacts {
  readonly name: string;
  /** `OK`, `ALARM` or `INSUFFICIENT_DATA`. */
  readonly state: string;
  readonly actionsEnabled: boolean;
  readonly actions: readonly string[];
  readonly description: string;
}

/** Subscriptions of an SNS topic. */
export interface TopicFacts {
  readonly arn: string;
  readonly confirmed: number;
  readonly pending: number;
}

/** The parts of a deployment, as AWS has them now. */
export interface DeploymentReader {
  /** `undefined` when there is no such stack. */
  stack(name: string): Promise<StackFacts | undefined>;
  resources(stackName: string): Promise<readonly StackResource[]>;
  /** `undefined` when there is no such function. */
  functionState(name: string): Promise<FunctionState | undefined>;
  /** States of the event source mappings of a function: `Enabled`, `Disabled`, and what lies between. */
  mappings(functionName: string): Promise<readonly string[]>;
  /** `undefined` when there is no such schedule. */
  scheduleState(name: string): Promise<string | undefined>;
  rule(name: string): Promise<RuleFacts>;
  /** Alarms by their names; one that is not there is left out. */
  alarms(names: readonly string[]): Promise<readonly AlarmFacts[]>;
  /** `undefined` when there is no such topic. */
  topic(arn: string): Promise<TopicFacts | undefined>;
}

/** What `doctor` and `init` read, beside what other commands do. */
export interface DoctorPorts {
  readonly pools: Pools;
  /** Instances of a Region. */
  readonly instances: (region: string) => Instances;
  readonly trails: TrailReader;
  /** Quotas of a Region. */
  readonly quotas: (region: string) => QuotaReader;
  readonly deployment: DeploymentReader;
}
