import { randomUUID } from 'node:crypto';
import type { Cloud } from '../service.ts';
import { validationError } from './errors.ts';
import type { Parameter } from './parameters.ts';
import type { Template } from './template.ts';
import type { Fields } from './values.ts';

/** A resource that exists, or whose creation failed. */
export interface StackResource {
  readonly logicalId: string;
  readonly type: string;
  readonly physicalId: string;
  /** What `Ref` yields. */
  readonly ref: string;
  /** What `Fn::GetAtt` yields, by attribute. */
  readonly attributes: Fields;
  /** Resolved and converted, as the provider last got them. */
  readonly properties: Fields;
  /** Logical ids that this resource refers to or depends on. They are deleted after it. */
  readonly dependsOn: readonly string[];
  readonly deletionPolicy: string;
  readonly updateReplacePolicy: string;
}

/** The state of a resource in the last event about it. */
interface ResourceStatus {
  readonly logicalId: string;
  readonly type: string;
  readonly physicalId?: string;
  readonly status: string;
  readonly reason?: string;
  readonly at: Date;
}

/** One line of the stack's history, in the members of `DescribeStackEvents`. */
export interface StackEvent {
  readonly StackId: string;
  readonly EventId: string;
  readonly StackName: string;
  readonly OperationId: string;
  readonly LogicalResourceId: string;
  readonly PhysicalResourceId?: string;
  readonly ResourceType: string;
  readonly Timestamp: Date;
  readonly ResourceStatus: string;
  readonly ResourceStatusReason?: string;
  readonly ClientRequestToken?: string;
}

/** One output of a stack. */
export interface Output {
  readonly OutputKey: string;
  readonly OutputValue: string;
  readonly Description?: string;
  readonly ExportName?: string;
}

/** The part of a stack that a deployment replaces, and that a failed update restores. */
export interface Deployed {
  readonly body: string;
  readonly template: Template;
  readonly parameters: readonly Parameter[];
  readonly tags: readonly { readonly Key: string; readonly Value: string }[];
  readonly capabilities: readonly string[];
  readonly outputs: readonly Output[];
  /** Names of the exports of other stacks that this one uses. */
  readonly imports: readonly string[];
}

/** A stack. The engine changes it in place. */
export interface Stack {
  readonly id: string;
  readonly name: string;
  readonly createdAt: Date;
  status: string;
  statusReason?: string | undefined;
  updatedAt?: Date;
  deletedAt?: Date;
  deployed?: Deployed | undefined;
  changeSetId?: string;
  roleArn?: string | undefined;
  notificationArns: readonly string[];
  terminationProtection: boolean;
  readonly resources: Map<string, StackResource>;
  readonly statuses: Map<string, ResourceStatus>;
  /** Oldest first. */
  readonly events: StackEvent[];
  /** Settles when the running operation has ended. */
  running: Promise<void>;
}

/** The stacks of the account, deleted ones included. */
export interface Stacks {
  readonly all: readonly Stack[];
  create(name: string): Stack;
  /** The stack by name (only while it is not deleted) or by id. */
  find(nameOrId: string | undefined): Stack | undefined;
  /** @throws {AwsError} `ValidationError` in AWS's words when there is none. */
  get(nameOrId: string | undefined): Stack;
}

/** Creates the account's empty list of stacks. */
export const createStacks = (cloud: Cloud): Stacks => {
  const all: Stack[] = [];
  const find = (nameOrId = '') =>
    all.find(({ id }) => id === nameOrId) ??
    all.find(({ name, status }) => name === nameOrId && status !== 'DELETE_COMPLETE');
  return {
    all,
    find,
    get(nameOrId) {
      const stack = find(nameOrId);
      if (stack === undefined) throw validationError(`Stack with id ${nameOrId} does not exist`);
      return stack;
    },
    create(name) {
      if (!/^[A-Za-z][A-Za-z0-9-]{0,127}$/.test(name))
        throw validationError(
          `1 validation error detected: Value '${name}' at 'stackName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*`,
        );
      const stack: Stack = {
        id: `arn:aws:cloudformation:${cloud.region}:${cloud.accountId}:stack/${name}/${randomUUID()}`,
        name,
        createdAt: new Date(cloud.clock.now()),
        status: 'REVIEW_IN_PROGRESS',
        notificationArns: [],
        terminationProtection: false,
        resources: new Map(),
        statuses: new Map(),
        events: [],
        running: Promise.resolve(),
      };
      all.push(stack);
      return stack;
    },
  };
};

/** Whether an operation is running that no other one may disturb. */
export const isBusy = ({ status }: Stack): boolean =>
  status.endsWith('_IN_PROGRESS') && status !== 'REVIEW_IN_PROGRESS';

/**
 * Refuses an update of a stack whose state does not allow one.
 *
 * @throws {AwsError} `ValidationError` in AWS's words.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html
 */
export const requireUpdatable = (stack: Stack): void => {
  if (!['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE'].includes(stack.status))
    throw validationError(`Stack:${stack.id} is in ${stack.status} state and can not be updated.`);
};
