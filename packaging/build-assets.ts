import { createHash } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { bundleFunctions } from '../lib/bundling/bundle.ts';
import { makeTemplate } from './template.ts';

/** Functions that can be deployed without the CDK: chained ones need ARNs that only a CDK app checks. */
const FUNCTIONS = ['pool-trigger', 'change-intake', 'sync-worker', 'sweep'] as const;

/** The oldest time that a zip file can hold: a file must not depend on when it is made. */
const ZIP_TIME = new Date('1980-01-01T00:00:00');

const [folder = join(import.meta.dirname, '../dist/template')] = process.argv.slice(2);
const sha256 = (contents: Uint8Array) => createHash('sha256').update(contents).digest('hex');

const bundles = await bundleFunctions({ sourcemap: false });
const zips = FUNCTIONS.map((name) => {
  const contents = zipSync({ ...bundles.get(name) }, { level: 9, mtime: ZIP_TIME });
  // A change of the code changes the name: CloudFormation updates a function only if its key is another.
  return { name, file: `${name}-${sha256(contents).slice(0, 12)}.zip`, contents };
});
const template = makeTemplate(new Map(zips.map(({ name, file }) => [name, file])));
const files = new Map<string, Uint8Array>([
  ['template.json', Buffer.from(`${JSON.stringify(template)}\n`)],
  ...zips.map(({ file, contents }) => [file, contents] as const),
]);
const sums = [...files].map(([name, contents]) => `${sha256(contents)}  ${name}\n`);

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
for (const [name, contents] of files) writeFileSync(join(folder, name), contents);
writeFileSync(join(folder, 'SHA256SUMS'), sums.join(''));
process.stdout.write(`${[...files.keys(), 'SHA256SUMS'].map((name) => join(folder, name)).join('\n')}\n`);
