import { conform } from './conform.ts';
import { messageOf, TemplateError } from './errors.ts';
import { compare, type Engine } from './inspect.ts';
import { resolve, type Scope } from './intrinsics.ts';
import type { Journal } from './journal.ts';
import type { Prepared } from './prepare.ts';
import type { Made, Provider } from './provider.ts';
import { type ResourceSpec, specOf } from './spec.ts';
import type { Stack, StackResource } from './stack.ts';
import type { TemplateResource } from './template.ts';
import type { Fields } from './values.ts';
import { createWork } from './work.ts';

/** What one deployment has done so far. It is enough to finish the deployment or to roll it back. */
interface Progress {
  /** Resources that this deployment created, including replacements. */
  readonly created: Set<StackResource>;
  /** Resources changed in place: their earlier state, and the state that was tried. */
  readonly changed: { readonly old: StackResource; readonly tried: Fields }[];
  /** The old resources of replacements. They still exist. */
  readonly replaced: StackResource[];
}

/** What is needed to create one resource. */
export interface Application {
  readonly engine: Engine;
  readonly stack: Stack;
  readonly journal: Journal;
  readonly prepared: Prepared;
  readonly scope: Scope;
  readonly progress: Progress;
}

const initiated = 'Resource creation Initiated';

const describe = (application: Application, logicalId: string, declared: TemplateResource, properties: Fields) => ({
  logicalId,
  type: declared.Type,
  properties,
  dependsOn: [...(application.prepared.order.get(logicalId) ?? [])],
  deletionPolicy: declared.DeletionPolicy ?? 'Delete',
  updateReplacePolicy: declared.UpdateReplacePolicy ?? 'Delete',
});

const withMade = (
  resource: Omit<StackResource, 'physicalId' | 'ref' | 'attributes'>,
  { physicalId, ref, attributes }: Made,
): StackResource => ({
  ...resource,
  physicalId,
  ref: ref ?? physicalId,
  attributes: attributes ?? {},
});

/** Creates a resource. A resource that was begun is in the stack and in `progress.created`, also when the rest fails. */
const create = async (
  application: Application,
  provider: Provider,
  described: ReturnType<typeof describe>,
  verb: 'CREATE' | 'UPDATE',
) => {
  const { engine, stack, journal, progress } = application;
  let current: StackResource | undefined;
  const put = (made: Made) => {
    if (current) progress.created.delete(current);
    current = withMade(described, made);
    progress.created.add(current);
    stack.resources.set(described.logicalId, current);
  };
  const begun = (physicalId: string) => {
    if (current) return;
    put({ physicalId });
    journal.resource({ ...described, physicalId }, `${verb}_IN_PROGRESS`, initiated);
  };
  const made = await provider.create(createWork(engine, stack, described.logicalId, described.properties), begun);
  begun(made.physicalId);
  put(made);
  journal.resource({ ...described, physicalId: made.physicalId }, `${verb}_COMPLETE`);
};

const replace = async (
  application: Application,
  provider: Provider,
  old: StackResource,
  described: ReturnType<typeof describe>,
) => {
  const { nameProperty } = provider;
  const name = nameProperty === undefined ? undefined : described.properties[nameProperty];
  if (name !== undefined && name === old.properties[nameProperty ?? ''])
    throw new TemplateError(
      `CloudFormation cannot update a stack when a custom-named resource requires replacing. Rename ${name} and update the stack again.`,
    );
  application.journal.resource(
    old,
    'UPDATE_IN_PROGRESS',
    'Requested update requires the creation of a new physical resource; hence creating one.',
  );
  application.progress.replaced.push(old);
  await create(application, provider, described, 'UPDATE');
};

/** Changes an existing resource in place from one set of properties to another. */
export const change = async (
  { engine, stack, journal }: Pick<Application, 'engine' | 'stack' | 'journal'>,
  old: StackResource,
  target: Omit<StackResource, 'physicalId' | 'ref' | 'attributes'>,
): Promise<void> => {
  journal.resource(old, 'UPDATE_IN_PROGRESS');
  const provider = engine.providers.get(old.type) as Provider;
  const work = createWork(engine, stack, old.logicalId, target.properties);
  const { physicalId, attributes, properties } = old;
  const made = await provider.update({ ...work, physicalId, attributes, previous: properties });
  stack.resources.set(old.logicalId, withMade(target, { ref: old.ref, attributes: old.attributes, ...made }));
  journal.resource(old, 'UPDATE_COMPLETE');
};

const apply = async (
  application: Application,
  logicalId: string,
  declared: TemplateResource,
  provider: Provider,
  spec: ResourceSpec,
) => {
  const { stack, journal, scope, progress } = application;
  const old = stack.resources.get(logicalId);
  if (old === undefined) journal.resource({ logicalId, type: declared.Type }, 'CREATE_IN_PROGRESS');
  const { properties, problems } = conform(spec, provider, resolve(declared.Properties ?? {}, scope) as Fields);
  if (problems.length > 0) throw new TemplateError(problems.join('; '));
  const described = describe(application, logicalId, declared, properties);
  if (old === undefined) return create(application, provider, described, 'CREATE');
  const differences = compare(provider, old.properties, properties);
  if (differences.length === 0) {
    stack.resources.set(logicalId, { ...old, ...described });
  } else if (differences.some(({ replaces }) => replaces)) {
    await replace(application, provider, old, described);
  } else {
    progress.changed.push({ old, tried: properties });
    await change(application, old, described);
  }
};

/**
 * Applies the template to one resource: creates it, changes it in place, replaces it, or leaves it alone. Writes the events,
 * also that of a failure.
 */
export const applyResource = async (application: Application, logicalId: string): Promise<void> => {
  const { engine, stack, journal, prepared } = application;
  const declared = prepared.resources.get(logicalId) as TemplateResource;
  const old = stack.resources.get(logicalId);
  try {
    // Both exist: a template with a type that lacks one was refused before.
    await apply(
      application,
      logicalId,
      declared,
      engine.providers.get(declared.Type) as Provider,
      specOf(declared.Type) as ResourceSpec,
    );
  } catch (error) {
    const current = stack.resources.get(logicalId);
    journal.resource(
      { logicalId, type: declared.Type, ...(current ? { physicalId: current.physicalId } : {}) },
      old ? 'UPDATE_FAILED' : 'CREATE_FAILED',
      messageOf(error),
    );
    throw error;
  }
};
