import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import {
  AdminUpdateUserAttributesCommand,
  CognitoIdentityProviderClient,
} from '@aws-sdk/client-cognito-identity-provider';
import { LambdaClient, UpdateFunctionCodeCommand } from '@aws-sdk/client-lambda';
import { strToU8, zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import { deployStack } from '../../local/deployment.ts';
import { createLocalCloud, type LocalCloud } from '../../packages/local-cloud/cloud.ts';
import { eventually } from '../support/deployed.ts';

const ROOT = resolve(import.meta.dirname, '../..');

/**
 * A `npm run local` in a temporary folder of its own, by which everything that it starts can be told. The context is that
 * of the test: the `onTestFinished` of the module does not know which of several concurrent tests is asking.
 */
function serve({ onTestFinished }: TestContext, command: string, ...args: readonly string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'lifecycle-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const readyFile = join(ROOT, `.${folder.split('/').at(-1)}.json`);
  onTestFinished(() => rmSync(readyFile, { force: true }));
  const child = spawn(command, [...args, '--ready-file', readyFile, '--users', '2'], {
    cwd: ROOT,
    // npm would keep its own compile cache there.
    env: { ...process.env, TMPDIR: folder, NODE_DISABLE_COMPILE_CACHE: '1' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let output = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return { child, folder, readyFile, output: () => output };
}
type Served = ReturnType<typeof serve>;

/** Environments of the live processes that belong to a folder. */
const processesOf = (folder: string): readonly string[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const environment = readFileSync(`/proc/${pid}/environ`, 'utf8');
        return environment.includes(folder) ? [`${pid} ${environment.replaceAll('\0', ' ')}`] : [];
      } catch {
        // It has just ended, or belongs to another user.
        return [];
      }
    });

const ended = (child: ChildProcess) =>
  new Promise<number | null>((done) => {
    if (child.exitCode === null && child.signalCode === null) child.once('exit', (code) => done(code));
    else done(child.exitCode);
  });

describe.runIf(existsSync('/proc/self/environ'))('SIGTERM', () => {
  it.concurrent.for<readonly [string, (served: Served) => boolean]>([
    ['while the app is synthesized', ({ folder }) => processesOf(folder).some((one) => one.includes(' CDK_OUTDIR='))],
    ['while the stack is deployed', ({ output }) => output().includes('CREATE_IN_PROGRESS')],
    ['while people are seeded', ({ output }) => output().includes('Total time')],
    ['while it serves', ({ readyFile }) => existsSync(readyFile)],
  ])('%s ends everything, and leaves nothing behind', async ([phase, isReached], context) => {
    const served = serve(context, process.execPath, 'bin/local.ts', 'serve');
    await eventually(`${phase}: that phase`, () => {
      if (served.child.exitCode !== null || served.child.signalCode !== null) throw new Error(served.output());
      return isReached(served);
    });

    served.child.kill('SIGTERM');
    const exitCode = await ended(served.child);

    expect(exitCode).toBe(0);
    await eventually(`${phase}: no process to be left`, () => processesOf(served.folder).length === 0);
    expect(readdirSync(served.folder)).toEqual([]);
  });

  it.concurrent('for npm, which does not reach us, ends everything all the same', async (context) => {
    const { child, folder, readyFile } = serve(context, 'npm', 'run', 'local', '--');
    await eventually('it to serve', () => existsSync(readyFile));

    child.kill('SIGTERM');
    await ended(child);

    await eventually('no process to be left', () => processesOf(folder).length === 0);
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('deployments', () => {
  let local: LocalCloud;
  beforeAll(async () => {
    local = await createLocalCloud();
  });
  afterAll(() => local?.close());

  const deploy = (onLine: (line: string) => void = () => {}, signal = new AbortController().signal) =>
    deployStack({
      endpoint: local.endpoint,
      region: 'eu-west-1',
      credentials: local.credentials,
      configuration: { createUserPool: true, connectInstanceArn: local.services.connect.instance.arn },
      onLine,
      signal,
    });
  const stacks = async () => {
    const { Stacks } = await local.cloud.call<{
      readonly Stacks: readonly { readonly StackName: string; readonly StackStatus: string }[];
    }>('cloudformation', 'DescribeStacks', {}, { kind: 'account' });
    return Stacks.map(({ StackName, StackStatus }) => [StackName, StackStatus]);
  };

  it('that is interrupted half-way can be made again', async () => {
    const interrupt = new AbortController();

    const interrupted = deploy((line) => {
      if (line.includes('CREATE_COMPLETE')) interrupt.abort();
    }, interrupt.signal);
    await expect(interrupted).rejects.toThrow();
    const outputs = await deploy();

    expect(outputs.UserPoolId).toMatch(/^eu-west-1_/);
    expect(await stacks()).toEqual([[expect.stringMatching(/^ConnectSync-[0-9a-f]{8}$/), 'CREATE_COMPLETE']]);
  });

  it('that run at the same time both end, and change nothing that is there', async () => {
    const before = await deployed();

    const both = await Promise.all([deploy(), deploy()]);

    expect(both.map(({ UserPoolId }) => UserPoolId)).toEqual([before.pool, before.pool]);
    expect(await deployed()).toEqual(before);
    expect(await stacks()).toEqual([[expect.stringMatching(/^ConnectSync-[0-9a-f]{8}$/), 'CREATE_COMPLETE']]);
  });

  it('end a function that never answers after its time-out', async () => {
    const { pool, trigger } = await deployed();
    const config = { endpoint: local.endpoint, region: 'eu-west-1', credentials: local.credentials, maxAttempts: 1 };
    const cognito = new CognitoIdentityProviderClient(config);
    const code = 'exports.handler = () => { setInterval(() => {}, 1e6); return new Promise(() => {}); };';
    const ZipFile = zipSync({ 'index.js': strToU8(code) });
    await new LambdaClient(config).send(new UpdateFunctionCodeCommand({ FunctionName: trigger, ZipFile }));
    const account = { kind: 'account' } as const;
    const user = { UserPoolId: pool, Username: 'waiting' };
    await local.cloud.call('cognito-idp', 'AdminCreateUser', { ...user, MessageAction: 'SUPPRESS' }, account);

    const change = cognito.send(
      new AdminUpdateUserAttributesCommand({ ...user, UserAttributes: [{ Name: 'email', Value: 'w@example.com' }] }),
    );

    await expect(change).rejects.toMatchObject({ name: 'UnexpectedLambdaException' });
    await eventually('its process to be gone', () => local.services.lambda.admin.processIds(trigger).length === 0);
  });

  async function deployed() {
    const { Stacks } = await local.cloud.call<{
      readonly Stacks: readonly { readonly Outputs: readonly Record<'OutputKey' | 'OutputValue', string>[] }[];
    }>('cloudformation', 'DescribeStacks', {}, { kind: 'account' });
    const output = (key: string) => Stacks[0]?.Outputs.find(({ OutputKey }) => OutputKey === key)?.OutputValue ?? '';
    return { pool: output('UserPoolId'), trigger: output('PoolTriggerFunctionName') };
  }
});
