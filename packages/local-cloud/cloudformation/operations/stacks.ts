import type { Operations } from '../../service.ts';
import { AwsError } from '../../service.ts';
import { validationError } from '../errors.ts';
import type { Engine } from '../inspect.ts';
import { openJournal } from '../journal.ts';
import type { Parameter } from '../parameters.ts';
import { prepare } from '../prepare.ts';
import { deleteStack } from '../removal.ts';
import { readTemplate, type TemplateSource } from '../source.ts';
import { isBusy, requireUpdatable, type Stack } from '../stack.ts';
import { isOn, listOf } from '../values.ts';
import { begin, type CommonInput, isUnchanged, refuseOptions } from './run.ts';

type StackInput = CommonInput & TemplateSource & { readonly EnableTerminationProtection?: boolean | string };

/** Parameters as the describing operations show them. */
export const describeParameters = (parameters: readonly Parameter[]): readonly object[] =>
  parameters.map(({ key, given, value, fromSystemsManager, hidden }) => ({
    ParameterKey: key,
    ParameterValue: hidden ? '****' : given,
    ...(fromSystemsManager ? { ResolvedValue: hidden ? '****' : String(value) } : {}),
  }));

const describe = (stack: Stack) => ({
  StackId: stack.id,
  StackName: stack.name,
  ...(stack.changeSetId === undefined ? {} : { ChangeSetId: stack.changeSetId }),
  ...(stack.deployed?.template.Description === undefined ? {} : { Description: stack.deployed.template.Description }),
  Parameters: describeParameters(stack.deployed?.parameters ?? []),
  CreationTime: stack.createdAt,
  ...(stack.updatedAt === undefined ? {} : { LastUpdatedTime: stack.updatedAt }),
  ...(stack.deletedAt === undefined ? {} : { DeletionTime: stack.deletedAt }),
  RollbackConfiguration: {},
  StackStatus: stack.status,
  ...(stack.statusReason === undefined ? {} : { StackStatusReason: stack.statusReason }),
  DisableRollback: false,
  NotificationARNs: stack.notificationArns,
  Capabilities: stack.deployed?.capabilities ?? [],
  Outputs: stack.deployed?.outputs ?? [],
  ...(stack.roleArn === undefined ? {} : { RoleARN: stack.roleArn }),
  Tags: stack.deployed?.tags ?? [],
  EnableTerminationProtection: stack.terminationProtection,
  DriftInformation: { StackDriftStatus: 'NOT_CHECKED' },
});

/**
 * CreateStack, UpdateStack, DeleteStack, DescribeStacks, ListStacks, UpdateTerminationProtection.
 *
 * @param settleMs - how long `DescribeStacks` waits at most for a running operation to end before it answers.
 */
export const createStackOperations = (engine: Engine, settleMs: number): Operations => {
  const { cloud, stacks } = engine;
  const settled = (stack: Stack) =>
    settleMs > 0 && isBusy(stack)
      ? Promise.race([stack.running, new Promise<void>((resolve) => cloud.clock.schedule(settleMs, resolve))])
      : undefined;
  const operations = {
    async CreateStack(input: StackInput) {
      refuseOptions(input);
      const body = await readTemplate(cloud, undefined, input);
      const existing = stacks.find(input.StackName);
      if (existing) throw new AwsError('AlreadyExistsException', `Stack [${input.StackName}] already exists`);
      const stack = stacks.create(input.StackName ?? '');
      const prepared = await prepare(cloud, stacks, stack, body, input).catch((error: unknown) => {
        stack.status = 'DELETE_COMPLETE';
        throw error;
      });
      stack.terminationProtection = isOn(input.EnableTerminationProtection);
      begin(engine, stack, prepared, input);
      return { StackId: stack.id };
    },
    async UpdateStack(input: StackInput) {
      refuseOptions(input);
      const stack = stacks.get(input.StackName);
      requireUpdatable(stack);
      const prepared = await prepare(cloud, stacks, stack, await readTemplate(cloud, stack, input), input);
      requireUpdatable(stack);
      if (isUnchanged(stack, prepared)) throw validationError('No updates are to be performed.');
      begin(engine, stack, prepared, input);
      return { StackId: stack.id };
    },
    DeleteStack(input: {
      readonly StackName: string;
      readonly RetainResources?: readonly string[];
      readonly ClientRequestToken?: string;
    }) {
      const stack = stacks.find(input.StackName);
      if (stack === undefined || stack.status === 'DELETE_COMPLETE' || stack.status === 'DELETE_IN_PROGRESS') return {};
      if (isBusy(stack)) throw validationError(`Stack:${stack.id} is in ${stack.status} state and can not be deleted.`);
      if (stack.terminationProtection)
        throw validationError(`Stack [${stack.name}] cannot be deleted while TerminationProtection is enabled`);
      const journal = openJournal(cloud.clock, stack, input.ClientRequestToken);
      journal.stack('DELETE_IN_PROGRESS', 'User Initiated');
      stack.running = deleteStack(engine, stack, journal, listOf(input.RetainResources));
      return {};
    },
    async DescribeStacks({ StackName }: { readonly StackName?: string }) {
      if (StackName === undefined || StackName === '')
        return { Stacks: stacks.all.filter(({ status }) => status !== 'DELETE_COMPLETE').map(describe) };
      const stack = stacks.get(StackName);
      await settled(stack);
      return { Stacks: [describe(stack)] };
    },
    ListStacks({ StackStatusFilter }: { readonly StackStatusFilter?: readonly string[] }) {
      const wanted = listOf(StackStatusFilter);
      return {
        StackSummaries: [...stacks.all]
          .reverse()
          .filter(({ status }) => wanted.length === 0 || wanted.includes(status))
          .map((stack) => ({
            StackId: stack.id,
            StackName: stack.name,
            ...(stack.deployed?.template.Description === undefined
              ? {}
              : { TemplateDescription: stack.deployed.template.Description }),
            CreationTime: stack.createdAt,
            ...(stack.updatedAt === undefined ? {} : { LastUpdatedTime: stack.updatedAt }),
            ...(stack.deletedAt === undefined ? {} : { DeletionTime: stack.deletedAt }),
            StackStatus: stack.status,
            ...(stack.statusReason === undefined ? {} : { StackStatusReason: stack.statusReason }),
            DriftInformation: { StackDriftStatus: 'NOT_CHECKED' },
          })),
      };
    },
    UpdateTerminationProtection(input: {
      readonly StackName: string;
      readonly EnableTerminationProtection: boolean | string;
    }) {
      const stack = stacks.get(input.StackName);
      stack.terminationProtection = isOn(input.EnableTerminationProtection);
      return { StackId: stack.id };
    },
  };
  return operations as Operations;
};
