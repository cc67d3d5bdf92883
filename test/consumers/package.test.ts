import { spawnSync } from 'node:child_process';
import { globSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, inject, it } from 'vitest';
import { createConsumer, NODES, npm, ROOT } from './consumer.ts';

const tarball = inject('tarball');
const alone = createConsumer(tarball, []);
afterAll(() => alone.remove());

const installed = join(alone.folder, 'node_modules/cognito-connect-sync');
const files = globSync('**', { cwd: installed, withFileTypes: false })
  .map((path) => path.replaceAll('\\', '/'))
  .filter((path) => statSync(join(installed, path)).isFile());
const read = (path: string) => readFileSync(join(installed, path), 'utf8');
/** Runs a tool of this project. */
const tool = (script: string, args: readonly string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(ROOT, 'node_modules', script), ...args], {
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1' },
  });
  return { status, output: `${stdout}${stderr}` };
};

describe('the npm package', () => {
  it('is smaller than 1 MB, and installs in less than 20 MB without another package', () => {
    expect(statSync(tarball).size).toBeLessThan(1_000_000);
    const bytes = files.reduce((sum, path) => sum + statSync(join(installed, path)).size, 0);
    expect(bytes).toBeLessThan(20_000_000);
    const { packages } = JSON.parse(readFileSync(join(alone.folder, 'package-lock.json'), 'utf8'));
    expect(Object.keys(packages)).toEqual(['', 'node_modules/cognito-connect-sync']);
  });

  it('holds what it needs to run and to be understood, and no sources, no source maps and no tests', () => {
    const top = new Set(
      files.map((path) =>
        path
          .split('/')
          .slice(0, path.startsWith('dist/') ? 2 : 1)
          .join('/'),
      ),
    );

    expect([...top].toSorted()).toEqual([
      'CHANGELOG.md',
      'LICENSE',
      'README.md',
      'bin',
      'connect-sync.schema.json',
      'dist/THIRD-PARTY-LICENSES.txt',
      'dist/cli',
      'dist/functions',
      'dist/lib',
      'dist/package.json',
      'package.json',
    ]);
    expect(files.filter((path) => /\.map$|\.test\.|(?<!\.d)\.ts$/.test(path))).toEqual([]);
    expect(files.filter((path) => path.startsWith('dist/functions/')).toSorted()).toEqual([
      'dist/functions/change-intake/index.js',
      'dist/functions/pool-trigger-chained/index.js',
      'dist/functions/pool-trigger/index.js',
      'dist/functions/sweep/index.js',
      'dist/functions/sync-worker/index.js',
    ]);
  });

  it('names no folder of the machine that made it', () => {
    const leaks = files.filter((path) => read(path).includes(ROOT));

    expect(leaks).toEqual([]);
  });

  it('declares what its API names, in terms of the CDK alone', () => {
    const declarations = files.filter((path) => path.endsWith('.d.ts'));
    const packages = declarations.flatMap((path) =>
      [...read(path).matchAll(/from '([^.'][^']*)'/g)].map(([, name]) => name),
    );

    expect(declarations.toSorted()).toEqual([
      'dist/lib/constructs/logging-props.d.ts',
      'dist/lib/identity-sync-props.d.ts',
      'dist/lib/identity-sync.d.ts',
      'dist/lib/index.d.ts',
      'dist/lib/policy-props.d.ts',
    ]);
    expect(packages.filter((name) => !/^(aws-cdk-lib(\/|$)|constructs$)/.test(name ?? ''))).toEqual([]);
  });

  it('has a comment on each member of its API', () => {
    const undocumented = files
      .filter((path) => path.endsWith('.d.ts'))
      .flatMap((path) =>
        [...read(path).matchAll(/([^\n]*)\n +readonly (\w+)/g)].filter(([, before = '']) => !/\*\/$/.test(before)),
      )
      .map(([, , member]) => member);

    expect(undocumented).toEqual([]);
  });

  it('brings the licences of the code in its bundles', () => {
    const text = read('dist/THIRD-PARTY-LICENSES.txt');

    for (const name of ['zod', 'commander', '@aws-sdk/client-connect', '@aws-lambda-powertools/logger'])
      expect(text).toMatch(new RegExp(`^${name} \\d+\\.\\d+\\.\\d+ \\([\\w.-]+\\)$`, 'm'));
    expect(text).toContain('Apache License');
  });

  it('comes with a bill of materials of the code in its bundles, without development tools', () => {
    const { status, output } = tool('../packaging/sbom.ts', [join(alone.folder, 'sbom.json')]);
    expect(status, output).toBe(0);

    const { components } = JSON.parse(readFileSync(join(alone.folder, 'sbom.json'), 'utf8'));
    const names = components.map(({ name }: { readonly name: string }) => name);
    expect(names).toEqual(expect.arrayContaining(['zod', 'commander', '@aws-sdk/client-connect']));
    expect(names).not.toEqual(expect.arrayContaining(['vitest']));
    expect(names.length).toBeLessThan(80);
  });

  it('satisfies publint', () => {
    const { status, output } = tool('publint/src/cli.js', ['run', '--strict', tarball]);

    expect({ status, output }).toEqual({ status: 0, output: expect.stringContaining('All good!') });
  });

  it('gives its types to every way of importing it', () => {
    const { status, output } = tool('@arethetypeswrong/cli/dist/index.js', ['--no-emoji', '--no-color', tarball]);

    expect({ status, output }).toEqual({ status: 0, output: expect.stringContaining('No problems found') });
  });
});

describe.each(NODES)('the CLI alone, on Node.js $version', (node) => {
  const cli = (...args: string[]) => alone.run(node, [join(alone.folder, 'node_modules/.bin/connect-sync'), ...args]);

  it('starts', () => {
    const { version } = JSON.parse(read('package.json'));

    expect(cli('--version')).toEqual({ status: 0, stdout: `${version}\n`, stderr: '' });
    expect(cli('--help').stdout).toContain('Usage: connect-sync [options] [command]');
  });

  it('is found by npx', () => {
    const { status, stdout } = npm(['exec', '--offline', '--', 'connect-sync', '--help'], alone.folder, node);

    expect(status).toBe(0);
    expect(stdout).toContain('Usage: connect-sync [options] [command]');
  });

  it('loads the AWS SDK that is within it', () => {
    const { status, stderr } = cli('status', '--region', 'eu-west-1', '--profile', 'none-of-that-name');

    expect(status).toBe(2);
    expect(stderr).toContain('No AWS credentials were found');
  });

  it('says what connect-sync-app needs beside it', () => {
    const { status, stderr } = alone.run(node, [join(alone.folder, 'node_modules/.bin/connect-sync-app')]);

    expect(status).toBe(2);
    expect(stderr).toContain('Run `npm install aws-cdk aws-cdk-lib constructs`');
  });
});
