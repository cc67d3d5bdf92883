import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, inject, it } from 'vitest';
import { cdkInitFile, createConsumer, NODES } from './consumer.ts';

const PROPS = `{
  userPool: UserPool.fromUserPoolId(stack, 'Pool', 'eu-west-2_EXAMPLE1'),
  connectInstanceArn: 'arn:aws:connect:eu-west-2:111122223333:instance/11111111-2222-3333-4444-555555555555',
}`;
const MAKE = `const stack = new Stack(new App(), 'Theirs', { env: { account: '111122223333', region: 'eu-west-2' } });
const sync = new IdentitySync(stack, 'Sync', ${PROPS});
console.log(stack.resolve(sync.queue.queueArn) !== undefined, Template.fromStack(stack).findResources('AWS::Lambda::Function') !== undefined);`;
const IMPORTS = `import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { UserPool } from 'aws-cdk-lib/aws-cognito';
import { IdentitySync } from 'cognito-connect-sync';
`;

/** A project as \`cdk init\` makes it, with one stack. */
const STACK = `import * as cdk from 'aws-cdk-lib/core';
import { UserPool } from 'aws-cdk-lib/aws-cognito';
import { Construct } from 'constructs';
import { IdentitySync, type IdentitySyncProps, type PolicyProps } from 'cognito-connect-sync';

export class TheirStack extends cdk.Stack {
  readonly sync: IdentitySync;

  constructor(scope: Construct, id: string, props?: cdk.StackProps) {
    super(scope, id, props);
    const policy: PolicyProps = { scope: { kind: 'group', group: 'agents' }, mapping: { Mobile: { from: ['phone_number'] } } };
    const theirs: Omit<IdentitySyncProps, 'userPool'> = {
      connectInstanceArn: 'arn:aws:connect:eu-west-2:111122223333:instance/11111111-2222-3333-4444-555555555555',
      policy,
    };
    // @ts-expect-error: there is no such setting
    const misspelt: PolicyProps = { email: { maxUserPerHour: 3 } };
    if (misspelt === policy) throw new Error('Never.');
    this.sync = new IdentitySync(this, 'Sync', { userPool: new UserPool(this, 'Pool'), ...theirs });
  }
}
`;
const BIN = `import * as cdk from 'aws-cdk-lib/core';
import { TheirStack } from '../lib/their-stack';

const app = new cdk.App();
const stack = new TheirStack(app, 'TheirStack', { env: { account: '111122223333', region: 'eu-west-2' } });
new cdk.CfnOutput(stack, 'Table', { value: stack.sync.table.tableName });
`;
const TEST = `import * as cdk from 'aws-cdk-lib/core';
import { Template } from 'aws-cdk-lib/assertions';
import { TheirStack } from '../lib/their-stack';

test('the stack has the four functions', () => {
  const stack = new TheirStack(new cdk.App(), 'Mine', { env: { account: '111122223333', region: 'eu-west-2' } });

  Template.fromStack(stack).resourceCountIs('AWS::Lambda::Function', 4);
});

test('a mistake is told in words', () => {
  const props = { env: { account: '444455556666', region: 'eu-west-2' } };

  expect(() => new TheirStack(new cdk.App(), 'Mine', props)).toThrow(/expected one of the stack's account 444455556666/);
});
`;

const tarball = inject('tarball');
const shared = ['aws-cdk-lib', 'constructs', '@types/node', '@types/jest'];
/** The project of \`cdk init\` today, and one whose TypeScript is of the last generation, as ts-node needs it. */
const today = createConsumer(tarball, [...shared, 'tsx', 'jest', '@swc/core', '@swc/jest']);
const older = createConsumer(tarball, [...shared, 'ts-node', 'typescript']);
afterAll(() => {
  today.remove();
  older.remove();
});
const compiler = join(import.meta.dirname, '../../node_modules/typescript/bin/tsc');
const project = {
  'lib/their-stack.ts': STACK,
  'bin/theirs.ts': BIN,
  'test/theirs.test.ts': TEST,
  'tsconfig.json': cdkInitFile('tsconfig.json'),
  'jest.config.js': cdkInitFile('jest.config.js'),
};
today.write({
  ...project,
  'app.mjs': `${IMPORTS}${MAKE}`,
  'app.cjs': `const { App, Stack } = require('aws-cdk-lib');
const { Template } = require('aws-cdk-lib/assertions');
const { UserPool } = require('aws-cdk-lib/aws-cognito');
const { IdentitySync } = require('cognito-connect-sync');
${MAKE}`,
});
older.write(project);

describe.each(NODES)('a project on Node.js $version', (node) => {
  const done = { status: 0, stderr: '' };
  const templateIn = (folder: string) =>
    Object.keys(JSON.parse(readFileSync(join(folder, 'TheirStack.template.json'), 'utf8')).Resources).length;

  it.each(['app.mjs', 'app.cjs'])('uses the construct from %s', (script) => {
    expect(today.run(node, [script])).toMatchObject({ ...done, stdout: 'true true\n' });
  });

  it('runs its app with tsx, as cdk init has it', () => {
    const CDK_OUTDIR = join(today.folder, `tsx-${node.version}`);

    expect(today.run(node, [today.fileOf('tsx', 'dist/cli.mjs'), 'bin/theirs.ts'], { CDK_OUTDIR })).toMatchObject(done);
    expect(templateIn(CDK_OUTDIR)).toBeGreaterThan(20);
  });

  it('runs its app with ts-node, as cdk init had it before', () => {
    const CDK_OUTDIR = join(older.folder, `ts-node-${node.version}`);
    const args = [older.fileOf('ts-node', 'dist/bin.js'), '--prefer-ts-exts', 'bin/theirs.ts'];
    // Types are checked once: they do not depend on the Node.js.
    const TS_NODE_TRANSPILE_ONLY = String(node !== NODES[0]);

    expect(older.run(node, args, { CDK_OUTDIR, TS_NODE_TRANSPILE_ONLY })).toMatchObject(done);
    expect(templateIn(CDK_OUTDIR)).toBeGreaterThan(20);
  });

  it('passes its tests with jest, as cdk init sets it up', () => {
    const { status, stderr } = today.run(node, [
      today.fileOf('jest', 'bin/jest.js'),
      '--ci',
      '--cacheDirectory',
      `${today.folder}/jest`,
    ]);

    expect(stderr).toContain('Tests:       2 passed, 2 total');
    expect(status).toBe(0);
  });
});

describe('the types', () => {
  const node = { path: process.execPath, version: process.version };

  it('are right for the tsconfig of cdk init and its TypeScript', () => {
    expect(today.run(node, [compiler, '--noEmit'])).toMatchObject({ status: 0, stdout: '' });
  });

  it('are right for TypeScript 5 that makes CommonJS', () => {
    const args = ['--noEmit', '--module', 'commonjs', '--moduleResolution', 'node10', '--ignoreDeprecations', '5.0'];

    expect(older.run(node, [older.fileOf('typescript', 'bin/tsc'), ...args])).toMatchObject({ status: 0, stdout: '' });
  });
});
