import { domainToASCII } from 'node:url';
import * as z from 'zod';
import { ConfigError, type Problem } from '../../lambda/config.ts';
import { configurationSchema } from './configuration-schema.ts';

/** The error that lists every problem of a configuration, one a line. Pure. */
export function configErrorOf(problems: readonly Problem[]): ConfigError {
  const lines = problems.map(({ path, message }) => `- ${path}: ${message}`);
  const count = problems.length === 1 ? 'a problem' : `${problems.length} problems`;
  return new ConfigError(
    'invalid-configuration',
    `The configuration has ${count}:\n${lines.join('\n')}\nAll settings: docs/configuration.md`,
    problems,
  );
}

/**
 * Tells what zod found to the person who wrote the configuration. Pure.
 *
 * @param input - what was checked, to say what was received.
 */
export function toProblems(error: z.core.$ZodError, input: unknown): readonly Problem[] {
  return error.issues.flatMap((issue) => {
    const path = issue.path.map(String);
    if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey([...path, key]));
    const received = valueAt(input, path);
    if (received === undefined && path.length === 1 && path[0] === 'connectInstanceArn')
      return {
        path: 'connectInstanceArn',
        message: 'received nothing; name the instance: -c connectInstanceArn=arn:…',
      };
    const wording = issue.message
      .replace(/^Invalid (input|option|discriminator value)[.:] /, '')
      .replace(/^Too (big|small): /, '')
      .replace(/^Expected/, 'expected')
      .replace(/, received .*$/, '');
    const advice = adviseOnDomain(path, received);
    return { path: path.join('.') || 'config', message: `received ${describe(received)}; ${wording}${advice}` };
  });
}

/** A domain with letters outside of ASCII is compared as it is sent: in the form of IDNA. */
function adviseOnDomain([section, setting]: readonly string[], received: unknown): string {
  if (section !== 'email' || setting !== 'allowedDomains' || typeof received !== 'string') return '';
  const ascii = domainToASCII(received.trim());
  return ascii === '' || ascii === received.toLowerCase() || !ascii.includes('.')
    ? ''
    : `: write ${JSON.stringify(ascii)}`;
}

/** With fewer letters, a name with one letter more is another word: "model" is no misspelt "mode". */
const FEW_LETTERS = 8;

/**
 * The name among `known` that `key` most likely stands for: it is misspelt in at most a quarter of its letters. Another letter
 * in place of one counts twice, because many words differ in one letter: "node" is no misspelt "mode", and "moed" is. Pure.
 */
export function didYouMean(key: string, known: readonly string[]): string | undefined {
  return known
    .filter((name) => name.length >= FEW_LETTERS || name.length >= key.length)
    .map((name) => ({ name, distance: spellingDistance(key.toLowerCase(), name.toLowerCase()) }))
    .filter(({ name, distance }) => distance <= name.length / 4)
    .toSorted((a, b) => a.distance - b.distance)[0]?.name;
}

function unknownKey(path: readonly string[]): Problem {
  const known = knownKeys(path.slice(0, -1));
  const meant = didYouMean(path.at(-1) ?? '', known);
  const advice = meant === undefined ? `expected one of ${known.join(', ')}` : `did you mean ${meant}?`;
  return { path: path.join('.'), message: `is no setting; ${advice}` };
}

type JsonSchema = z.core.JSONSchema.BaseSchema;

function knownKeys(path: readonly string[]): readonly string[] {
  const descend = (schemas: readonly JsonSchema[], key: string): readonly JsonSchema[] =>
    schemas
      .flatMap((schema) => [schema, ...(schema.anyOf ?? []), ...(schema.oneOf ?? [])] as JsonSchema[])
      .flatMap((schema) => {
        const next = /^\d+$/.test(key) ? schema.items : schema.properties?.[key];
        return typeof next === 'object' && !Array.isArray(next) ? [next as JsonSchema] : [];
      });
  const start: readonly JsonSchema[] = [z.toJSONSchema(configurationSchema, { io: 'input' })];
  const found = path.reduce(descend, start);
  return found
    .flatMap((schema) => [schema, ...(schema.anyOf ?? []), ...(schema.oneOf ?? [])] as JsonSchema[])
    .flatMap((schema) => Object.keys(schema.properties ?? {}));
}

function valueAt(input: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined),
    input,
  );
}

function describe(value: unknown): string {
  const text = JSON.stringify(value);
  if (text === undefined) return 'nothing';
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}

/** How many letters are missing, superfluous or swapped with the next one, by rows. */
function spellingDistance(a: string, b: string): number {
  let [before, row]: readonly number[][] = [[], Array.from({ length: b.length + 1 }, (_, index) => index)];
  for (let i = 0; i < a.length; i += 1) {
    const next = [i + 1];
    for (let j = 0; j < b.length; j += 1) {
      const swapped = i > 0 && j > 0 && a[i] === b[j - 1] && a[i - 1] === b[j];
      next.push(
        Math.min(
          (next[j] ?? 0) + 1,
          (row?.[j + 1] ?? 0) + 1,
          a[i] === b[j] ? (row?.[j] ?? 0) : Number.POSITIVE_INFINITY,
          swapped ? (before?.[j - 1] ?? 0) + 1 : Number.POSITIVE_INFINITY,
        ),
      );
    }
    [before, row] = [row, next];
  }
  return row?.[b.length] ?? 0;
}
