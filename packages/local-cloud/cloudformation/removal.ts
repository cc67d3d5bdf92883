import { messageOf } from './errors.ts';
import type { Engine } from './inspect.ts';
import type { Journal } from './journal.ts';
import { type Failure, type Order, reverseOrder, runInOrder } from './order.ts';
import type { Stack, StackResource } from './stack.ts';
import { createWork } from './work.ts';

/** Which policy decides whether a resource is deleted or kept. */
type PolicyOf = (resource: StackResource) => string;

/**
 * Deletes resources, each before the resources it depends on. Keeps those whose policy says so (`DELETE_SKIPPED`).
 *
 * @param gone - is called for every resource that the stack no longer has.
 * @returns the resources that could not be deleted.
 */
export const removeResources = async (
  engine: Engine,
  stack: Stack,
  journal: Journal,
  resources: readonly StackResource[],
  policyOf: PolicyOf,
  gone: (resource: StackResource) => void,
): Promise<readonly Failure[]> => {
  // Old and new of a replacement share their logical id, so the physical id tells them apart.
  const keyOf = ({ logicalId, physicalId }: StackResource) => `${logicalId} ${physicalId}`;
  const byKey = new Map(resources.map((resource) => [keyOf(resource), resource]));
  const created: Order = new Map(
    resources.map((resource) => [
      keyOf(resource),
      new Set(resources.filter(({ logicalId }) => resource.dependsOn.includes(logicalId)).map(keyOf)),
    ]),
  );
  return runInOrder(
    reverseOrder(created),
    async (key) => {
      const resource = byKey.get(key) as StackResource;
      if (policyOf(resource) === 'Retain') {
        journal.resource(resource, 'DELETE_SKIPPED');
        gone(resource);
        return;
      }
      journal.resource(resource, 'DELETE_IN_PROGRESS');
      try {
        const work = createWork(engine, stack, resource.logicalId, resource.properties);
        const { physicalId, attributes, properties } = resource;
        await engine.providers.get(resource.type)?.remove({ ...work, physicalId, attributes, previous: properties });
      } catch (error) {
        journal.resource(resource, 'DELETE_FAILED', messageOf(error));
        throw error;
      }
      journal.resource(resource, 'DELETE_COMPLETE');
      gone(resource);
    },
    'continue',
  );
};

/** Deletes a whole stack. When a resource cannot be deleted, it stays and the stack becomes `DELETE_FAILED`. */
export const deleteStack = async (
  engine: Engine,
  stack: Stack,
  journal: Journal,
  retained: readonly string[],
): Promise<void> => {
  const users = engine.stacks.all.filter(
    (other) =>
      other !== stack &&
      other.status !== 'DELETE_COMPLETE' &&
      other.deployed?.imports.some((name) => stack.deployed?.outputs.some(({ ExportName }) => ExportName === name)),
  );
  if (users.length > 0) {
    journal.stack(
      'DELETE_FAILED',
      `Delete canceled. Cannot delete the exports of ${stack.name}: they are in use by ${users.map(({ name }) => name).join(', ')}`,
    );
    return;
  }
  const failures = await removeResources(
    engine,
    stack,
    journal,
    [...stack.resources.values()],
    ({ logicalId, deletionPolicy }) =>
      retained.includes(logicalId) ? 'Retain' : deletionPolicy === 'RetainExceptOnCreate' ? 'Retain' : deletionPolicy,
    ({ logicalId }) => stack.resources.delete(logicalId),
  );
  if (failures.length > 0) {
    const names = failures.map(({ id }) => id.split(' ')[0]);
    journal.stack('DELETE_FAILED', `The following resource(s) failed to delete: [${names.join(', ')}].`);
    return;
  }
  stack.deletedAt = new Date(engine.cloud.clock.now());
  journal.stack('DELETE_COMPLETE');
};
