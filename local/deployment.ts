import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import type { AccessKey } from '../packages/local-cloud/gateway/callers.ts';

const outputsSchema = z.record(z.string(), z.record(z.string(), z.string()));

/** See {@link runCdk}. */
export interface CdkTarget {
  readonly endpoint: string;
  readonly region: string;
  /** The key of the account. */
  readonly credentials: AccessKey;
  /** The content of `connect-sync.json`. A file of that name at the root of the project is not read. */
  readonly configuration: Readonly<Record<string, unknown>>;
  /** Folder of the project that is deployed, for instance an earlier version of it. @default this one */
  readonly project?: string;
  /** Gets each line that the CDK CLI prints. */
  readonly onLine: (line: string) => void;
  readonly signal: AbortSignal;
}

/**
 * Runs the project's own CDK CLI, unmodified, against the local cloud: it synthesizes `bin/app.ts` once and deploys that.
 *
 * @returns the outputs of the stack.
 * @throws {Error} with the end of what the CLI printed, when it fails.
 */
export const deployStack = (target: CdkTarget): Promise<Readonly<Record<string, string>>> =>
  inWorkDir(async (workDir) => {
    const outputsFile = join(workDir, 'outputs.json');
    const options = ['--outputs-file', outputsFile, '--require-approval', 'never', '--progress', 'events'];
    await runCdk(target, workDir, ['deploy', ...options]);
    const [outputs] = Object.values(outputsSchema.parse(JSON.parse(await readFile(outputsFile, 'utf8'))));
    if (outputs === undefined) throw new Error('cdk deploy wrote no outputs.');
    return outputs;
  });

/**
 * Has the CDK CLI destroy the stack of a configuration.
 *
 * @throws {Error} with the end of what the CLI printed, when it fails.
 */
export const destroyStack = (target: CdkTarget): Promise<void> =>
  inWorkDir((workDir) => runCdk(target, workDir, ['destroy', '--force']));

async function inWorkDir<Result>(work: (workDir: string) => Promise<Result>): Promise<Result> {
  const workDir = await mkdtemp(join(tmpdir(), 'connect-sync-cdk-'));
  try {
    return await work(workDir);
  } finally {
    await rm(workDir, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function runCdk(
  target: CdkTarget,
  workDir: string,
  [command = '', ...options]: readonly string[],
): Promise<void> {
  const configurationFile = join(workDir, 'connect-sync.json');
  await writeFile(configurationFile, JSON.stringify(target.configuration));
  const common = [
    '--context',
    `config=${configurationFile}`,
    '--output',
    join(workDir, 'cdk.out'),
    '--no-notices',
    '--ci',
  ];
  const cli = createRequire(import.meta.url).resolve('aws-cdk/bin/cdk');
  target.signal.throwIfAborted();
  const child = spawn(process.execPath, [cli, command, ...options, ...common], {
    cwd: target.project ?? resolve(import.meta.dirname, '..'),
    stdio: ['ignore', 'pipe', 'pipe'],
    // A process group of its own: the app that the CLI starts has to end with it.
    detached: true,
    env: {
      ...onThisMachine(process.env),
      // The CLI starts the app with whatever `node` it finds: it must be this one.
      PATH: [dirname(process.execPath), process.env.PATH].join(delimiter),
      AWS_ENDPOINT_URL: target.endpoint,
      AWS_REGION: target.region,
      AWS_ACCESS_KEY_ID: target.credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: target.credentials.secretAccessKey,
      // What an interrupted synthesis leaves behind goes with the rest.
      TMPDIR: workDir,
      // The CLI remembers there which key belongs to which account.
      CDK_HOME: join(workDir, 'home'),
      CDK_DISABLE_CLI_TELEMETRY: '1',
      // Compiling the CDK CLI takes a part of its time each time. The folder is the one of bin/connect-sync.cjs.
      NODE_COMPILE_CACHE: resolve(import.meta.dirname, '../node_modules/.cache/connect-sync'),
    },
  });
  const stop = () => endGroup(child);
  target.signal.addEventListener('abort', stop);
  try {
    const tail = collectLines(child, target.onLine);
    const [code] = (await once(child, 'close')) as [number | null];
    target.signal.throwIfAborted();
    if (code !== 0) throw new Error(`cdk ${command} ended with code ${code}:\n${tail.join('\n')}`);
  } finally {
    target.signal.removeEventListener('abort', stop);
  }
}

/** Ends a process and what it has started; on Windows, which has no process groups, the process alone. */
function endGroup(child: ChildProcess): void {
  try {
    if (process.platform === 'win32' || child.pid === undefined) child.kill('SIGTERM');
    else process.kill(-child.pid, 'SIGTERM');
  } catch {
    // It has just ended by itself.
  }
}

/** Settings of AWS tools, which would name a real account, and proxies, which cannot reach this machine's own end point. */
const NOT_FOR_LOCAL = /^(AWS_|CDK_|NODE_USE_ENV_PROXY$)|_(no_?)?proxy$/i;

/** The person's own environment, without what would lead the CDK CLI away from this machine. */
const onThisMachine = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !NOT_FOR_LOCAL.test(name)));

function collectLines(child: ChildProcess, onLine: (line: string) => void): readonly string[] {
  const tail: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    if (stream === null) continue;
    createInterface({ input: stream }).on('line', (line) => {
      onLine(line);
      tail.push(line);
      if (tail.length > 40) tail.shift();
    });
  }
  return tail;
}
