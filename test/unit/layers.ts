import { dirname, join } from 'node:path';

/** May read the environment without being a composition root, and why. */
export const READS_ENVIRONMENT: Readonly<Record<string, string>> = {
  'lib/bundling/environment-credentials.ts': 'is bundled into the functions in place of the SDK’s credential providers',
  'local/deployment.ts': 'hands an environment on to the CDK CLI, without what names a real account',
};

/** May import AWS clients at run time without being an adapter or a composition root, and why. */
export const CALLS_AWS: Readonly<Record<string, string>> = {
  'local/demo.ts': 'stands outside: it drives the local cloud as a customer drives AWS',
};

/** Who may be imported by whom; the first pattern that fits a file decides. */
const LAYERS: readonly {
  readonly name: string;
  readonly files: RegExp;
  readonly imports: RegExp;
  readonly packages: RegExp;
}[] = [
  { name: 'core', files: /^lambda\/core\//, imports: /^lambda\/core\//, packages: /^(zod(\/|$)|node:crypto$)/ },
  { name: 'ports', files: /^lambda\/ports\.ts$/, imports: /^lambda\/core\//, packages: /^$/ },
  {
    name: 'environment',
    files: /^lambda\/((pool-trigger|change-intake|sync-worker|sweep)\/|connect-)?environment\.ts$/,
    imports: /^lambda\/(core\/|(connect-)?environment\.ts$)/,
    packages: /^zod(\/|$)/,
  },
  {
    name: 'door to the functions',
    files: /^lambda\/config\.ts$/,
    imports: /^lambda\/(core\/|([^/]+\/)?environment\.ts$)/,
    packages: /^$/,
  },
  {
    name: 'adapters',
    files: /^lambda\/adapters\//,
    imports: /^lambda\/(core\/|ports\.ts$|adapters\/)/,
    packages: /^(@aws-sdk\/|@smithy\/|@aws-lambda-powertools\/|node:|zod(\/|$))/,
  },
  {
    name: 'entry points of functions',
    files: /^lambda\/[^/]+\/(index|chained)\.ts$/,
    imports: /^lambda\//,
    packages: /^(@aws-sdk\/|node:)/,
  },
  {
    name: 'functions',
    files: /^lambda\/[^/]+\//,
    imports: /^lambda\/(ports\.ts$|(?!adapters\/)[^/]+\/(?!index\.ts|chained\.ts|environment\.ts))/,
    packages: /^(node:|zod(\/|$)|aws-lambda$)/,
  },
  {
    // The CLI reads it too, and has no CDK beside it where it is installed alone.
    name: 'configuration',
    files: /^lib\/configuration\//,
    imports: /^(lib\/configuration\/|lambda\/config\.ts$)/,
    packages: /^(node:|zod(\/|$))/,
  },
  {
    name: 'lib',
    files: /^lib\//,
    imports: /^(lib\/|lambda\/config\.ts$|package\.json$)/,
    packages: /^(?!@aws-sdk\/|@smithy\/)/,
  },
  {
    name: 'adapters of the CLI',
    files: /^cli\/adapters\//,
    imports:
      /^(cli\/(adapters\/|json\.ts$|connections\.ts$|[^/]+\/ports\.ts$)|lib\/configuration\/deployment-identity\.ts$|lambda\/(core\/|ports\.ts$|adapters\/))/,
    packages: /^/,
  },
  {
    name: 'ports of the CLI',
    files: /^cli\/([^/]+\/ports|connections)\.ts$/,
    imports: /^(cli\/([^/]+\/ports|json)\.ts$|lambda\/(core\/|ports\.ts$))/,
    packages: /^$/,
  },
  {
    // A plan runs what the functions run, on ports that write nothing.
    name: 'plan of the CLI',
    files: /^cli\/plan\/(?!ports\.ts$)/,
    imports:
      /^(cli\/(?!adapters\/)|lib\/configuration\/|lambda\/(core\/|ports\.ts$|config\.ts$|sweep\/(take-inventory|deps)\.ts$|sync-worker\/(reconcile-user|user-result|deps)\.ts$))/,
    packages: /^(?!@aws-sdk\/|@smithy\/)/,
  },
  {
    name: 'CLI',
    files: /^cli\//,
    imports: /^(cli\/(?!adapters\/)|lib\/(configuration\/|outputs\.ts$)|lambda\/(core\/|ports\.ts$|config\.ts$))/,
    packages: /^(?!@aws-sdk\/|@smithy\/)/,
  },
  {
    name: 'local cloud',
    files: /^packages\/local-cloud\//,
    imports: /^packages\/local-cloud\/(?!test\/)/,
    packages: /^(?!cognito-connect-sync)/,
  },
  {
    name: 'product in the local cloud',
    files: /^local\//,
    // The names of the outputs are what it shares with the stack.
    imports: /^(local\/|packages\/local-cloud\/(?!test\/)|lib\/outputs\.ts$)/,
    packages: /^/,
  },
  { name: 'bin', files: /^bin\//, imports: /^(bin|lib|lambda|cli|local|package\.json|cdk\.json)/, packages: /^/ },
];

interface Import {
  readonly specifier: string;
  readonly typeOnly: boolean;
}

/** Everything a module imports or re-exports, in whatever form; comments aside. */
function importsOf(source: string): readonly Import[] {
  const code = source.replaceAll(/^\s*(\/?\*|\/\/).*$/gm, '');
  const statements = code.matchAll(/^\s*(?:import|export)\s+(type\s+)?[^;'"]*?\bfrom\s*['"]([^'"]+)['"]/gm);
  const sideEffects = code.matchAll(/^\s*import\s*['"]([^'"]+)['"]/gm);
  const dynamic = code.matchAll(/\b(?:import|require)\(\s*['"]([^'"]+)['"]/g);
  return [
    ...[...statements].map(([, type, specifier = '']) => ({ specifier, typeOnly: type !== undefined })),
    ...[...sideEffects, ...dynamic].map(([, specifier = '']) => ({ specifier, typeOnly: false })),
  ];
}

/** What a module does against "Imports flow one way". */
export function violationsOf(file: string, source: string): readonly string[] {
  const layer = LAYERS.find(({ files }) => files.test(file));
  if (layer === undefined) return [`${file}: belongs to no layer`];
  return importsOf(source).flatMap(({ specifier, typeOnly }) => {
    const relative = specifier.startsWith('.');
    const target = relative ? join(dirname(file), specifier).replaceAll('\\', '/') : specifier;
    const allowed = relative ? layer.imports.test(target) : layer.packages.test(target);
    const callsAws = /^(@aws-sdk|@smithy)\//.test(target) && !typeOnly;
    const mayCallAws =
      /^(lambda\/adapters\/|lambda\/[^/]+\/(index|chained)\.ts$|bin\/|cli\/adapters\/|packages\/local-cloud\/gateway\/)/.test(
        file,
      ) || Object.hasOwn(CALLS_AWS, file);
    return allowed && (!callsAws || mayCallAws) ? [] : [`${file} (${layer.name}) imports ${target}`];
  });
}

/** Modules of this project that a module imports, types included. */
export const modulesImportedBy = (file: string, source: string): readonly string[] =>
  importsOf(source).flatMap(({ specifier }) =>
    specifier.startsWith('.') ? [join(dirname(file), specifier).replaceAll('\\', '/')] : [],
  );

/** Circles among modules, each found once, as `a -> b -> a`. */
export function circlesIn(graph: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const finished = new Set<string>();
  const circles: string[] = [];
  const visit = (module: string, path: readonly string[]): void => {
    if (path.includes(module)) circles.push([...path.slice(path.indexOf(module)), module].join(' -> '));
    else if (!finished.has(module)) {
      for (const imported of graph.get(module) ?? []) visit(imported, [...path, module]);
      finished.add(module);
    }
  };
  for (const module of graph.keys()) visit(module, []);
  return circles;
}
