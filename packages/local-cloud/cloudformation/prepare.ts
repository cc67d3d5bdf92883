import { AwsError, type Cloud } from '../service.ts';
import { checkRules } from './conditions.ts';
import { messageOf, TemplateError, validationError } from './errors.ts';
import { resolve } from './intrinsics.ts';
import { findCycle, type Order } from './order.ts';
import { type ParameterInput, resolveParameters } from './parameters.ts';
import { createScope, recording } from './scope.ts';
import type { Deployed, Stack, Stacks } from './stack.ts';
import { parseTemplate, type TemplateResource } from './template.ts';
import { listOf } from './values.ts';

/** A template with its parameters, after all checks that are possible before a resource is created. */
export interface Prepared extends Omit<Deployed, 'outputs'> {
  /** The resources whose condition holds. */
  readonly resources: ReadonlyMap<string, TemplateResource>;
  /** The resources that each resource refers to or depends on. */
  readonly order: Order;
}

/** What a request gives to deploy. */
export interface DeployInput {
  readonly Parameters?: readonly ParameterInput[];
  readonly Tags?: readonly { readonly Key: string; readonly Value: string }[];
  readonly Capabilities?: readonly string[];
}

const requireCapabilities = (resources: ReadonlyMap<string, TemplateResource>, given: readonly string[]): void => {
  const identities = [...resources.values()].filter(({ Type }) => Type.startsWith('AWS::IAM::'));
  const isNamed = identities.some(
    ({ Type, Properties }) => Type === 'AWS::IAM::Role' && Properties?.RoleName !== undefined,
  );
  const needed = isNamed ? 'CAPABILITY_NAMED_IAM' : 'CAPABILITY_IAM';
  const isGiven = given.includes(needed) || given.includes('CAPABILITY_NAMED_IAM');
  if (identities.length > 0 && !isGiven)
    throw new AwsError('InsufficientCapabilitiesException', `Requires capabilities : [${needed}]`);
};

/**
 * Reads a template, sets its parameters, evaluates rules and conditions, resolves the references that are known, and orders
 * the resources.
 *
 * @throws {AwsError} `ValidationError`, or `InsufficientCapabilitiesException` (as AWS's) when IAM resources were not allowed.
 */
export const prepare = async (
  cloud: Cloud,
  stacks: Stacks,
  stack: Stack,
  body: string,
  input: DeployInput,
): Promise<Prepared> => {
  const template = parseTemplate(body);
  const parameters = await resolveParameters(
    cloud,
    template,
    listOf(input.Parameters),
    stack.deployed?.parameters ?? [],
  );
  const scope = createScope({ cloud, stacks, stack, template, parameters, existing: () => undefined });
  const imports = new Set<string>();
  try {
    checkRules(template, scope);
    for (const name of Object.keys(template.Conditions)) scope.condition(name);
    const resources = new Map(
      Object.entries(template.Resources).filter(
        ([, { Condition }]) => Condition === undefined || scope.condition(Condition),
      ),
    );
    const order = new Map<string, ReadonlySet<string>>();
    for (const [id, { Properties, DependsOn }] of resources) {
      const before = new Set([DependsOn ?? []].flat().filter((other) => resources.has(other)));
      resolve(
        Properties ?? {},
        recording(scope, ({ resource, exported }) => {
          if (resource !== undefined) before.add(resource);
          if (exported !== undefined) imports.add(exported);
        }),
      );
      order.set(id, before);
    }
    for (const { Value, Condition } of Object.values(template.Outputs))
      if (Condition === undefined || scope.condition(Condition))
        resolve(
          Value,
          recording(scope, ({ exported }) => void (exported !== undefined && imports.add(exported))),
        );
    const cycle = findCycle(order);
    if (cycle) throw new TemplateError(`Circular dependency between resources: [${cycle.join(', ')}]`);
    const capabilities = listOf(input.Capabilities);
    requireCapabilities(resources, capabilities);
    return {
      body,
      template,
      parameters,
      tags: listOf(input.Tags),
      capabilities,
      imports: [...imports],
      resources,
      order,
    };
  } catch (error) {
    throw error instanceof TemplateError ? validationError(messageOf(error)) : error;
  }
};
