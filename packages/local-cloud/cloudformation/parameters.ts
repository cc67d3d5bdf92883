import { AwsError, type Cloud } from '../service.ts';
import { validationError } from './errors.ts';
import type { Template } from './template.ts';
import { type Fields, isOn } from './values.ts';

/** A parameter in a request. */
export interface ParameterInput {
  readonly ParameterKey?: string;
  readonly ParameterValue?: string;
  readonly UsePreviousValue?: boolean | string;
}

/** A parameter of a stack: the given and the resolved value. */
export interface Parameter {
  readonly key: string;
  readonly given: string;
  /** The value that `Ref` yields: a list for list types, the stored value for Systems Manager types. */
  readonly value: string | readonly string[];
  readonly fromSystemsManager: boolean;
  readonly hidden: boolean;
}

const plainTypes = ['String', 'Number', 'CommaDelimitedList', 'List<Number>'];
const systemsManagerType = 'AWS::SSM::Parameter::Value<String>';

const checkConstraints = (key: string, declared: Fields, given: string) => {
  const fail = (what: string) => {
    throw validationError(
      String(
        declared.ConstraintDescription
          ? `Parameter ${key} failed to satisfy constraint: ${declared.ConstraintDescription}`
          : `Parameter '${key}' ${what}`,
      ),
    );
  };
  const { AllowedValues: allowed, AllowedPattern: pattern } = declared;
  if (Array.isArray(allowed) && !allowed.map(String).includes(given)) fail(`must be one of AllowedValues`);
  if (pattern !== undefined && !new RegExp(`^(?:${pattern})$`).test(given)) fail(`must match pattern ${pattern}`);
  if (declared.Type === 'Number' && !Number.isFinite(Number(given || 'x'))) fail('must be a number');
  if (declared.MinLength !== undefined && given.length < Number(declared.MinLength))
    fail(`must contain at least ${declared.MinLength} characters`);
  if (declared.MaxLength !== undefined && given.length > Number(declared.MaxLength))
    fail(`must contain at most ${declared.MaxLength} characters`);
  if (declared.MinValue !== undefined && Number(given) < Number(declared.MinValue))
    fail(`must be at least ${declared.MinValue}`);
  if (declared.MaxValue !== undefined && Number(given) > Number(declared.MaxValue))
    fail(`must be at most ${declared.MaxValue}`);
};

const fetch = async (cloud: Cloud, key: string, name: string): Promise<string> => {
  try {
    const { Parameter } = await cloud.call<{ Parameter: { Value: string } }>(
      'ssm',
      'GetParameter',
      { Name: name },
      { kind: 'account' },
    );
    return Parameter.Value;
  } catch (error) {
    if (error instanceof AwsError && error.code === 'ParameterNotFound')
      throw validationError(
        `Unable to fetch parameters [${name}] from parameter store for this account. (parameter ${key})`,
      );
    throw error;
  }
};

/**
 * Gives every parameter of the template its value: from the request, from `previous`, or the declared default.
 *
 * @throws {AwsError} `ValidationError` for missing, unknown or forbidden values and for types that are not modelled.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html
 */
export const resolveParameters = async (
  cloud: Cloud,
  template: Template,
  inputs: readonly ParameterInput[],
  previous: readonly Parameter[],
): Promise<readonly Parameter[]> => {
  const declared = Object.entries(template.Parameters);
  const superfluous = inputs
    .map(({ ParameterKey }) => ParameterKey ?? '')
    .filter((key) => !Object.hasOwn(template.Parameters, key));
  if (superfluous.length > 0)
    throw validationError(`Parameters: [${superfluous.join(', ')}] do not exist in the template`);
  const given = declared.map(([key, { Default }]) => {
    const input = inputs.find(({ ParameterKey }) => ParameterKey === key);
    if (isOn(input?.UsePreviousValue)) return previous.find((parameter) => parameter.key === key)?.given;
    return input?.ParameterValue ?? (Default === undefined ? undefined : String(Default));
  });
  const missing = declared.filter((_, index) => given[index] === undefined).map(([key]) => key);
  if (missing.length > 0) throw validationError(`Parameters: [${missing.join(', ')}] must have values`);
  return Promise.all(
    declared.map(async ([key, declaration], index) => {
      const text = given[index] ?? '';
      const type = String(declaration.Type);
      const fromSystemsManager = type === systemsManagerType;
      if (!fromSystemsManager && !plainTypes.includes(type))
        throw validationError(
          `The local cloud does not model the type ${type} of parameter ${key}. It models: ${[...plainTypes, systemsManagerType].join(', ')}.`,
        );
      checkConstraints(key, declaration, text);
      const value = fromSystemsManager
        ? await fetch(cloud, key, text)
        : type.includes('List')
          ? text.split(',').map((item) => item.trim())
          : text;
      return { key, given: text, value, fromSystemsManager, hidden: isOn(declaration.NoEcho) };
    }),
  );
};
