import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { INSTANCE_ARN, POOL_ID } from './stacks.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'command-line-test-'));
afterAll(() => rmSync(scratch, { recursive: true }));

/** Runs `cdk synth` as a stranger does: no credentials, no network, no configuration but what is given. */
function synth(output: string, context: Readonly<Record<string, string>>) {
  const file = join(scratch, 'empty.json');
  writeFileSync(file, '{}');
  const pairs = Object.entries({ config: file, ...context }).flatMap(([key, value]) => ['-c', `${key}=${value}`]);
  const args = [join(root, 'node_modules/aws-cdk/bin/cdk'), 'synth', '--quiet', '--no-notices', '-o', output, ...pairs];
  return spawnSync(process.execPath, args, {
    cwd: root,
    encoding: 'utf8',
    env: {
      PATH: [dirname(process.execPath), process.env.PATH].join(delimiter),
      HOME: scratch,
      CDK_HOME: scratch,
      CDK_DISABLE_CLI_TELEMETRY: '1',
      AWS_EC2_METADATA_DISABLED: 'true',
    },
  });
}

it('synthesizes offline from a pool id and an instance ARN, for the account and Region that these name', () => {
  const output = join(scratch, 'out');

  const { status, stderr } = synth(output, { userPoolId: POOL_ID, connectInstanceArn: INSTANCE_ARN });

  expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' });
  expect(stderr).not.toContain('feature flags');
  const { artifacts } = JSON.parse(readFileSync(join(output, 'manifest.json'), 'utf8'));
  expect(artifacts['ConnectSync-EXAMPLE1-11111111'].environment).toBe('aws://111122223333/eu-west-1');
  const { Resources } = JSON.parse(readFileSync(join(output, 'ConnectSync-EXAMPLE1-11111111.template.json'), 'utf8'));
  const assets = readdirSync(output).filter((name) => name.startsWith('asset.'));
  expect(assets.map((name) => readdirSync(join(output, name)).toSorted())).toEqual(
    Array.from({ length: 4 }, () => ['index.js', 'index.js.map']),
  );
  const others = assets.filter((name) => (statSync(join(output, name)).mode & 0o022) !== 0);
  expect(process.platform === 'win32' ? [] : others, 'folders in which others may write').toEqual([]);
  expect(Object.values<{ readonly Type: string }>(Resources).some(({ Type }) => Type === 'AWS::CDK::Metadata')).toBe(
    false,
  );
});

it('lists what is wrong with the configuration in plain words, without a stack trace, and fails', () => {
  const output = join(scratch, 'refused');

  const { status, stderr } = synth(output, { connectInstanceArn: 'x', logLevel: 'chatty' });

  expect(status).toBe(1);
  expect(stderr).toContain('The configuration has 3 problems:\n- connectInstanceArn: received "x"; expected the ARN');
  expect(stderr).toContain('\n- logLevel: received "chatty"; expected one of "DEBUG"|"INFO"|"WARN"\n');
  expect(stderr).toContain('\n    npx cdk deploy -c createUserPool=true -c connectInstanceArn=');
  expect(stderr).not.toMatch(/^\s+at /m);
  expect(readdirSync(output).filter((name) => name.endsWith('.template.json'))).toEqual([]);
});
