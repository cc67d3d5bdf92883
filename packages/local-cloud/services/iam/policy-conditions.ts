import { unsupported } from '../../service.ts';
import { arnMatches, patternMatches } from './policy-patterns.ts';

/** Whether a request's context satisfies all conditions of a statement. */
export type Conditions = (context: RequestContext) => boolean;

/** Condition keys of a request, in lower case. A key with several values has a list. */
export type RequestContext = Readonly<Record<string, string | readonly string[]>>;

type Test = (wanted: string, actual: string) => boolean;

const same: Test = (wanted, actual) => wanted === actual;
const sameIgnoringCase: Test = (wanted, actual) => wanted.toLowerCase() === actual.toLowerCase();

/** The test, and whether the operator negates it. With a negation all values must differ, and an absent key satisfies it. */
const OPERATORS: Readonly<Record<string, readonly [test: Test, isNegated: boolean]>> = {
  StringEquals: [same, false],
  StringNotEquals: [same, true],
  StringEqualsIgnoreCase: [sameIgnoringCase, false],
  StringNotEqualsIgnoreCase: [sameIgnoringCase, true],
  StringLike: [patternMatches, false],
  StringNotLike: [patternMatches, true],
  ArnEquals: [arnMatches, false],
  ArnNotEquals: [arnMatches, true],
  ArnLike: [arnMatches, false],
  ArnNotLike: [arnMatches, true],
  Bool: [sameIgnoringCase, false],
};

/** The modelled keys: requests have their values, or their absence means the same as in AWS. */
const KEYS: ReadonlySet<string> = new Set([
  'aws:principalaccount',
  'aws:principalarn',
  'aws:principalisawsservice',
  'aws:principalservicename',
  'aws:principaltype',
  'aws:requestedregion',
  'aws:securetransport',
  'aws:sourceaccount',
  'aws:sourcearn',
  'aws:viaawsservice',
  'connect:instanceid',
  'dynamodb:attributes',
  'dynamodb:leadingkeys',
]);

/**
 * Compiles the `Condition` of a statement.
 *
 * @throws {AwsError} UnsupportedOperation for an operator, a key or a policy variable that is not modelled.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
 */
export function compileConditions(condition: unknown): Conditions {
  const tests = Object.entries((condition ?? {}) as Readonly<Record<string, object>>).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, values]) => compileOne(operator, key, values)),
  );
  return (context) => tests.every((test) => test(context));
}

function compileOne(operator: string, key: string, values: unknown): Conditions {
  const name = key.toLowerCase();
  const ifExists = operator.endsWith('IfExists');
  const quantifier = /^For(?:AllValues|AnyValue):/.exec(operator)?.[0];
  const plain = operator.replace(/^For(AllValues|AnyValue):/, '').replace(/IfExists$/, '');
  const known = Object.hasOwn(OPERATORS, plain) ? OPERATORS[plain] : undefined;
  if ((known === undefined && operator !== 'Null') || (known?.[1] && quantifier !== undefined))
    throw unsupported(`the condition operator ${operator} in a policy`);
  if (!KEYS.has(name)) throw unsupported(`the condition key ${key} in a policy`);
  const wanted = (Array.isArray(values) ? values : [values]).map(String);
  const variable = wanted.find((value) => value.includes('${'));
  if (variable !== undefined) throw unsupported(`the policy variable in ${variable}`);
  if (known === undefined) return (context) => wanted.includes(String(context[name] === undefined));
  const [test, isNegated] = known;
  const matches = (actual: string) => wanted.some((value) => test(value, actual));
  return (context) => {
    const actual = context[name];
    // As AWS documents, an absent key satisfies a negation. AWS recommends a Null condition to require the key.
    if (actual === undefined) return ifExists || isNegated || quantifier === 'ForAllValues:';
    if (quantifier === undefined && typeof actual !== 'string') return false;
    const values = typeof actual === 'string' ? [actual] : actual;
    return (quantifier === 'ForAllValues:' ? values.every(matches) : values.some(matches)) !== isNegated;
  };
}
