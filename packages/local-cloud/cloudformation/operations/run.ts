import { unsupported } from '../../service.ts';
import { deployStack } from '../deployment.ts';
import { messageOf } from '../errors.ts';
import type { Engine } from '../inspect.ts';
import { openJournal } from '../journal.ts';
import type { DeployInput, Prepared } from '../prepare.ts';
import type { Stack } from '../stack.ts';
import { isOn, isSame, listOf } from '../values.ts';

/** Members that CreateChangeSet, CreateStack and UpdateStack share. */
export interface CommonInput extends DeployInput {
  readonly StackName?: string;
  readonly RoleARN?: string;
  readonly NotificationARNs?: readonly string[];
  readonly RollbackConfiguration?: {
    readonly RollbackTriggers?: readonly unknown[];
    readonly MonitoringTimeInMinutes?: unknown;
  };
  readonly ResourceTypes?: readonly string[];
  readonly ClientToken?: string;
  readonly ClientRequestToken?: string;
  readonly DisableRollback?: boolean | string;
  readonly OnFailure?: string;
  readonly OnStackFailure?: string;
  readonly DeploymentMode?: string;
  readonly DeploymentConfig?: { readonly Mode?: string };
}

/** Refuses options that are not modelled, so that no option is ignored silently. */
export const refuseOptions = (input: CommonInput): void => {
  if (listOf(input.RollbackConfiguration?.RollbackTriggers).length > 0)
    throw unsupported('RollbackConfiguration.RollbackTriggers');
  if (listOf(input.ResourceTypes).length > 0) throw unsupported('ResourceTypes');
  if (isOn(input.DisableRollback)) throw unsupported('DisableRollback (cdk deploy --no-rollback)');
  for (const option of ['OnFailure', 'OnStackFailure'] as const)
    if (input[option] !== undefined && input[option] !== 'ROLLBACK') throw unsupported(`${option} other than ROLLBACK`);
  if (input.DeploymentMode !== undefined) throw unsupported('DeploymentMode (cdk deploy --revert-drift)');
  if ((input.DeploymentConfig?.Mode ?? 'STANDARD') !== 'STANDARD')
    throw unsupported('DeploymentConfig.Mode other than STANDARD');
};

/** Whether deploying `prepared` would leave everything as it is. */
export const isUnchanged = ({ deployed }: Stack, prepared: Prepared): boolean =>
  deployed !== undefined &&
  isSame(deployed.template, prepared.template) &&
  isSame(deployed.parameters, prepared.parameters) &&
  isSame(deployed.tags, prepared.tags);

/** Begins a deployment in the background. The stack is in progress when this returns. */
export const begin = (engine: Engine, stack: Stack, prepared: Prepared, input: CommonInput): void => {
  const journal = openJournal(engine.cloud.clock, stack, input.ClientRequestToken);
  stack.roleArn = input.RoleARN ?? stack.roleArn;
  if (input.NotificationARNs !== undefined) stack.notificationArns = listOf(input.NotificationARNs);
  if (stack.deployed !== undefined) stack.updatedAt = new Date(engine.cloud.clock.now());
  const isNew = stack.deployed === undefined;
  journal.stack(isNew ? 'CREATE_IN_PROGRESS' : 'UPDATE_IN_PROGRESS', 'User Initiated');
  stack.running = deployStack(engine, stack, journal, prepared).catch((error: unknown) =>
    journal.stack(isNew ? 'ROLLBACK_FAILED' : 'UPDATE_ROLLBACK_FAILED', messageOf(error)),
  );
};
