import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const componentSchema = z.looseObject({ 'bom-ref': z.string(), name: z.string(), version: z.string() });

/** As much of a CycloneDX document as is looked at here. */
const bomSchema = z.looseObject({
  metadata: z.looseObject({ component: z.looseObject({ 'bom-ref': z.string() }) }),
  components: z.array(componentSchema),
  dependencies: z.array(z.looseObject({ ref: z.string(), dependsOn: z.array(z.string()) })),
});

const ROOT = join(import.meta.dirname, '..');
const [target = join(ROOT, 'dist/sbom.cdx.json')] = process.argv.slice(2);

/** npm lists the whole lock file, development tools included. What is published holds code of these packages only. */
const bundled = z
  .array(z.object({ name: z.string(), version: z.string() }))
  .parse(JSON.parse(readFileSync(join(ROOT, 'dist/bundled-packages.json'), 'utf8')));
const isBundled = ({ name, version }: z.infer<typeof componentSchema>) =>
  bundled.some((one) => one.name === name && one.version === version);

const all = bomSchema.parse(
  JSON.parse(
    execFileSync('npm', ['sbom', '--sbom-format=cyclonedx', '--package-lock-only'], {
      cwd: ROOT,
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
      shell: process.platform === 'win32',
    }),
  ),
);
const components = all.components.filter(isBundled);
const missing = bundled.filter(({ name }) => !components.some((one) => one.name === name));
if (missing.length > 0) throw new Error(`npm sbom does not list ${missing.map(({ name }) => name).join(', ')}.`);

const kept = new Set([all.metadata.component['bom-ref'], ...components.map((one) => one['bom-ref'])]);
const dependencies = all.dependencies
  .filter(({ ref }) => kept.has(ref))
  .map((one) => ({ ...one, dependsOn: one.dependsOn.filter((ref) => kept.has(ref)) }));
// npm names the product after the folder of the checkout.
const component = { ...all.metadata.component, name: 'cognito-connect-sync' };
const bom = { ...all, metadata: { ...all.metadata, component }, components, dependencies };
writeFileSync(target, `${JSON.stringify(bom, undefined, 2)}\n`);
process.stdout.write(`${target}: ${components.length} packages\n`);
