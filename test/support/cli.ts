import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';

/** How a run of the CLI ended. */
export interface CliResult {
  readonly exit: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The command line of the product. */
export const EXECUTABLE = resolve(import.meta.dirname, '../../bin/connect-sync.cjs');

/** See {@link runCli}. */
export interface CliOptions {
  readonly endpoint: string;
  readonly region: string;
  /** The key that signs. @default an invented key, for a server that does not check it */
  readonly accessKeyId?: string;
  readonly secretAccessKey?: string;
  /** Where it runs, and where relative paths lead. */
  readonly cwd: string;
  /** Further environment variables. */
  readonly env?: Readonly<Record<string, string>>;
  /** Sends Ctrl-C when this resolves. */
  readonly interruptWhen?: () => Promise<unknown>;
}

/** The environment of a run: no AWS settings of the person who runs the tests, but those for an end point of this machine. */
export function environmentOfCli({
  endpoint,
  region,
  accessKeyId = 'AKIDEXAMPLE',
  secretAccessKey = 'example',
  cwd,
  env,
}: CliOptions): NodeJS.ProcessEnv {
  const personal = Object.entries(process.env).filter(([name]) => !/^(AWS_|CONNECT_SYNC_)|_proxy$/i.test(name));
  return {
    ...Object.fromEntries(personal),
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_CONFIG_FILE: resolve(cwd, 'no-config'),
    AWS_SHARED_CREDENTIALS_FILE: resolve(cwd, 'no-credentials'),
    ...env,
  };
}

/** Runs `connect-sync` as a process, with no AWS settings but those for an end point of this machine, and no proxy. */
export async function runCli(args: readonly string[], options: CliOptions): Promise<CliResult> {
  const child = spawn(process.execPath, [EXECUTABLE, ...args], {
    cwd: options.cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: environmentOfCli(options),
  });
  const [stdout, stderr, [exit]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[number | null]>,
    options.interruptWhen?.().then(() => child.kill('SIGINT')),
  ]);
  return { exit, stdout, stderr };
}
