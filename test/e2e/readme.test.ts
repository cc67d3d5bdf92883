import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
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

/** Runs a line as a person would, in the project's folder, with npm's own way of finding Node 24. */
function run(
  line: string,
  { cwd = ROOT, env = {} }: { readonly cwd?: string; readonly env?: Readonly<Record<string, string>> } = {},
) {
  const child = spawn('bash', ['-c', `exec ${line}`], {
    cwd,
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
      'npx connect-sync init',
      'npx cdk deploy',
      'npx connect-sync doctor',
      'npx connect-sync plan',
    ];

    expect(blocks('sh').map((text) => known.find((start) => text.startsWith(start)))).toEqual(known);
  });

  it('takes three minutes to read', () => {
    expect(README.split(/\s+/).length).toBeLessThanOrEqual(800);
  });

  it('shows what npm start shows, also where a proxy is set, which calls on this machine do not take', async () => {
    const recorded = /<!-- recorded: npm start -->\n```text\n(.*?)\n```/s.exec(README)?.[1] ?? 'nothing recorded';

    const { code, output } = await run(`${block('npm ci && npm start').split(' && ')[1]} -- --once`, {
      env: BEHIND_A_PROXY,
    }).ended;

    expect(withoutChance(output)).toContain(withoutChance(recorded));
    expect(code).toBe(0);
  });

  it('starts a local cloud for scripts that writes its file and stops when it is told to', async () => {
    const file = join(scratch, 'ready.json');
    const local = run(block('npm run local').replace('ready.json', file), { env: BEHIND_A_PROXY });

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

  it('leads from nothing to a deployment that writes, with the lines it gives, and back with those of docs/deploying.md', async () => {
    const INSTANCE_ID = '11111111-2222-3333-4444-555555555555';
    const local = await createLocalCloud({ accountId: '111122223333', connect: { instanceId: INSTANCE_ID } });
    try {
      const call = <Output>(operation: string, input: object) =>
        local.cloud.call<Output>('cognito-idp', operation, input, { kind: 'account' });
      const { UserPool } = await call<{ readonly UserPool: { readonly Id: string } }>('CreateUserPool', {
        PoolName: 'people',
        AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
        AutoVerifiedAttributes: ['email'],
        UserAttributeUpdateSettings: { AttributesRequireVerificationBeforeUpdate: ['email'] },
      });
      local.services.connect.seedUsers([
        { Username: 'mary.smith', IdentityInfo: { FirstName: 'Mary', LastName: 'Smith' } },
      ]);
      await call('AdminCreateUser', {
        UserPoolId: UserPool.Id,
        Username: 'mary.smith',
        MessageAction: 'SUPPRESS',
        UserAttributes: [
          { Name: 'given_name', Value: 'Mary' },
          { Name: 'family_name', Value: 'Jones' },
        ],
      });
      const lastName = () => {
        const { users } = local.services.connect.admin.users({}) as {
          readonly users: readonly { readonly IdentityInfo: { readonly LastName: string } }[];
        };
        return users[0]?.IdentityInfo.LastName;
      };
      const env = {
        AWS_ENDPOINT_URL: local.endpoint,
        AWS_REGION: local.cloud.region,
        AWS_ACCESS_KEY_ID: local.credentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: local.credentials.secretAccessKey,
        CDK_HOME: scratch,
        CDK_DISABLE_CLI_TELEMETRY: '1',
      };
      const checkout = copyOfCheckout();
      const type = async (line: string) =>
        run(line.replace('eu-central-1_Ab12Cd34E', UserPool.Id), { cwd: checkout, env }).ended;

      const created = await type(block('npx connect-sync init'));
      expect(created.code, created.output).toBe(0);
      const deployed = await type(block('npx cdk deploy'));
      expect(deployed.output).toContain('✅  ConnectSync-');
      const checked = await type(block('npx connect-sync doctor'));
      expect(checked.output).toMatch(/trail/i);
      const planned = await type(block('npx connect-sync plan'));
      expect(planned.output).toContain('NAMES DIFFER');
      expect(lastName()).toBe('Smith');

      const file = join(checkout, 'connect-sync.json');
      writeFileSync(file, readFileSync(file, 'utf8').replace('"mode": "observe"', '"mode": "sync"'));
      const switched = await type(block('npx cdk deploy'));
      expect(switched.code, switched.output).toBe(0);
      const asked = await type('npx connect-sync reconcile --apply');
      expect(asked.code, asked.output).toBeLessThanOrEqual(1);
      await eventually('the new name in Connect', () => lastName() === 'Jones');

      const destroyed = await type('npx cdk destroy --force');
      expect(destroyed.output).toContain('destroyed');
      // It stays, so that no pool ever names a function that is gone.
      expect(Object.keys(local.services.lambda.stats())).toEqual([expect.stringContaining('PoolTrigger')]);
    } finally {
      await local.close();
    }
  });
});

/** A folder that looks like this checkout, without its own `connect-sync.json` and `cdk.out`. */
function copyOfCheckout(): string {
  const folder = join(scratch, 'checkout');
  mkdirSync(folder);
  for (const name of readdirSync(ROOT).filter((each) => !['connect-sync.json', 'cdk.out', '.git'].includes(each)))
    symlinkSync(join(ROOT, name), join(folder, name));
  return folder;
}
