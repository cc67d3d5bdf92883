import { execFile, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { Environment } from '../../local/environment.ts';

/** What a program said when it ended. */
export interface Ended {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** An AWS CLI of one major version; no command where it is not installed. */
export interface Cli {
  readonly name: string;
  readonly version: 1 | 2;
  readonly command: string | undefined;
}

type Target = Pick<Environment['description'], 'endpoint' | 'region' | 'accessKeyId' | 'secretAccessKey'>;

/** Ends a hang. */
const HANGS_AFTER_MS = 300_000;

/** The AWS CLIs of this machine: the first of each major version on the PATH, or in Debian's place. */
export function findClis(): readonly Cli[] {
  const folders = [...new Set([...(process.env.PATH ?? '').split(delimiter), '/usr/bin'])];
  const found = folders
    .map((folder) => join(folder, 'aws'))
    .filter((command) => existsSync(command))
    .map((command) => ({
      command,
      banner: String(spawnSync(command, ['--version'], { timeout: HANGS_AFTER_MS }).stdout),
    }));
  const ofVersion = (version: 1 | 2): Cli => ({
    name: `AWS CLI v${version}`,
    version,
    command: found.find(({ banner }) => banner.startsWith(`aws-cli/${version}.`))?.command,
  });
  return [ofVersion(2), ofVersion(1)];
}

/** Whether `python3` has boto3. */
export const hasBoto3 = (): boolean =>
  spawnSync('python3', ['-c', 'import boto3'], { timeout: HANGS_AFTER_MS }).status === 0;

/** An environment in which nothing of the person who runs the tests counts: no profile, no retries, no pager. */
const environmentFor = ({ endpoint, region, accessKeyId, secretAccessKey }: Target): NodeJS.ProcessEnv => ({
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('AWS_'))),
  AWS_ENDPOINT_URL: endpoint,
  AWS_DEFAULT_REGION: region,
  AWS_ACCESS_KEY_ID: accessKeyId,
  AWS_SECRET_ACCESS_KEY: secretAccessKey,
  AWS_MAX_ATTEMPTS: '1',
  AWS_PAGER: '',
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_CONFIG_FILE: join(tmpdir(), 'no-aws-config'),
  AWS_SHARED_CREDENTIALS_FILE: join(tmpdir(), 'no-aws-credentials'),
  PYTHONIOENCODING: 'utf-8',
});

/** Runs a program to its end. */
export const run = (command: string, args: readonly string[], target: Target): Promise<Ended> =>
  new Promise((resolve) => {
    execFile(command, args, { env: environmentFor(target), timeout: HANGS_AFTER_MS }, (error, stdout, stderr) => {
      const code = error === null ? 0 : error.code;
      resolve({
        exitCode: typeof code === 'number' ? code : -1,
        stdout,
        stderr: `${stderr}${error?.killed ? ' killed' : ''}`,
      });
    });
  });

/** The AWS CLI against the local cloud. `ask` wants exit code 0 and gives the parsed answer, undefined for none. */
export function createCli({ command, version }: Cli, target: Target) {
  const start = (...args: readonly string[]): Promise<Ended> => {
    if (command === undefined) throw new Error('It is not installed.');
    return run(command, [...args, '--endpoint-url', target.endpoint, '--output', 'json'], target);
  };
  return {
    version,
    start,
    async ask(...args: readonly string[]): Promise<Record<string, unknown> | undefined> {
      const { exitCode, stdout, stderr } = await start(...args);
      if (exitCode !== 0) throw new Error(`aws ${args.join(' ')} ended with ${exitCode}: ${stderr}`);
      return stdout.trim() === '' ? undefined : (JSON.parse(stdout) as Record<string, unknown>);
    },
  };
}
