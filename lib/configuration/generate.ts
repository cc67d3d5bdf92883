import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { configurationSchema } from './configuration-schema.ts';
import { renderPolicyProps } from './generate-policy-props.ts';

type JsonSchema = z.core.JSONSchema.BaseSchema;

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The JSON Schema of `connect-sync.json`, for editors. Pure. */
export function renderJsonSchema(): string {
  const schema = z.toJSONSchema(configurationSchema, { io: 'input' });
  // What is required may come from the command line instead.
  const { required: _, ...rest } = schema;
  const members = { ...rest, title: 'connect-sync.json', description: 'Configuration of cognito-connect-sync.' };
  return `${JSON.stringify(members, undefined, 2)}\n`;
}

/** `docs/configuration.md`: every setting with its type, its default and what it means. Pure. */
export function renderConfigurationPage(): string {
  const schema = z.toJSONSchema(configurationSchema, { io: 'input' });
  const rows = describeMembers(schema, '').map((cells) => `| ${cells.join(' | ')} |`);
  return `# Configuration

Written by \`npm run generate\` from \`lib/configuration/configuration-schema.ts\` and \`lambda/core/policy.ts\`; do not edit.

Settings are read from \`connect-sync.json\` at the root of the project, or from the file that \`-c config=PATH\` names.
Settings at the top level that hold a single value can also be given on the command line, which wins:
\`-c logLevel=DEBUG\`; those inside \`chain\`, \`scope\`, \`mapping\`, \`adoption\` and \`email\` belong into the file. Everything is
checked before anything is synthesized, and every problem is reported at once.

The smallest file, with \`$schema\` for the help of your editor:

\`\`\`json
{
  "$schema": "./connect-sync.schema.json",
  "userPoolId": "eu-west-1_Ab12Cd34E",
  "connectInstanceArn": "arn:aws:connect:eu-west-2:111122223333:instance/11111111-2222-3333-4444-555555555555"
}
\`\`\`

| path | type | default | meaning |
| --- | --- | --- | --- |
${rows.join('\n')}
`;
}

/** Rows of a table: path, type, default, meaning. An object is shown by its members. */
function describeMembers(schema: JsonSchema, prefix: string): readonly (readonly string[])[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, member]) => {
    if (typeof member !== 'object' || name === '$schema') return [];
    const path = `${prefix}${name}`;
    if (member.properties) return describeMembers(member, `${path}.`);
    const isRequired = schema.required?.includes(name) ?? false;
    const preset = member.default === undefined ? (isRequired ? 'required' : 'none') : code(member.default);
    const row = [`\`${path}\``, typeOf(member), preset, escapeCell(member.description ?? '')];
    const shape = (member.anyOf ?? []).find((one) => typeof one === 'object' && one.properties);
    const parts = shape && typeof shape === 'object' ? describeMembers(shape, `${path}.`) : [];
    // The parts of the mapping are the same for each field: list once.
    return name === 'FirstName' || prefix !== 'mapping.' ? [row, ...parts] : [row];
  });
}

function typeOf(schema: JsonSchema): string {
  if (schema.const !== undefined) return code(schema.const);
  if (schema.enum) return schema.enum.map(code).join(', ');
  const variants = schema.anyOf ?? schema.oneOf;
  if (variants) return variants.map((one) => typeOf(one as JsonSchema)).join(' or ');
  if (schema.type === 'array') return `list of ${typeOf(schema.items as JsonSchema)}`;
  if (schema.type === 'object') {
    const members = Object.entries(schema.properties ?? {}).map(([name, member]) =>
      typeof member === 'object' && member.const !== undefined ? `\`${name}\` ${code(member.const)}` : `\`${name}\``,
    );
    return `object (${members.join(', ')})`;
  }
  const { exclusiveMinimum, minimum, maximum } = schema;
  const low =
    exclusiveMinimum === undefined ? (minimum === undefined ? '' : ` from ${minimum}`) : ` above ${exclusiveMinimum}`;
  return `${schema.type}${low}${maximum === undefined ? '' : ` to ${maximum}`}`;
}

const escapeCell = (text: string): string => text.replaceAll('|', '\\|');
const code = (value: unknown): string => escapeCell(`\`${JSON.stringify(value)}\``);

/** Files that are written from the code, by path from the root of the project, with what they have to hold. */
const GENERATED: Readonly<Record<string, () => string>> = {
  'connect-sync.schema.json': renderJsonSchema,
  'docs/configuration.md': renderConfigurationPage,
  'lib/policy-props.ts': renderPolicyProps,
};

/** Files of {@link GENERATED} that are out of date. */
export const findOutdated = (): readonly string[] =>
  Object.entries(GENERATED).flatMap(([path, render]) => (read(path) === render() ? [] : [path]));

function read(path: string): string | undefined {
  try {
    return readFileSync(join(ROOT, path), 'utf8');
  } catch {
    return undefined;
  }
}

if (import.meta.main) {
  const outdated = findOutdated();
  if (!process.argv.includes('--check'))
    for (const path of outdated) writeFileSync(join(ROOT, path), GENERATED[path]?.() ?? '');
  else if (outdated.length > 0) {
    process.stderr.write(`Out of date: ${outdated.join(', ')}. Run: npm run generate\n`);
    process.exitCode = 1;
  }
}
