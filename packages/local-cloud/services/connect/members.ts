import { invalidParameter, invalidRequest } from './errors.ts';

/** The documented rules of a string member. Lengths are in Unicode characters. */
export interface TextRule {
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: RegExp;
}

/**
 * Checks a required string member. Messages name the member and the rule, never the value, which may be the name of a
 * person.
 *
 * @throws {AwsError} InvalidRequestException when absent, InvalidParameterException when it breaks the rule.
 */
export function text(value: unknown, member: string, rule: TextRule = {}): string {
  if (value === undefined || value === null) throw invalidRequest(`${member} is required and was not given.`);
  if (typeof value !== 'string') throw invalidParameter(`${member} must be a string, got ${typeof value}.`);
  const length = [...value].length;
  const { min = 0, max = Number.POSITIVE_INFINITY, pattern } = rule;
  if (length < min) throw invalidParameter(`${member} must have at least ${min} characters, got ${length}.`);
  if (length > max) throw invalidParameter(`${member} must have at most ${max} characters, got ${length}.`);
  if (pattern !== undefined && !pattern.test(value))
    throw invalidParameter(`${member} does not match the pattern ${pattern.source}.`);
  return value;
}

/** Like {@link text}, for an optional member. */
export const optionalText = (value: unknown, member: string, rule?: TextRule): string | undefined =>
  value === undefined || value === null ? undefined : text(value, member, rule);

/**
 * Checks a whole number. When it is absent, `fallback` is used.
 *
 * @throws {AwsError} InvalidParameterException outside `min` to `max`.
 */
export function wholeNumber(value: unknown, member: string, min: number, max: number, fallback: number): number {
  if (value === undefined || value === null) return fallback;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < min || value > max)
    throw invalidParameter(`${member} must be a whole number from ${min} to ${max}, got ${String(value)}.`);
  return value;
}

/**
 * Checks a member against the values the API documents.
 *
 * @throws {AwsError} InvalidRequestException when absent, InvalidParameterException for any other value.
 */
export function oneOf<Value extends string>(value: unknown, member: string, allowed: readonly Value[]): Value {
  const given = text(value, member);
  const found = allowed.find((candidate) => candidate === given);
  if (found === undefined) throw invalidParameter(`${member} must be one of ${allowed.join(', ')}.`);
  return found;
}

/**
 * Checks a map of tags: 1 to 50, keys of 1 to 128 characters that do not start with `aws:`, values up to 256.
 *
 * @throws {AwsError} InvalidParameterException naming the rule.
 * @see https://docs.aws.amazon.com/connect/latest/APIReference/API_CreateUser.html
 */
export function tagMap(value: unknown, member: string): Readonly<Record<string, string>> {
  if (typeof value !== 'object' || value === null) throw invalidRequest(`${member} is required and was not given.`);
  const entries = Object.entries(value);
  if (entries.length < 1 || entries.length > 50)
    throw invalidParameter(`${member} must hold 1 to 50 tags, got ${entries.length}.`);
  for (const [key, tag] of entries) {
    text(key, `A key of ${member}`, { min: 1, max: 128, pattern: /^(?!aws:)[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u });
    text(tag, `A value of ${member}`, { max: 256 });
  }
  return Object.fromEntries(entries);
}
