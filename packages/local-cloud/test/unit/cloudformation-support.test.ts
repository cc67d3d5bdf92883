import { describe, expect, it } from 'vitest';
import { inertProperties } from '../../cloudformation/inert.ts';
import { createProviders } from '../../cloudformation/resources/index.ts';
import { membersOf, type Property, specOf } from '../../cloudformation/spec.ts';

/** Whether AWS's schema of `type` has the property at `path`. */
const exists = (type: string, path: string): boolean => {
  let members: Readonly<Record<string, Property>> | undefined = specOf(type)?.properties;
  for (const name of path.split('.')) {
    const property = members?.[name]?.type;
    if (property === undefined) return false;
    const inner = property.type === 'array' || property.type === 'map' ? property.element : property;
    members = inner.type === 'ref' ? membersOf(inner) : undefined;
  }
  return true;
};

const providers = [...createProviders().values()];

describe('the support table of CloudFormation', () => {
  it.each(providers.map((provider) => [provider.type, provider] as const))(
    '%s models only properties that AWS has',
    (type, provider) => {
      const { models, createOnly = [], nameProperty } = provider;
      const paths = [...models, ...createOnly, ...(nameProperty === undefined ? [] : [nameProperty])];

      expect(paths.filter((path) => !exists(type, path))).toEqual([]);
    },
  );

  it.each(Object.entries(inertProperties))(
    '%s has inert properties that AWS has, each with a reason, none of them modelled',
    (type, inert) => {
      const models = providers.find((provider) => provider.type === type)?.models ?? [];

      expect(Object.keys(inert).filter((path) => !exists(type, path) || models.includes(path))).toEqual([]);
      expect(Object.values(inert).every((reason) => reason.length > 10)).toBe(true);
    },
  );
});
