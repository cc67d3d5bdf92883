import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Resource } from './stacks.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const page = readFileSync(join(root, 'docs/architecture.md'), 'utf8');
const example = /<!-- example: app\.ts -->\n```ts\n(.*?)```/s.exec(page)?.[1] ?? '';

describe('the example of an app of somebody else', () => {
  /** Laid out as npm lays out a workspace: the package is linked, everything else is installed beside it. */
  const theirs = mkdtempSync(join(tmpdir(), 'example-test-'));
  afterAll(() => rmSync(theirs, { recursive: true }));
  beforeAll(() => {
    const modules = join(theirs, 'node_modules');
    mkdirSync(modules);
    symlinkSync(root, join(modules, 'cognito-connect-sync'));
    for (const name of ['aws-cdk-lib', 'constructs'])
      symlinkSync(join(root, 'node_modules', name), join(modules, name));
    writeFileSync(join(theirs, 'package.json'), '{"type":"module"}');
    writeFileSync(join(theirs, 'app.ts'), example);
  });

  it('is synthesized, with our functions and with our triggers on its pool', () => {
    const output = join(theirs, 'cdk.out');

    execFileSync(process.execPath, ['app.ts'], { cwd: theirs, env: { CDK_OUTDIR: output }, stdio: 'pipe' });

    const template = JSON.parse(readFileSync(join(output, 'ContactCentre.template.json'), 'utf8'));
    const resources = Object.values(template.Resources as Readonly<Record<string, Resource>>);
    const pool = resources.find(({ Type }) => Type === 'AWS::Cognito::UserPool');
    expect(Object.keys(pool?.Properties.LambdaConfig).toSorted()).toEqual(['CustomMessage', 'PostConfirmation']);
    const ours = resources.filter(
      ({ Type, Properties }) =>
        Type === 'AWS::Lambda::Function' && Properties.Environment?.Variables.POWERTOOLS_SERVICE_NAME,
    );
    expect(ours.map(({ Properties }) => Properties.Environment.Variables.POWERTOOLS_SERVICE_NAME).toSorted()).toEqual([
      'change-intake',
      'pool-trigger',
      'sweep',
      'sync-worker',
    ]);
    expect(Object.keys(template.Outputs)).toEqual(['DeadLetterQueueUrl']);
  });

  it('has no mistake in its types', () => {
    const compilerOptions = { typeRoots: [join(root, 'node_modules/@types')] };
    const options = { extends: join(root, 'tsconfig.json'), compilerOptions, include: [], files: ['app.ts'] };
    writeFileSync(join(theirs, 'tsconfig.json'), JSON.stringify(options));
    const compiler = join(root, 'node_modules/typescript/bin/tsc');

    const { stdout, status } = spawnSync(process.execPath, [compiler], { cwd: theirs, encoding: 'utf8' });

    expect({ stdout, status }).toEqual({ stdout: '', status: 0 });
  });
});
