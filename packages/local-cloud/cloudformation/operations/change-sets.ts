import { randomUUID } from 'node:crypto';
import { AwsError, type Operations, unsupported } from '../../service.ts';
import { messageOf, validationError } from '../errors.ts';
import { type Change, type Engine, planChanges } from '../inspect.ts';
import { openJournal } from '../journal.ts';
import { type Prepared, prepare } from '../prepare.ts';
import { readTemplate, type TemplateSource } from '../source.ts';
import { isBusy, requireUpdatable, type Stack } from '../stack.ts';
import { begin, type CommonInput, isUnchanged, refuseOptions } from './run.ts';
import { describeParameters } from './stacks.ts';

/** One change set, with everything that is needed to execute it. */
export interface ChangeSet {
  readonly id: string;
  readonly name: string;
  readonly stack: Stack;
  readonly createdAt: Date;
  readonly description: string | undefined;
  readonly input: CommonInput;
  readonly prepared: Prepared;
  readonly changes: readonly Change[];
  readonly status: 'CREATE_COMPLETE' | 'FAILED';
  readonly statusReason?: string;
  executionStatus: 'AVAILABLE' | 'UNAVAILABLE' | 'EXECUTE_COMPLETE';
}

interface CreateInput extends CommonInput, TemplateSource {
  readonly ChangeSetName: string;
  readonly ChangeSetType?: string;
  readonly Description?: string;
}

interface Selector {
  readonly ChangeSetName: string;
  readonly StackName?: string;
  readonly ClientRequestToken?: string;
  readonly DisableRollback?: boolean | string;
}

const withoutChanges =
  "The submitted information didn't contain changes. Submit different information to create a change set.";

const renderChange = ({ action, logicalId, type, physicalId, properties }: Change) => ({
  Type: 'Resource',
  ResourceChange: {
    Action: action,
    LogicalResourceId: logicalId,
    ResourceType: type,
    ...(physicalId === undefined ? {} : { PhysicalResourceId: physicalId }),
    ...(action === 'Modify'
      ? {
          Replacement: properties.some(({ replaces }) => replaces) ? 'True' : 'False',
          ...(properties.some(({ replaces }) => replaces) ? { PolicyAction: 'ReplaceAndDelete' } : {}),
          Scope: ['Properties'],
          Details: properties.map(({ name, replaces }) => ({
            Target: { Attribute: 'Properties', Name: name, RequiresRecreation: replaces ? 'Always' : 'Never' },
            Evaluation: 'Static',
            ChangeSource: 'DirectModification',
          })),
        }
      : {}),
  },
});

/** The stack that a new change set is for: an existing one for an update, a new one in review for a create. */
const stackFor = (
  { stacks, cloud }: Engine,
  { StackName, ChangeSetName, ChangeSetType = 'UPDATE', ClientToken }: CreateInput,
): Stack => {
  const existing = stacks.find(StackName);
  if (ChangeSetType === 'UPDATE') {
    const stack = stacks.get(StackName);
    requireUpdatable(stack);
    return stack;
  }
  if (ChangeSetType !== 'CREATE') throw unsupported(`ChangeSetType ${ChangeSetType}`);
  if (existing && isBusy(existing))
    throw validationError(`Stack:${existing.id} is in ${existing.status} state and can not be updated.`);
  if (existing && existing.status !== 'REVIEW_IN_PROGRESS')
    throw validationError(
      `Stack [${StackName}] already exists and cannot be created again with the changeSet [${ChangeSetName}].`,
    );
  if (existing) return existing;
  const stack = stacks.create(StackName ?? '');
  openJournal(cloud.clock, stack, ClientToken).stack('REVIEW_IN_PROGRESS', 'User Initiated');
  return stack;
};

/** CreateChangeSet, DescribeChangeSet, ListChangeSets, ExecuteChangeSet, DeleteChangeSet. */
export const createChangeSetOperations = (engine: Engine) => {
  const { cloud, stacks } = engine;
  let changeSets: readonly ChangeSet[] = [];
  const forget = (gone: (changeSet: ChangeSet) => boolean) => {
    changeSets = changeSets.filter((changeSet) => !gone(changeSet));
  };
  // The name of an executed change set is free again, so it is found by its id only.
  const find = ({ ChangeSetName, StackName }: Selector) =>
    changeSets.find(
      ({ id, name, stack, executionStatus }) =>
        id === ChangeSetName ||
        (name === ChangeSetName &&
          executionStatus !== 'EXECUTE_COMPLETE' &&
          [stack.name, stack.id].includes(StackName ?? '')),
    );
  const get = (selector: Selector) => {
    if (selector.StackName !== undefined) stacks.get(selector.StackName);
    const found = find(selector);
    if (found === undefined)
      throw new AwsError('ChangeSetNotFound', `ChangeSet [${selector.ChangeSetName}] does not exist`, 404);
    return found;
  };
  const operations = {
    async CreateChangeSet(input: CreateInput) {
      refuseOptions(input);
      const body = await readTemplate(cloud, stacks.find(input.StackName), input);
      const stack = stackFor(engine, input);
      if (find(input))
        throw new AwsError(
          'AlreadyExistsException',
          `ChangeSet ${input.ChangeSetName} cannot be created due to a mismatch with existing attribute Name`,
        );
      const prepared = await prepare(cloud, stacks, stack, body, input);
      const isSame = isUnchanged(stack, prepared);
      const changeSet: ChangeSet = {
        id: `arn:aws:cloudformation:${cloud.region}:${cloud.accountId}:changeSet/${input.ChangeSetName}/${randomUUID()}`,
        name: input.ChangeSetName,
        stack,
        createdAt: new Date(cloud.clock.now()),
        description: input.Description,
        input,
        prepared,
        changes: isSame ? [] : planOrRefuse(stack, prepared),
        ...(isSame
          ? { status: 'FAILED', statusReason: withoutChanges, executionStatus: 'UNAVAILABLE' }
          : { status: 'CREATE_COMPLETE', executionStatus: 'AVAILABLE' }),
      };
      changeSets = [...changeSets, changeSet];
      return { Id: changeSet.id, StackId: stack.id };
    },
    DescribeChangeSet(input: Selector) {
      const { id, name, stack, createdAt, description, changes, status, statusReason, executionStatus, prepared } =
        get(input);
      return {
        ChangeSetName: name,
        ChangeSetId: id,
        StackId: stack.id,
        StackName: stack.name,
        ...(description === undefined ? {} : { Description: description }),
        Parameters: describeParameters(prepared.parameters),
        CreationTime: createdAt,
        ExecutionStatus: executionStatus,
        Status: status,
        ...(statusReason === undefined ? {} : { StatusReason: statusReason }),
        Capabilities: prepared.capabilities,
        Tags: prepared.tags,
        Changes: changes.map(renderChange),
        IncludeNestedStacks: false,
      };
    },
    ListChangeSets({ StackName }: { readonly StackName: string }) {
      const { id: stackId } = stacks.get(StackName);
      return {
        Summaries: changeSets
          .filter(({ stack, executionStatus }) => stack.id === stackId && executionStatus !== 'EXECUTE_COMPLETE')
          .map(({ id, name, stack, createdAt, status, statusReason, executionStatus }) => ({
            StackId: stack.id,
            StackName: stack.name,
            ChangeSetId: id,
            ChangeSetName: name,
            ExecutionStatus: executionStatus,
            Status: status,
            ...(statusReason === undefined ? {} : { StatusReason: statusReason }),
            CreationTime: createdAt,
          })),
      };
    },
    ExecuteChangeSet(input: Selector) {
      const changeSet = get(input);
      const { stack, prepared } = changeSet;
      if (stack.status !== 'REVIEW_IN_PROGRESS') requireUpdatable(stack);
      if (changeSet.executionStatus !== 'AVAILABLE')
        throw new AwsError(
          'InvalidChangeSetStatus',
          `ChangeSet [${changeSet.id}] cannot be executed in its current status of [${changeSet.status}]`,
        );
      refuseOptions(input);
      changeSet.executionStatus = 'EXECUTE_COMPLETE';
      stack.changeSetId = changeSet.id;
      // The others were made for the earlier state of the stack.
      forget((other) => other.stack === stack && other !== changeSet);
      begin(engine, stack, prepared, { ...changeSet.input, ...input });
      return {};
    },
    DeleteChangeSet(input: Selector) {
      if (input.StackName !== undefined) stacks.get(input.StackName);
      const changeSet = find(input);
      forget((other) => other === changeSet);
      return {};
    },
  };
  const planOrRefuse = (stack: Stack, prepared: Prepared) => {
    try {
      return planChanges(engine, stack, prepared);
    } catch (error) {
      throw validationError(messageOf(error));
    }
  };
  return { operations: operations as Operations, find: (selector: Selector) => get(selector) };
};
