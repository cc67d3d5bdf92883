import { unsupported } from '../../service.ts';
import { invalidValue } from './supported-input.ts';

/** A parsed filter pattern: nested objects, with lists of allowed values as leaves. */
type Pattern = { readonly [key: string]: Pattern | readonly Rule[] };
type Rule = string | number | boolean | null | { readonly prefix: string } | { readonly exists: boolean };

/** What a filter sees of a message. */
interface FilteredMessage {
  readonly body: string;
}

/** Whether a message passes. */
export type MessageFilter = (message: FilteredMessage) => boolean;

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isRule = (rule: unknown): rule is Rule =>
  !isObject(rule) ||
  (Object.keys(rule).length === 1 && (typeof rule.prefix === 'string' || typeof rule.exists === 'boolean'));

function checkPattern(value: unknown, path: string): asserts value is Pattern {
  if (!isObject(value)) throw invalidValue(`Invalid filter pattern definition at ${path}.`);
  for (const [key, inner] of Object.entries(value)) {
    if (!Array.isArray(inner)) checkPattern(inner, `${path}.${key}`);
    else if (!inner.every(isRule)) throw unsupported(`filter rules but values, prefix and exists (${path}.${key})`);
  }
}

const ruleMatches = (rule: Rule, value: unknown): boolean => {
  if (!isObject(rule)) return Array.isArray(value) ? value.includes(rule) : rule === value;
  if ('exists' in rule) return rule.exists === (value !== undefined);
  return typeof value === 'string' && value.startsWith(String(rule.prefix));
};

const matches = (pattern: Pattern, value: unknown): boolean =>
  Object.entries(pattern).every(([key, inner]) => {
    const actual = isObject(value) ? value[key] : undefined;
    return Array.isArray(inner)
      ? inner.some((rule: Rule) => ruleMatches(rule, actual))
      : matches(inner as Pattern, actual);
  });

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/**
 * Compiles the patterns of a mapping's filter criteria: a message passes if it matches one of them, or there is none.
 *
 * @throws {AwsError} for a malformed pattern, or one that filters by anything but the body.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-sqs-filtering.html
 */
export function compileFilter(patterns: readonly string[]): MessageFilter {
  const compiled = patterns.map((text): MessageFilter => {
    const pattern = parse(text);
    checkPattern(pattern, 'pattern');
    const others = Object.keys(pattern).filter((key) => key !== 'body');
    if (others.length > 0) throw unsupported(`filter criteria on ${others.join(', ')}`);
    // A plain-text rule is compared with the body as it is, an object only with a body that is JSON.
    return ({ body }) => matches(pattern, { body: Array.isArray(pattern.body) ? body : parse(body) });
  });
  return (message) => compiled.length === 0 || compiled.some((filter) => filter(message));
}
