import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createLocalCloud, type LocalCloud } from '../../packages/local-cloud/cloud.ts';
import { createConsumer, NODES, type NodeOnMachine } from './consumer.ts';

/** A folder with the package, the CDK and a `connect-sync.json`: there is no app and no checkout. */
const consumer = createConsumer(inject('tarball'), ['aws-cdk', 'aws-cdk-lib', 'constructs']);
let local: LocalCloud;
beforeAll(async () => {
  local = await createLocalCloud({ connect: { identityManagementType: 'CONNECT_MANAGED' } });
});
afterAll(async () => {
  await local?.close();
  consumer.remove();
});

/** The oldest Node.js of this machine that the package is for. */
const node: NodeOnMachine = NODES.at(-1) ?? { path: process.execPath, version: process.version };

/** Runs a script in the folder, against the local cloud. It answers from this process, which must not be blocked. */
const run = (script: string, args: readonly string[]) =>
  new Promise<{ readonly exit: number | string | null; readonly stdout: string; readonly stderr: string }>(
    (resolve) => {
      const env = {
        PATH: [join(consumer.folder, 'node_modules/.bin'), dirname(node.path), process.env.PATH].join(delimiter),
        HOME: consumer.folder,
        CDK_HOME: join(consumer.folder, 'home'),
        CDK_DISABLE_CLI_TELEMETRY: '1',
        AWS_ENDPOINT_URL: local.endpoint,
        AWS_REGION: local.cloud.region,
        AWS_ACCESS_KEY_ID: local.credentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: local.credentials.secretAccessKey,
      };
      execFile(node.path, [script, ...args], { cwd: consumer.folder, env }, (error, stdout, stderr) =>
        resolve({ exit: error === null ? 0 : (error.code ?? null), stdout, stderr }),
      );
    },
  );
const cdk = (...args: readonly string[]) => run(consumer.fileOf('aws-cdk', 'bin/cdk'), args);
const APP = ['--app', 'npx --offline connect-sync-app', '--no-notices', '--ci'];

describe(`connect-sync-app without a checkout, on Node.js ${node.version}`, () => {
  it('says what is wrong with the settings beside it', async () => {
    consumer.write({ 'connect-sync.json': '{ "createUserPool": true }' });

    const { exit, stdout, stderr } = await cdk('synth', ...APP);

    expect(exit).toBe(1);
    expect(`${stdout}${stderr}`).toContain('- connectInstanceArn: received nothing; name the instance');
  });

  it('deploys, and the CLI of the package finds the deployment in order', async () => {
    const settings = { createUserPool: true, connectInstanceArn: local.services.connect.instance.arn };
    consumer.write({ 'connect-sync.json': JSON.stringify(settings) });

    const deployed = await cdk('deploy', ...APP, '--require-approval', 'never', '--outputs-file', 'outputs.json');
    expect(deployed.exit, deployed.stderr).toBe(0);
    expect(deployed.stderr).not.toContain('feature flags');
    const [stack = ''] = Object.keys(JSON.parse(readFileSync(join(consumer.folder, 'outputs.json'), 'utf8')));
    const status = await run(consumer.fileOf('cognito-connect-sync', 'bin/connect-sync.cjs'), [
      'status',
      '--stack',
      stack,
    ]);

    expect(status.exit, status.stderr).toBe(0);
  });
});
