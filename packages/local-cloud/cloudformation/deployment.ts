import { type Application, applyResource, change } from './apply.ts';
import { messageOf } from './errors.ts';
import { type Engine, inspect } from './inspect.ts';
import type { Journal } from './journal.ts';
import { runInOrder } from './order.ts';
import { resolveOutputs } from './outputs.ts';
import type { Prepared } from './prepare.ts';
import { removeResources } from './removal.ts';
import { createScope } from './scope.ts';
import type { Deployed, Stack, StackResource } from './stack.ts';

/** Why a deployment failed: the ids of the failed resources, or a message. */
interface Trouble {
  readonly failedIds: readonly string[];
  readonly words?: string;
}

const reasonOf = (stack: Stack, { failedIds, words }: Trouble): string => {
  const ids = (verb: string) => failedIds.filter((id) => stack.statuses.get(id)?.status === `${verb}_FAILED`);
  const parts = [
    ...(ids('CREATE').length > 0 ? [`The following resource(s) failed to create: [${ids('CREATE').join(', ')}].`] : []),
    ...(ids('UPDATE').length > 0 ? [`The following resource(s) failed to update: [${ids('UPDATE').join(', ')}].`] : []),
    ...(words === undefined ? [] : [words]),
  ];
  return parts.join(' ');
};

/** Creates or changes every resource of the template, in order. Returns what failed, or undefined. */
const make = async (application: Application): Promise<Trouble | undefined> => {
  const { engine, stack, journal, prepared } = application;
  const problems = inspect(engine, stack, prepared);
  for (const [logicalId, problem] of problems) {
    const type = prepared.resources.get(logicalId)?.Type ?? '';
    const old = stack.resources.get(logicalId);
    journal.resource(
      { logicalId, type, ...(old ? { physicalId: old.physicalId } : {}) },
      old ? 'UPDATE_FAILED' : 'CREATE_FAILED',
      problem,
    );
  }
  if (problems.size > 0) return { failedIds: [...problems.keys()] };
  const failures = await runInOrder(prepared.order, (id) => applyResource(application, id), 'stop');
  return failures.length > 0 ? { failedIds: failures.map(({ id }) => id) } : undefined;
};

const rollBackCreate = async ({ engine, stack, journal }: Application, trouble: Trouble) => {
  journal.stack('ROLLBACK_IN_PROGRESS', `${reasonOf(stack, trouble)} Rollback requested by user.`);
  if (stack.deployed) stack.deployed = { ...stack.deployed, imports: [] };
  const failures = await removeResources(
    engine,
    stack,
    journal,
    [...stack.resources.values()],
    ({ deletionPolicy }) => deletionPolicy,
    ({ logicalId }) => stack.resources.delete(logicalId),
  );
  if (failures.length === 0) journal.stack('ROLLBACK_COMPLETE');
  else
    journal.stack(
      'ROLLBACK_FAILED',
      `The following resource(s) failed to delete: [${failures.map(({ id }) => id.split(' ')[0]).join(', ')}].`,
    );
};

const rollBackUpdate = async (
  application: Application,
  before: Deployed,
  resources: readonly StackResource[],
  trouble: Trouble,
) => {
  const { engine, stack, journal, progress } = application;
  journal.stack('UPDATE_ROLLBACK_IN_PROGRESS', reasonOf(stack, trouble));
  const failed: string[] = [];
  for (const { old, tried } of progress.changed) {
    try {
      await change(application, { ...old, properties: tried }, old);
    } catch (error) {
      failed.push(old.logicalId);
      journal.resource(old, 'UPDATE_FAILED', messageOf(error));
    }
  }
  stack.resources.clear();
  for (const resource of resources) stack.resources.set(resource.logicalId, resource);
  for (const old of progress.replaced) journal.resource(old, 'UPDATE_COMPLETE');
  stack.deployed = before;
  if (failed.length > 0)
    return journal.stack(
      'UPDATE_ROLLBACK_FAILED',
      `The following resource(s) failed to update: [${failed.join(', ')}].`,
    );
  journal.stack('UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS');
  await removeResources(
    engine,
    stack,
    journal,
    [...progress.created],
    ({ deletionPolicy }) => (deletionPolicy === 'RetainExceptOnCreate' ? 'Delete' : deletionPolicy),
    () => undefined,
  );
  journal.stack('UPDATE_ROLLBACK_COMPLETE');
};

const cleanUp = async ({ engine, stack, journal, prepared, progress }: Application) => {
  journal.stack('UPDATE_COMPLETE_CLEANUP_IN_PROGRESS');
  const dropped = [...stack.resources.values()].filter(({ logicalId }) => !prepared.resources.has(logicalId));
  const replaced = new Set(progress.replaced);
  await removeResources(
    engine,
    stack,
    journal,
    [...dropped, ...replaced],
    (resource) =>
      replaced.has(resource)
        ? resource.updateReplacePolicy
        : resource.deletionPolicy === 'RetainExceptOnCreate'
          ? 'Retain'
          : resource.deletionPolicy,
    () => undefined,
  );
  // As in AWS, a resource that cannot be deleted after an update no longer belongs to the stack.
  for (const { logicalId } of dropped) stack.resources.delete(logicalId);
  journal.stack('UPDATE_COMPLETE');
};

/**
 * Carries out a prepared deployment of a stack that is already in `CREATE_IN_PROGRESS` or `UPDATE_IN_PROGRESS`. Ends in
 * `CREATE_COMPLETE`, `UPDATE_COMPLETE`, or, after a rollback, `ROLLBACK_COMPLETE`, `UPDATE_ROLLBACK_COMPLETE`.
 */
export const deployStack = async (
  engine: Engine,
  stack: Stack,
  journal: Journal,
  prepared: Prepared,
): Promise<void> => {
  const before = stack.deployed;
  const resources = [...stack.resources.values()];
  const scope = createScope({ ...engine, stack, ...prepared, existing: (id) => stack.resources.get(id) });
  const progress = { created: new Set<StackResource>(), changed: [], replaced: [] };
  const application: Application = { engine, stack, journal, prepared, scope, progress };
  const { body, template, parameters, tags, capabilities, imports } = prepared;
  stack.deployed = { body, template, parameters, tags, capabilities, imports, outputs: before?.outputs ?? [] };
  let trouble = await make(application).catch(
    (error: unknown): Trouble => ({ failedIds: [], words: messageOf(error) }),
  );
  if (trouble === undefined) {
    try {
      stack.deployed = { ...stack.deployed, outputs: resolveOutputs(engine, stack, template, scope) };
    } catch (error) {
      trouble = { failedIds: [], words: messageOf(error) };
    }
  }
  if (trouble === undefined && before === undefined) journal.stack('CREATE_COMPLETE');
  else if (trouble === undefined) await cleanUp(application);
  else if (before === undefined) await rollBackCreate(application, trouble);
  else await rollBackUpdate(application, before, resources, trouble);
};
