import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createLocalCloud } from '../../packages/local-cloud/cloud.ts';
import { eventually } from '../support/deployed.ts';

const ROOT = join(import.meta.dirname, '../..');
const README = readFileSync(join(ROOT, 'README.md'), 'utf8');
const scratch = mkdtempSync(join(tmpdir(), 'connect-sync-readme-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const blocks = (language: string) =>
  [...README.matchAll(/^```(\w+)\n(.*?)^```$/gms)]
    .filter(([, name]) => name === language)
    .map(([, , text = '']) => text.trim());
const block = (start: string) => {
  const found = blocks('sh').find((text) => text.startsWith(start));
  if (found === undefined) throw new Error(`The README has no block that starts with "${start}".`);
  return found;
};

/** The options that the README gives a command of the CDK in CI. */
const inCi = (command: string): string =>
  new RegExp(`npx cdk ${command} (--require-approval never|--force)`).exec(README)?.[1] ?? 'no options in the README';

/** Runs a line as a person would, in the project's folder, with npm's own way of finding Node 24. */
function run(line: string, env: Readonly<Record<string, string>> = {}) {
  const child = spawn('bash', ['-c', `exec ${line}`], {
    cwd: ROOT,
    detached: true,
    env: { ...process.env, PATH: [dirname(process.execPath), process.env.PATH].join(delimiter), ...env },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  return {
    /** Asks the whole process group to end, as Ctrl-C does. */
    stop: () => process.kill(-(child.pid ?? 0), 'SIGTERM'),
    ended: once(child, 'close').then(([code]) => ({ code: code as number | null, output })),
  };
}

/** A proxy that cannot be reached: what goes there fails. */
const DEAD_PROXY = 'http://127.0.0.1:9';
const BEHIND_A_PROXY = {
  HTTP_PROXY: DEAD_PROXY,
  HTTPS_PROXY: DEAD_PROXY,
  http_proxy: DEAD_PROXY,
  npm_config_https_proxy: DEAD_PROXY,
  NODE_USE_ENV_PROXY: '1',
};

/** What differs from run to run: times and the code that Cognito sends. */
const withoutChance = (text: string) => text.replace(/\d+ ms/g, 'N ms').replace(/code \d{6}/, 'code N');

describe('README', () => {
  it('has no shell block that is not run here', () => {
    const known = [
      'npm ci && npm start',
      'npm run local',
      'npm ci && npm test',
      'npx cdk synth',
      'npx cdk deploy',
      'npx cdk destroy',
    ];

    expect(blocks('sh').map((text) => known.find((start) => text.startsWith(start)))).toEqual(known);
  });

  it('shows what npm start shows, also where a proxy is set, which calls on this machine do not take', async () => {
    const recorded = /<!-- recorded: npm start -->\n```text\n(.*?)\n```/s.exec(README)?.[1] ?? 'nothing recorded';

    const { code, output } = await run(`${block('npm ci && npm start').split(' && ')[1]} -- --once`, BEHIND_A_PROXY)
      .ended;

    expect(withoutChance(output)).toContain(withoutChance(recorded));
    expect(code).toBe(0);
  });

  it('starts a local cloud for scripts that writes its file and stops when it is told to', async () => {
    const file = join(scratch, 'ready.json');
    const local = run(block('npm run local').replace('ready.json', file), BEHIND_A_PROXY);

    const ready = await eventually('the ready file', () => {
      try {
        return JSON.parse(readFileSync(file, 'utf8')) as { readonly endpoint: string; readonly users: unknown[] };
      } catch {
        return undefined;
      }
    });
    const stats = await fetch(`${ready.endpoint}/_local/stats`);
    local.stop();
    await local.ended;

    expect(ready.users).toHaveLength(5);
    expect(stats.status).toBe(200);
    await expect(fetch(ready.endpoint)).rejects.toThrow();
  });

  it('names the command that CI runs', () => {
    expect(readFileSync(join(ROOT, '.ci/run'), 'utf8')).toContain(block('npm ci && npm test').replace(' && ', '\n'));
  });

  it('synthesizes, deploys and destroys with the commands it gives, into an account with a pool and an instance', async () => {
    const local = await createLocalCloud({
      accountId: '111122223333',
      connect: { instanceId: '11111111-2222-3333-4444-555555555555' },
    });
    try {
      const { UserPool } = await local.cloud.call<{ readonly UserPool: { readonly Id: string } }>(
        'cognito-idp',
        'CreateUserPool',
        { PoolName: 'people' },
        { kind: 'account' },
      );
      const env = {
        AWS_ENDPOINT_URL: local.endpoint,
        AWS_REGION: 'eu-west-1',
        AWS_ACCESS_KEY_ID: local.credentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: local.credentials.secretAccessKey,
        CDK_HOME: scratch,
        CDK_DISABLE_CLI_TELEMETRY: '1',
      };
      const cdk = async (start: string, ...more: readonly string[]) => {
        const line = block(start).replace('eu-west-1_Ab12Cd34E', UserPool.Id);
        const { code, output } = await run(`${line} --output ${join(scratch, 'cdk.out')} ${more.join(' ')}`, env).ended;
        expect(code, output).toBe(0);
        return output;
      };

      expect(await cdk('npx cdk synth')).toContain('AWS::Lambda::EventSourceMapping');
      expect(await cdk('npx cdk deploy', inCi('deploy'))).toContain('✅  ConnectSync-');
      expect(Object.keys(local.services.lambda.stats())).toHaveLength(4);
      expect(await cdk('npx cdk destroy', inCi('destroy'))).toContain('destroyed');
      // It stays, so that no pool ever names a function that is gone.
      expect(Object.keys(local.services.lambda.stats())).toEqual([expect.stringContaining('PoolTrigger')]);
    } finally {
      await local.close();
    }
  });
});
