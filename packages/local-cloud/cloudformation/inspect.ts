import type { Cloud } from '../service.ts';
import { conform } from './conform.ts';
import { messageOf } from './errors.ts';
import { resolve } from './intrinsics.ts';
import type { Prepared } from './prepare.ts';
import type { Provider } from './provider.ts';
import { createScope } from './scope.ts';
import { specOf } from './spec.ts';
import type { Stack, Stacks } from './stack.ts';
import { type Fields, isSame, isUnknown } from './values.ts';

/** The providers by resource type. */
type Providers = ReadonlyMap<string, Provider>;

/** What the operations on stacks need. */
export interface Engine {
  readonly cloud: Cloud;
  readonly stacks: Stacks;
  readonly providers: Providers;
}

/** The change that a deployment would make to one resource. */
export interface Change {
  readonly action: 'Add' | 'Modify' | 'Remove';
  readonly logicalId: string;
  readonly type: string;
  readonly physicalId?: string;
  /** The names of the changed properties, and whether each needs a new resource. */
  readonly properties: readonly { readonly name: string; readonly replaces: boolean }[];
}

/** Why the type cannot be deployed, or undefined when it can. */
const typeProblem = (type: string, providers: Providers): string | undefined => {
  if (providers.has(type)) return undefined;
  const models = `It models: ${[...providers.keys()].join(', ')}.`;
  return specOf(type) === undefined
    ? `Unrecognized resource types: [${type}]. The local cloud knows no such type. ${models}`
    : `The local cloud does not model the resource type ${type}. ${models}`;
};

/** The names of properties that differ, and whether each forces a replacement. */
export const compare = (provider: Provider, before: Fields, after: Fields): Change['properties'] => {
  const declared = specOf(provider.type)?.properties ?? {};
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((name) => isUnknown(after[name]) || !isSame(before[name], after[name]))
    .map((name) => ({
      name,
      replaces: declared[name]?.causesReplacement === 'yes' || (provider.createOnly ?? []).includes(name),
    }));
};

/**
 * Finds the problems of a prepared template's resources before any resource is created: types and properties that AWS does
 * not have or the local cloud does not model, wrong types, missing properties.
 *
 * @returns all problems, by logical id.
 */
export const inspect = (
  { cloud, stacks, providers }: Engine,
  stack: Stack,
  prepared: Prepared,
): ReadonlyMap<string, string> => {
  const scope = createScope({ cloud, stacks, stack, ...prepared, existing: () => undefined });
  const problems = new Map<string, string>();
  for (const [id, { Type, Properties }] of prepared.resources) {
    const problem = typeProblem(Type, providers);
    const provider = providers.get(Type);
    const spec = specOf(Type);
    const old = stack.resources.get(id);
    if (problem) problems.set(id, problem);
    else if (old && old.type !== Type)
      problems.set(
        id,
        `Update of resource type is not permitted. The new template modifies resource type of the following resources: [${id}]`,
      );
    else if (provider && spec) {
      try {
        const { problems: found } = conform(spec, provider, resolve(Properties ?? {}, scope) as Fields);
        if (found.length > 0) problems.set(id, found.join('; '));
      } catch (error) {
        problems.set(id, messageOf(error));
      }
    }
  }
  return problems;
};

/** What deploying `prepared` would do to the stack, resource by resource. */
export const planChanges = (
  { cloud, stacks, providers }: Engine,
  stack: Stack,
  prepared: Prepared,
): readonly Change[] => {
  const scope = createScope({ cloud, stacks, stack, ...prepared, existing: (id) => stack.resources.get(id) });
  const added = [...prepared.resources].flatMap(([logicalId, { Type: type, Properties }]): readonly Change[] => {
    const old = stack.resources.get(logicalId);
    const provider = providers.get(type);
    const spec = specOf(type);
    if (old === undefined) return [{ action: 'Add', logicalId, type, properties: [] }];
    if (provider === undefined || spec === undefined)
      return [{ action: 'Modify', logicalId, type, physicalId: old.physicalId, properties: [] }];
    const { properties } = conform(spec, provider, resolve(Properties ?? {}, scope) as Fields);
    const changed = compare(provider, old.properties, properties);
    return changed.length === 0
      ? []
      : [{ action: 'Modify', logicalId, type, physicalId: old.physicalId, properties: changed }];
  });
  const removed = [...stack.resources.values()]
    .filter(({ logicalId }) => !prepared.resources.has(logicalId))
    .map(
      ({ logicalId, type, physicalId }): Change => ({ action: 'Remove', logicalId, type, physicalId, properties: [] }),
    );
  return [...added, ...removed];
};
