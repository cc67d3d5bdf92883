import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BuildOptions, build, type Metafile, type Plugin } from 'esbuild';
import { LEAN, writeBundles } from '../lib/bundling/bundle.ts';
import { copyDeclarations } from './copy-declarations.ts';
import { collectLicences, renderLicences } from './licences.ts';

const ROOT = join(import.meta.dirname, '..');
const DIST = join(ROOT, 'dist');

/** Files of which something is in a bundle, relative to the root. */
const bundledFiles = new Set<string>();

const noteFiles: Plugin = {
  name: 'note-files',
  setup: ({ onEnd }) =>
    onEnd(({ metafile }) => {
      for (const { inputs } of Object.values(metafile?.outputs ?? {}))
        for (const [file, { bytesInOutput }] of Object.entries(inputs)) if (bytesInOutput > 0) bundledFiles.add(file);
    }),
};

const plugins = [...LEAN, noteFiles];

/** How library and CLI are bundled. They run in the Node.js that the user has, from 20 on. */
const OPTIONS = {
  absWorkingDir: ROOT,
  bundle: true,
  platform: 'node',
  target: 'node20',
  mainFields: ['module', 'main'],
  inject: ['packaging/node-20.ts'],
  plugins,
  legalComments: 'none',
  logLevel: 'warning',
  metafile: true,
} as const satisfies BuildOptions;

/** The construct, and the CDK app. CommonJS: the tests that `cdk init` sets up load nothing else. */
const buildLibrary = () =>
  build({
    ...OPTIONS,
    entryPoints: { index: 'lib/index.ts', app: 'bin/app.ts' },
    outdir: 'dist/lib',
    format: 'cjs',
    define: { 'import.meta.dirname': '__dirname' },
    external: ['aws-cdk-lib', 'constructs'],
  });

/** The CLI with everything it needs. ES modules: what a command does not use is not loaded. */
const buildCli = () =>
  build({
    ...OPTIONS,
    entryPoints: { 'connect-sync': 'bin/connect-sync.ts' },
    outdir: 'dist/cli',
    outExtension: { '.js': '.mjs' },
    format: 'esm',
    splitting: true,
    minify: true,
    // For packages of CommonJS within.
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  });

/** The declarations of what `lib/index.ts` exports; the same run checks that Node.js 20 has all that the sources use. */
function buildDeclarations(): void {
  const scratch = mkdtempSync(join(tmpdir(), 'connect-sync-types-'));
  try {
    const compiler = join(ROOT, 'node_modules/typescript/bin/tsc');
    execFileSync(process.execPath, [compiler, '-p', join(ROOT, 'packaging'), '--outDir', scratch], {
      stdio: 'inherit',
    });
    copyDeclarations({ from: join(scratch, 'lib'), to: join(DIST, 'lib'), entry: 'index.d.ts' });
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** What must not be in a bundle: the CLI is installed without the CDK, and the library without the AWS SDK. */
function refuseImports({ outputs }: Metafile, allowed: RegExp): void {
  const foreign = Object.entries(outputs).flatMap(([file, { imports }]) =>
    imports
      .filter(({ external, path }) => external && !allowed.test(path))
      .map(({ path }) => `${file} imports ${path}`),
  );
  if (foreign.length > 0)
    throw new Error(`The package would not run where it is installed alone:\n${foreign.join('\n')}`);
}

for (const folder of ['cli', 'functions', 'lib']) rmSync(join(DIST, folder), { recursive: true, force: true });
await writeBundles(join(DIST, 'functions'), { sourcemap: false, metafile: true, plugins });
refuseImports((await buildLibrary()).metafile, /^(node:|aws-cdk-lib|constructs)/);
refuseImports((await buildCli()).metafile, /^node:/);
buildDeclarations();
writeFileSync(join(DIST, 'package.json'), '{ "type": "commonjs" }\n');
const packages = collectLicences(ROOT, [...bundledFiles]);
writeFileSync(join(DIST, 'THIRD-PARTY-LICENSES.txt'), renderLicences(packages));
// For the bill of materials; not published itself.
const names = packages.map(({ name, version }) => ({ name, version }));
writeFileSync(join(DIST, 'bundled-packages.json'), `${JSON.stringify(names)}\n`);
