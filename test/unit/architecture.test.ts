import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const FOLDERS = ['bin', 'lib', 'lambda', 'cli', 'local', 'packages/local-cloud'];
const ALL_FILES = FOLDERS.flatMap((folder) => globSync(`${folder}/**/*.ts`, { cwd: ROOT }))
  .map((file) => file.replaceAll('\\', '/'))
  .sort();
const isTool = (file: string): boolean => /^packages\/local-cloud\/(test\/|vitest\.config\.ts$)/.test(file);
const FILES = ALL_FILES.filter((file) => !isTool(file));

/** May read the environment without being a composition root, and why. */
const READS_ENVIRONMENT: Readonly<Record<string, string>> = {
  'lib/bundling/environment-credentials.ts': 'is bundled into the functions in place of the SDK’s credential providers',
  'local/deployment.ts': 'hands an environment on to the CDK CLI, without what names a real account',
};

/** May import AWS clients at run time without being an adapter or a composition root, and why. */
const CALLS_AWS: Readonly<Record<string, string>> = {
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
function violationsOf(file: string, source: string): readonly string[] {
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
const modulesImportedBy = (file: string, source: string): readonly string[] =>
  importsOf(source).flatMap(({ specifier }) =>
    specifier.startsWith('.') ? [join(dirname(file), specifier).replaceAll('\\', '/')] : [],
  );

/** Circles among modules, each found once, as `a -> b -> a`. */
function circlesIn(graph: ReadonlyMap<string, readonly string[]>): readonly string[] {
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

const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');

describe('the modules', () => {
  it('are all looked at', () => {
    expect(FILES.length).toBeGreaterThan(100);
    for (const known of [
      'lambda/core/change.ts',
      'lib/configuration/config.ts',
      'packages/local-cloud/clock.ts',
      'bin/app.ts',
    ]) {
      expect(FILES).toContain(known);
    }
  });

  it('import one way only', () => {
    expect(FILES.flatMap((file) => violationsOf(file, read(file)))).toEqual([]);
  });

  it('of the local cloud stay inside its package, tests included', () => {
    const leaving = ALL_FILES.filter((file) => file.startsWith('packages/local-cloud/')).flatMap((file) =>
      modulesImportedBy(file, read(file))
        .filter((target) => !target.startsWith('packages/local-cloud/'))
        .map((target) => `${file} imports ${target}`),
    );

    expect(leaving).toEqual([]);
  });

  it('read the environment in composition roots only', () => {
    const readers = FILES.filter((file) => /\bprocess\.env\b/.test(read(file)))
      .filter((file) => !/^(bin\/|lambda\/[^/]+\/(index|chained)\.ts$)/.test(file))
      .filter((file) => !Object.hasOwn(READS_ENVIRONMENT, file));

    expect(readers).toEqual([]);
  });

  it('fit into 300 lines', () => {
    const long = ALL_FILES.filter((file) => !file.startsWith('bin/'))
      .map((file) => [file, read(file).trimEnd().split('\n').length] as const)
      .filter(([, lines]) => lines > 300);

    expect(long).toEqual([]);
  });

  it('have no home called utils, common, helpers or misc', () => {
    expect(FILES.filter((file) => /(^|\/)(utils?|common|helpers?|misc)(\/|\.ts$)/.test(file))).toEqual([]);
  });

  it('are excused by name only while they need it', () => {
    for (const file of Object.keys(READS_ENVIRONMENT)) expect(read(file)).toContain('process.env');
    for (const file of Object.keys(CALLS_AWS)) expect(read(file)).toContain('@aws-sdk/');
  });
});

describe('imports', () => {
  it('form no circle', () => {
    const files = FILES.filter((file) => !file.startsWith('bin/'));
    expect(circlesIn(new Map(files.map((file) => [file, modulesImportedBy(file, read(file))])))).toEqual([]);
  });

  it.each([
    ['of two', { a: ['b'], b: ['a', 'c'], c: [] }, ['a -> b -> a']],
    ['of three behind others', { a: ['b'], b: ['c'], c: ['d'], d: ['b'] }, ['b -> c -> d -> b']],
    ['of one', { a: ['a'] }, ['a -> a']],
    ['in none of these', { a: ['b', 'c'], b: ['c'], c: [] }, []],
  ])('in a circle %s are seen', (_, graph, expected) => {
    expect(circlesIn(new Map(Object.entries(graph)))).toEqual(expected);
  });
});

describe('a violation is seen', () => {
  it.each([
    ['core that reads a file', 'lambda/core/x.ts', "import { readFileSync } from 'node:fs';"],
    ['core that knows a port', 'lambda/core/x.ts', "import type { Clock } from '../ports.ts';"],
    ['ports that know an adapter', 'lambda/ports.ts', "import { systemClock } from './adapters/system-clock.ts';"],
    ['an adapter that knows a handler', 'lambda/adapters/x.ts', "export * from '../sync-worker/handler.ts';"],
    ['a handler that builds an adapter', 'lambda/sync-worker/handler.ts', "import { a } from '../adapters/x.ts';"],
    ['a handler with an SDK in it', 'lambda/sync-worker/handler.ts', "import { A } from '@aws-sdk/client-sqs';"],
    ['a handler that runs its entry point', 'lambda/sync-worker/x.ts', "import './index.ts';"],
    ['a stack that takes code of a function', 'lib/x.ts', "import { a } from '../lambda/core/policy.ts';"],
    ['a stack that calls AWS', 'lib/x.ts', "import { SQSClient } from '@aws-sdk/client-sqs';"],
    ['production that asks for the local cloud', 'lib/x.ts', "await import('../packages/local-cloud/clock.ts');"],
    ['production that asks for its local environment', 'lib/x.ts', "await import('../local/environment.ts');"],
    [
      'an emulator that runs production',
      'packages/local-cloud/x.ts',
      "import { a } from '../../lambda/core/levels.ts';",
    ],
    [
      'an emulator that knows the CLI by type',
      'packages/local-cloud/x.ts',
      "import type { A } from '../../cli/main.ts';",
    ],
    ['an emulator that knows what runs in it', 'packages/local-cloud/x.ts', "import { a } from '../../local/seed.ts';"],
    ['an emulator that needs its tests', 'packages/local-cloud/x.ts', "import { a } from './test/projects.ts';"],
    ['a local environment that runs production', 'local/x.ts', "import { a } from '../lambda/core/levels.ts';"],
    [
      'a local service with an SDK in it',
      'packages/local-cloud/services/x.ts',
      "import { type A, B } from '@aws-sdk/client-sqs';",
    ],
    ['a command with an SDK in it', 'cli/users/x.ts', "import { SQSClient } from '@aws-sdk/client-sqs';"],
    ['a command that builds an adapter of its own', 'cli/users/x.ts', "import { a } from '../adapters/x.ts';"],
    ['a handler that reads its environment', 'lambda/sync-worker/x.ts', "import { a } from './environment.ts';"],
    ['a command that builds an adapter', 'cli/users/x.ts', "import {\n  a,\n} from '../../lambda/adapters/x.ts';"],
  ])('in %s', (_, file, source) => {
    expect(violationsOf(file, source)).toHaveLength(1);
  });

  it.each([
    [
      'a service that borrows types',
      'packages/local-cloud/services/x.ts',
      "import type { A } from '@aws-sdk/client-sqs';",
    ],
    [
      'a gateway that reads schemas',
      'packages/local-cloud/gateway/x.ts',
      "const a = () => import('@aws-sdk/client-sqs');",
    ],
    ['an import that is only spoken of', 'lambda/core/x.ts', " * import { a } from '../ports.ts'\n// import './x.ts'"],
    ['a stack that takes the environment', 'lib/constructs/x.ts', "import { a } from '../../lambda/config.ts';"],
  ])('but not in %s', (_, file, source) => {
    expect(violationsOf(file, source)).toEqual([]);
  });
});

describe('exported names', () => {
  /** Every composition root exports its entry point under the name that Lambda calls. */
  const ENTRY_POINTS = ['handler', 'createHandler'];

  it('stand for one thing each in lambda, lib and cli', () => {
    const exported = FILES.filter((file) => /^(lambda|lib|cli)\//.test(file)).flatMap((file) =>
      [
        ...readFileSync(join(ROOT, file), 'utf8').matchAll(
          /^export (?:async |abstract )?(?:const|function|class|interface|type|enum) (\w+)/gm,
        ),
      ].map(([, name = '']) => ({ name, file })),
    );
    const homonyms = [...Map.groupBy(exported, ({ name }) => name)]
      .filter(([name, places]) => places.length > 1 && !ENTRY_POINTS.includes(name))
      .map(([name, places]) => `${name}: ${places.map(({ file }) => file).join(', ')}`);

    expect(exported.length).toBeGreaterThan(200);
    expect(homonyms).toEqual([]);
  });
});
