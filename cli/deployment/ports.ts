import type { Json } from '../json.ts';

/** A statement of a function's resource policy. AWS promises JSON and no certain shape. */
export type PolicyStatement = Readonly<Record<string, Json>>;

/** A function, as far as its place in a trigger slot and its removal are concerned. */
export interface FunctionFacts {
  readonly environment: Readonly<Record<string, string>>;
  readonly roleArn: string;
  readonly logGroup?: string;
  /** Id of the stack of the product that made it; absent for a function that is not of the product. */
  readonly stackId?: string;
}

/** CloudFormation stacks, as an operator sees them. */
export interface Stacks {
  /** Whether a stack has been deleted. */
  isGone(stackId: string): Promise<boolean>;
  /** Names of the stacks of the product in this account and Region, as their descriptions say. */
  ours(): Promise<readonly string[]>;
}

/** Lambda functions, as an operator sees them. */
export interface Functions {
  /** Environment variables of a function; `undefined` when there is no such function. */
  environment(arn: string): Promise<Readonly<Record<string, string>> | undefined>;
  /** What is known of a function; `unreadable` when the caller may not see it. */
  describe(arn: string): Promise<FunctionFacts | 'missing' | 'unreadable'>;
  /** Its resource policy; empty when it has none, `unreadable` when the caller may not see it, as for a function of another team. */
  policy(arn: string): Promise<readonly PolicyStatement[] | 'unreadable'>;
  /** Invokes it and waits for its answer. @throws {PermanentError} `function-failed` when it throws. */
  invoke(functionName: string, event: unknown): Promise<Json>;
  /** Invokes it asynchronously: resolves when Lambda has taken the event. */
  invokeLater(functionName: string, event: unknown): Promise<void>;
}

/** Whether the worker gets changes. */
export interface MappingState {
  readonly id: string;
  /** `changing` while AWS carries out what was asked for. */
  readonly state: 'enabled' | 'disabled' | 'changing';
}

/** The event source mapping through which Lambda hands changes to the worker. */
export interface WorkerMapping {
  /** `undefined` when the function has none. */
  find(functionName: string): Promise<MappingState | undefined>;
  setEnabled(id: string, enabled: boolean): Promise<void>;
}

/** Approximate numbers of messages of a queue. */
export interface QueueCounts {
  readonly visible: number;
  /** Received and not deleted yet. */
  readonly hidden: number;
}

/** A CloudFormation stack, as far as commands find their way by it. */
interface DescribedStack {
  /** As CloudFormation writes it, for example `UPDATE_COMPLETE`. */
  readonly status: string;
  readonly outputs: Readonly<Record<string, string>>;
}

/** Describes a stack by its name; `undefined` when there is no such stack. */
export type DescribeStack = (stackName: string) => Promise<DescribedStack | undefined>;
