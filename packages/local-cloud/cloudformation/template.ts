import { validationError } from './errors.ts';
import { type Fields, isFields } from './values.ts';

/** One resource as the template declares it. */
export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Fields;
  readonly DependsOn?: string | readonly string[];
  readonly Condition?: string;
  readonly Metadata?: Fields;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}

/** One output as the template declares it. */
interface TemplateOutput {
  readonly Value: unknown;
  readonly Description?: string;
  readonly Condition?: string;
  readonly Export?: { readonly Name: unknown };
}

/** A template whose sections and resource attributes have been checked. */
export interface Template {
  readonly Description?: string;
  readonly Metadata?: Fields;
  readonly Parameters: Readonly<Record<string, Fields>>;
  readonly Mappings: Readonly<Record<string, Fields>>;
  readonly Conditions: Fields;
  readonly Rules: Readonly<Record<string, Fields>>;
  readonly Resources: Readonly<Record<string, TemplateResource>>;
  readonly Outputs: Readonly<Record<string, TemplateOutput>>;
}

const sections = ['Parameters', 'Mappings', 'Conditions', 'Rules', 'Resources', 'Outputs'];
const texts = ['AWSTemplateFormatVersion', 'Description', 'Metadata'];
const resourceAttributes = new Set([
  'Type',
  'Properties',
  'DependsOn',
  'Condition',
  'Metadata',
  'DeletionPolicy',
  'UpdateReplacePolicy',
]);
const deletionPolicies = ['Delete', 'Retain', 'RetainExceptOnCreate'];
const replacePolicies = ['Delete', 'Retain'];

const formatError = (what: string) => validationError(`Template format error: ${what}`);

const checkPolicy = (path: string, policy: unknown, allowed: readonly string[]) => {
  if (policy !== undefined && !allowed.includes(String(policy)))
    throw formatError(
      `${path} is ${JSON.stringify(policy)}; the local cloud models ${allowed.join(', ')} (no snapshots).`,
    );
};

const checkResource = (id: string, resource: unknown, all: Fields) => {
  const path = `[/Resources/${id}]`;
  if (!/^[A-Za-z0-9]{1,255}$/.test(id)) throw formatError(`Resource name ${id} is non alphanumeric.`);
  if (!isFields(resource)) throw formatError(`${path} resource definition is malformed`);
  if (typeof resource.Type !== 'string')
    throw formatError(`${path} Every Resources object must contain a Type member.`);
  for (const attribute of Object.keys(resource))
    if (!resourceAttributes.has(attribute))
      throw formatError(`${path} the local cloud does not model the resource attribute ${attribute}`);
  if (resource.Properties !== undefined && !isFields(resource.Properties))
    throw formatError(`${path} Properties must be an object`);
  checkPolicy(`${path}/DeletionPolicy`, resource.DeletionPolicy, deletionPolicies);
  checkPolicy(`${path}/UpdateReplacePolicy`, resource.UpdateReplacePolicy, replacePolicies);
  const missing = [resource.DependsOn ?? []].flat().filter((other) => !Object.hasOwn(all, String(other)));
  if (missing.length > 0)
    throw formatError(
      `Unresolved resource dependencies [${missing.join(', ')}] in the Resources block of the template`,
    );
};

/**
 * Reads a JSON template and checks its sections and resource attributes.
 *
 * @throws {AwsError} `ValidationError` for a text that is not a template, and for a section or attribute that is not modelled.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html
 */
export const parseTemplate = (body: string): Template => {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    throw formatError('the local cloud reads JSON templates only, and this is not JSON.');
  }
  if (!isFields(parsed)) throw formatError('the template is not an object');
  for (const [section, value] of Object.entries(parsed)) {
    if (!sections.includes(section) && !texts.includes(section))
      throw formatError(`Invalid template property or properties [${section}]`);
    if (sections.includes(section) && (!isFields(value) || !Object.values(value).every(isFields)))
      throw formatError(`[/${section}] every member must be an object`);
  }
  const resources = parsed.Resources;
  if (!isFields(resources) || Object.keys(resources).length === 0)
    throw formatError('At least one Resources member must be defined.');
  for (const [id, resource] of Object.entries(resources)) checkResource(id, resource, resources);
  return { Parameters: {}, Mappings: {}, Conditions: {}, Rules: {}, Outputs: {}, ...parsed } as unknown as Template;
};
