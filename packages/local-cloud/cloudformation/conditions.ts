import { TemplateError, validationError } from './errors.ts';
import { resolve, type Scope } from './intrinsics.ts';
import type { Template } from './template.ts';
import { isFields, isSame } from './values.ts';

const operandsOf = (name: string, argument: unknown, least: number, most: number): readonly unknown[] => {
  if (Array.isArray(argument) && argument.length >= least && argument.length <= most) return argument;
  throw new TemplateError(`Template error: ${name} takes ${least === most ? least : `${least} to ${most}`} operands`);
};

/** Evaluates a condition expression, and the conditions that it names. */
const holds = (expression: unknown, scope: Scope): boolean => {
  if (!isFields(expression) || Object.keys(expression).length !== 1)
    throw new TemplateError(`Template error: not a condition: ${JSON.stringify(expression)}`);
  const [name, argument] = Object.entries(expression)[0] as [string, unknown];
  switch (name) {
    case 'Condition':
      return scope.condition(String(argument));
    case 'Fn::Equals': {
      const [left, right] = operandsOf(name, argument, 2, 2).map((operand) => resolve(operand, scope));
      return isSame(left, right) || String(left) === String(right);
    }
    case 'Fn::And':
      return operandsOf(name, argument, 2, 10).every((operand) => holds(operand, scope));
    case 'Fn::Or':
      return operandsOf(name, argument, 2, 10).some((operand) => holds(operand, scope));
    case 'Fn::Not':
      return !holds(operandsOf(name, argument, 1, 1)[0], scope);
    case 'Fn::Contains': {
      const [list, value] = operandsOf(name, argument, 2, 2).map((operand) => resolve(operand, scope));
      return Array.isArray(list) && list.map(String).includes(String(value));
    }
    default:
      throw new TemplateError(
        `The local cloud does not model ${name} in a condition. It models: Condition, Fn::Equals, Fn::And, Fn::Or, Fn::Not, Fn::Contains (rules).`,
      );
  }
};

/**
 * Creates the `condition` of a scope. Each condition of the template is evaluated at its first use.
 *
 * @param values - the scope's parameters, pseudo parameters and mappings; conditions cannot see resources.
 */
export const createConditions = (
  template: Template,
  values: Pick<Scope, 'parameter' | 'mappings'>,
): ((name: string) => boolean) => {
  const known = new Map<string, boolean | 'evaluating'>();
  const scope: Scope = {
    ...values,
    condition,
    resource: (id) => {
      throw new TemplateError(
        `Template format error: Unresolved dependencies [${id}]. Cannot reference resources in the Conditions block of the template`,
      );
    },
    exported: () => {
      throw new TemplateError('Template error: Fn::ImportValue cannot be used in the Conditions block');
    },
  };
  function condition(name: string): boolean {
    const found = known.get(name);
    if (found === 'evaluating') throw new TemplateError(`Circular dependency between conditions: ${name}`);
    if (found !== undefined) return found;
    if (!Object.hasOwn(template.Conditions, name))
      throw new TemplateError(`Template format error: Unresolved condition dependency ${name} in the template`);
    known.set(name, 'evaluating');
    const value = holds(template.Conditions[name], scope);
    known.set(name, value);
    return value;
  }
  return condition;
};

/**
 * Checks the template's rules, such as the CDK's check of the bootstrap version.
 *
 * @throws {AwsError} `ValidationError` with the assertion's own description.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/rules-section-structure.html
 */
export const checkRules = (template: Template, scope: Scope): void => {
  for (const [name, rule] of Object.entries(template.Rules)) {
    if (rule.RuleCondition !== undefined && !holds(rule.RuleCondition, scope)) continue;
    for (const assertion of Array.isArray(rule.Assertions) ? rule.Assertions : [])
      if (!holds(assertion.Assert, scope))
        throw validationError(
          `Rule ${name} failed: ${assertion.AssertDescription ?? JSON.stringify(assertion.Assert)}`,
        );
  }
};
