import type { Cloud } from '../service.ts';
import { createConditions } from './conditions.ts';
import { TemplateError } from './errors.ts';
import { resolve, type Scope } from './intrinsics.ts';
import type { Parameter } from './parameters.ts';
import { specOf } from './spec.ts';
import type { Stack, StackResource, Stacks } from './stack.ts';
import type { Template } from './template.ts';
import { unknown } from './values.ts';

/** What is needed to create a scope. */
export interface ScopeParts {
  readonly cloud: Cloud;
  readonly stacks: Stacks;
  readonly stack: Pick<Stack, 'id' | 'name' | 'notificationArns'>;
  readonly template: Template;
  readonly parameters: readonly Parameter[];
  /** The resource as it is now, or undefined while it does not exist. */
  existing(logicalId: string): StackResource | undefined;
}

const read = (resource: StackResource, attribute: string | undefined): unknown => {
  if (attribute === undefined) return resource.ref;
  if (Object.hasOwn(resource.attributes, attribute)) return resource.attributes[attribute];
  throw new TemplateError(
    `The local cloud does not model the attribute ${attribute} of ${resource.type} (${resource.logicalId}). It models: ${Object.keys(resource.attributes).join(', ') || 'none'}.`,
  );
};

/** The value of every name in a template: parameters, pseudo parameters, conditions, exports, and resources that exist. */
export const createScope = ({ cloud, stacks, stack, template, parameters, existing }: ScopeParts): Scope => {
  const pseudo: Readonly<Record<string, unknown>> = {
    'AWS::AccountId': cloud.accountId,
    'AWS::NotificationARNs': stack.notificationArns,
    'AWS::Partition': 'aws',
    'AWS::Region': cloud.region,
    'AWS::StackId': stack.id,
    'AWS::StackName': stack.name,
    'AWS::URLSuffix': 'amazonaws.com',
  };
  const parameter = (name: string) =>
    Object.hasOwn(pseudo, name) ? pseudo[name] : parameters.find(({ key }) => key === name)?.value;
  const condition = createConditions(template, { parameter, mappings: template.Mappings });
  return {
    parameter,
    condition,
    mappings: template.Mappings,
    resource(logicalId, attribute) {
      const declared = template.Resources[logicalId];
      if (declared === undefined || (declared.Condition !== undefined && !condition(declared.Condition)))
        throw new TemplateError(
          `Template format error: Unresolved resource dependencies [${logicalId}] in the Resources block of the template`,
        );
      const spec = attribute === undefined ? undefined : specOf(declared.Type);
      if (spec && attribute !== undefined && !Object.hasOwn(spec.attributes, attribute))
        throw new TemplateError(
          `Template error: resource ${logicalId} does not support attribute type ${attribute} in Fn::GetAtt`,
        );
      const resource = existing(logicalId);
      return resource === undefined ? unknown : read(resource, attribute);
    },
    exported(name) {
      for (const { status, deployed } of stacks.all) {
        const output =
          status === 'DELETE_COMPLETE' ? undefined : deployed?.outputs.find(({ ExportName }) => ExportName === name);
        if (output) return output.OutputValue;
      }
      throw new TemplateError(`No export named ${name} found`);
    },
  };
};

/** The same scope. It also reports every use of a resource. */
export const recording = (
  scope: Scope,
  report: (use: { readonly resource?: string; readonly exported?: string }) => void,
): Scope => ({
  ...scope,
  resource(logicalId, attribute) {
    report({ resource: logicalId });
    return scope.resource(logicalId, attribute);
  },
  exported(name) {
    report({ exported: name });
    return scope.exported(name);
  },
});

/** Resolves to text, as an output or an export name must. */
export const resolveText = (value: unknown, scope: Scope, what: string): string => {
  const resolved = resolve(value, scope);
  if (typeof resolved === 'string' || typeof resolved === 'number' || typeof resolved === 'boolean')
    return String(resolved);
  throw new TemplateError(`Template format error: ${what} must be text, and is ${JSON.stringify(resolved)}`);
};
