import { mkdirSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build, type Plugin } from 'esbuild';
import { BUNDLES, type BundleName, ENTRY_POINTS } from './bundle-names.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The tables in which an SDK client describes every shape of its service, one statement each. */
const SCHEMA_FILES = /@aws-sdk[\\/].*[\\/]dist-es[\\/].*schemas_\d+\.js$/;

/** Lets esbuild drop the shapes that are not used. Otherwise it keeps each, since a computed key might run code. */
const pureSchemas: Plugin = {
  name: 'pure-schemas',
  setup({ onLoad }) {
    onLoad({ filter: SCHEMA_FILES }, async ({ path }) => ({ contents: markSchemasPure(await readFile(path, 'utf8')) }));
  },
};

/**
 * Wraps each exported array of a generated schema file into a function that is marked as free of effects, and removes the
 * errors from the register of the client, which would keep all of them. The SDK builds an error that is not registered from
 * the answer, with its name and HTTP status. We need only these two. Pure.
 *
 * @param source - as the SDK's generator writes it: a statement ends with the first line that ends with "];".
 */
export const markSchemasPure = (source: string): string =>
  source
    .replace(/^(export var \w+\$ =) (\[.*?\]);$/gms, '$1 /* @__PURE__ */ (() => $2)();')
    .replace(/^n\d+_registry\.registerError\(.*\);$/gm, '');

/** Clients and the CLI read their own version from a package.json, and would put the whole file into the bundle. */
const versionOnly: Plugin = {
  name: 'version-only',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]package\.json$/ }, async ({ path }) => {
      const { version } = JSON.parse(await readFile(path, 'utf8'));
      return { contents: JSON.stringify({ version }), loader: 'json' };
    });
  },
};

/** No module of this product has an effect when it is loaded, so esbuild leaves out those whose exports are not used. */
const noEffects: Plugin = {
  name: 'no-effects',
  setup({ onResolve }) {
    onResolve({ filter: /^\.{1,2}\/.*\.ts$/ }, ({ path, resolveDir }) => ({
      path: join(resolveDir, path),
      sideEffects: false,
    }));
  },
};

/** Plugins that make bundles smaller: of the functions, and of the npm package. */
export const LEAN = [pureSchemas, versionOnly, noEffects];

/** How every function is bundled; `docs/adr/0002-one-esbuild-call.md` says why. */
const OPTIONS = {
  absWorkingDir: ROOT,
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'cjs',
  minify: true,
  // The ES modules of the SDK, which esbuild can prune; its default for Node is the CommonJS build, which it cannot.
  mainFields: ['module', 'main'],
  // import('node:http') would use the loader of ES modules, which loads undici too.
  supported: { 'dynamic-import': false },
  alias: {
    // Lambda gives a function its credentials in the environment; the other providers would never be asked.
    '@aws-sdk/credential-provider-node': fileURLToPath(new URL('./environment-credentials.ts', import.meta.url)),
    // For operations that stream events. None is called, and with this package esbuild could leave out much less.
    '@smithy/core/event-streams': fileURLToPath(new URL('./no-event-streams.ts', import.meta.url)),
  },
  plugins: LEAN,
  sourcemap: 'linked',
  sourcesContent: false,
  legalComments: 'none',
  logLevel: 'silent',
  // Nothing is written there: it makes the paths in the source maps the same on every machine.
  outdir: 'bundle',
  write: false,
} as const satisfies BuildOptions;

/** The files of one function, names to contents: `index.js` and its source map. */
export type BundleFiles = Readonly<Record<string, Uint8Array>>;

/**
 * Bundles all functions in one call. The result depends on the sources and the lock file only, not on the machine.
 *
 * @param overrides - other options for esbuild, to compare with.
 * @throws {Error} with esbuild's messages about what does not compile.
 */
export async function bundleFunctions(overrides: BuildOptions = {}): Promise<ReadonlyMap<BundleName, BundleFiles>> {
  const entryPoints = Object.fromEntries(
    Object.entries(ENTRY_POINTS).map(([name, file]) => [`${name}/index`, `lambda/${file}`]),
  );
  const { outputFiles = [] } = await build({ ...OPTIONS, entryPoints, ...overrides });
  const filesOf = (name: BundleName): BundleFiles => {
    const folder = join(ROOT, 'bundle', name);
    const own = outputFiles.filter(({ path }) => path.startsWith(join(folder, sep)));
    return Object.fromEntries(own.map(({ path, contents }) => [relative(folder, path), contents]));
  };
  return new Map(BUNDLES.map((name) => [name, filesOf(name)]));
}

/**
 * Bundles all functions, and writes each into a folder of its own below `outDir`.
 *
 * @param overrides - other options for esbuild.
 * @throws {Error} with esbuild's messages about what does not compile.
 */
export async function writeBundles(outDir: string, overrides: BuildOptions = {}): Promise<void> {
  for (const [name, files] of await bundleFunctions(overrides)) {
    mkdirSync(join(outDir, name), { recursive: true });
    for (const [path, contents] of Object.entries(files)) writeFileSync(join(outDir, name, path), contents);
  }
}

/** Run by itself (see `bundles.ts`): the argument is the folder. */
if (import.meta.main) {
  const [outDir = ''] = process.argv.slice(2);
  try {
    await writeBundles(outDir);
  } catch (error) {
    // Print only the message: the stack trace is that of esbuild.
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    process.exitCode = 1;
  }
}
