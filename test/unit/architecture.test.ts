import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CALLS_AWS, circlesIn, modulesImportedBy, READS_ENVIRONMENT, violationsOf } from './layers.ts';

const ROOT = join(import.meta.dirname, '../..');
const FOLDERS = ['bin', 'lib', 'lambda', 'cli', 'local', 'packages/local-cloud'];
const ALL_FILES = FOLDERS.flatMap((folder) => globSync(`${folder}/**/*.ts`, { cwd: ROOT }))
  .map((file) => file.replaceAll('\\', '/'))
  .sort();
const isTool = (file: string): boolean => /^packages\/local-cloud\/(test\/|vitest\.config\.ts$)/.test(file);
const FILES = ALL_FILES.filter((file) => !isTool(file));

const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');

describe('the modules', () => {
  it('are all looked at', () => {
    expect(FILES.length).toBeGreaterThan(100);
    for (const known of [
      'lambda/core/events/change.ts',
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

  it('of the core are in folders that form no circle', () => {
    const folderOf = (file: string) => /^lambda\/core\/([^/]+)\//.exec(file)?.[1] ?? '';
    const imports = FILES.flatMap((file) =>
      modulesImportedBy(file, read(file)).map((target) => [file, target] as const),
    )
      .map(([file, target]) => ({ folder: folderOf(file), needs: folderOf(target) }))
      .filter(({ folder, needs }) => folder !== '' && needs !== '' && folder !== needs);
    const graph = [...Map.groupBy(imports, ({ folder }) => folder)];

    expect(graph.length).toBeGreaterThan(4);
    expect(circlesIn(new Map(graph.map(([folder, all]) => [folder, all.map(({ needs }) => needs)])))).toEqual([]);
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
      "import { a } from '../../lambda/core/sweep/levels.ts';",
    ],
    [
      'an emulator that knows the CLI by type',
      'packages/local-cloud/x.ts',
      "import type { A } from '../../cli/main.ts';",
    ],
    ['an emulator that knows what runs in it', 'packages/local-cloud/x.ts', "import { a } from '../../local/seed.ts';"],
    ['an emulator that needs its tests', 'packages/local-cloud/x.ts', "import { a } from './test/projects.ts';"],
    ['a local environment that runs production', 'local/x.ts', "import { a } from '../lambda/core/sweep/levels.ts';"],
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
