import { existsSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { demonstrate } from '../local/demo.ts';
import { type Environment, startEnvironment } from '../local/environment.ts';
import { numberedPeople } from '../local/seed.ts';
import { showStart } from '../local/start-progress.ts';
import { linkSeeded } from './link-seeded.ts';

const IDENTITY_MANAGEMENT_TYPES = ['CONNECT_MANAGED', 'SAML', 'EXISTING_DIRECTORY'] as const;
/** AWS lists Amazon Connect for it. */
const REGION = 'eu-central-1';
const MARY = { username: 'mary.smith', firstName: 'Mary', lastName: 'Smith', email: 'mary.smith@example.com' };

const USAGE = `Usage:
  npm start [-- --once] [-- --verbose] [-- --port N]
      Shows a change travel from Cognito to Amazon Connect on this machine, then stays up until Ctrl-C (not with --once).
  npm run local -- [--ready-file PATH] [--port N] [--users N] [--identity-management TYPE]
      The same local cloud for scripts. PATH is written, whole or not at all, when it is ready to be used.
      TYPE is one of ${IDENTITY_MANAGEMENT_TYPES.join(', ')}.`;

class UsageError extends Error {
  override readonly name = 'UsageError';
}

const stopping = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort());
// npm passes a signal on to the shell between us, and that ends without a word to its children.
if (process.env.npm_lifecycle_event !== undefined) {
  const parent = process.ppid;
  setInterval(() => process.ppid !== parent && stopping.abort(), 200).unref();
}

async function demo(args: readonly string[]): Promise<void> {
  const { values } = parse(args, {
    once: { type: 'boolean', default: false },
    verbose: { type: 'boolean', default: false },
    port: { type: 'string' },
  });
  console.log('Starting a local cloud and running the real `cdk deploy` into it.\nNothing leaves this machine.\n');
  const { stdout } = process;
  const output = { moves: stdout.isTTY, write: (text: string) => stdout.write(text), now: () => performance.now() };
  const verbose = values.verbose === true;
  const progress = showStart(output, verbose);
  const environment = await startEnvironment({
    ...portOption(values.port),
    region: REGION,
    people: [MARY],
    identityManagementType: 'CONNECT_MANAGED',
    linkSeeded,
    onLine: progress.onLine,
    signal: stopping.signal,
  }).catch((error: unknown) => {
    progress.end();
    if (!verbose && !stopping.signal.aborted) for (const line of progress.lines) console.error(`   cdk | ${line}`);
    throw error;
  });
  progress.end();
  try {
    const { description, deployMs } = environment;
    console.log(`Deployed after ${(deployMs / 1_000).toFixed(1)} s. Endpoint ${description.endpoint}`);
    console.log(`${MARY.username} is a user of the pool and an agent in Connect; the worker has\nlinked the two.\n`);
    await demonstrate(environment, (line = '') => console.log(line));
    if (values.once) return;
    console.log(commandLines(environment));
    await stopped();
  } finally {
    await environment.local.close();
  }
}

function commandLines({ description }: Environment): string {
  const { endpoint, region, userPoolId, users, connectInstanceId } = description;
  return `Try the product from another terminal, in this folder:

export AWS_ENDPOINT_URL=${endpoint} AWS_REGION=${region} AWS_DEFAULT_REGION=${region}
export AWS_ACCESS_KEY_ID=${description.accessKeyId}
export AWS_SECRET_ACCESS_KEY=${description.secretAccessKey}
npx connect-sync status
npx connect-sync show ${users[0]?.username}
npx connect-sync explain ${users[0]?.username}
npx connect-sync plan --details

And AWS itself there, with the AWS CLI:

aws cognito-idp admin-update-user-attributes \\
  --user-pool-id ${userPoolId} --username ${users[0]?.username} \\
  --user-attributes Name=given_name,Value=Maria
aws connect describe-user --query User.IdentityInfo \\
  --instance-id ${connectInstanceId} \\
  --user-id ${users[0]?.connectUserId}
curl ${endpoint}/_local/stats

Ctrl-C ends it.`;
}

async function serve(args: readonly string[]): Promise<void> {
  const { values } = parse(args, {
    'ready-file': { type: 'string' },
    port: { type: 'string' },
    users: { type: 'string', default: '1' },
    'identity-management': { type: 'string', default: 'CONNECT_MANAGED' },
  });
  const type = IDENTITY_MANAGEMENT_TYPES.find((known) => known === values['identity-management']);
  if (type === undefined) {
    throw new UsageError(
      `--identity-management: received "${values['identity-management']}", expected one of ${IDENTITY_MANAGEMENT_TYPES.join(', ')}.`,
    );
  }
  const path = values['ready-file'];
  if (typeof path === 'string') await prepareReadyFile(path);
  const environment = await startEnvironment({
    ...portOption(values.port),
    region: REGION,
    people: numberedPeople(wholeNumber('--users', values.users, 0, 100_000)),
    identityManagementType: type,
    linkSeeded,
    onLine: (line) => console.error(line),
    signal: stopping.signal,
  });
  try {
    const text = `${JSON.stringify(environment.description, null, 2)}\n`;
    if (typeof path === 'string') await writeWhole(path, text);
    else console.log(text);
    await stopped();
  } finally {
    await environment.local.close();
  }
}

/** A script that waits for the file must not find that of an earlier run, nor wait for one that cannot be written. */
async function prepareReadyFile(path: string): Promise<void> {
  const folder = dirname(resolve(path));
  if (!existsSync(folder)) throw new UsageError(`--ready-file: the folder ${folder} does not exist.`);
  await rm(path, { force: true });
}

/** A reader sees the whole file or none: it is written beside its place and then moved there. */
async function writeWhole(path: string, text: string): Promise<void> {
  const draft = join(dirname(path), `.${process.pid}.ready`);
  // Only its owner may read it: it holds the key of this run.
  await writeFile(draft, text, { mode: 0o600 });
  await rename(draft, path);
}

/** Resolves at SIGINT or SIGTERM; the interval keeps the process alive until then. */
async function stopped(): Promise<void> {
  if (stopping.signal.aborted) return;
  const alive = setInterval(() => {}, 60_000);
  await new Promise<void>((resolve) => stopping.signal.addEventListener('abort', () => resolve()));
  clearInterval(alive);
}

function parse<Options extends NonNullable<Parameters<typeof parseArgs>[0]>['options']>(
  args: readonly string[],
  options: Options,
) {
  try {
    return parseArgs({ args: [...args], ...(options && { options }), allowPositionals: false });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

const portOption = (text: unknown) => (text === undefined ? {} : { port: wholeNumber('--port', text, 0, 65_535) });

function wholeNumber(option: string, text: unknown, min: number, max: number): number {
  const value = typeof text === 'string' && /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  throw new UsageError(`${option}: received "${text}", expected a whole number from ${min} to ${max}.`);
}

const isPortTaken = (error: unknown): error is { readonly port: number } =>
  error instanceof Error && 'code' in error && error.code === 'EADDRINUSE' && 'port' in error;

const [command, ...rest] = process.argv.slice(2);
try {
  if (command === 'demo') await demo(rest);
  else if (command === 'serve') await serve(rest);
  else throw new UsageError(`received command "${command}", expected "demo" or "serve".`);
} catch (error) {
  if (isPortTaken(error)) {
    console.error(
      `Port ${error.port} is taken by another program: choose another one with --port N, or leave --port out and a free one is taken.`,
    );
    process.exitCode = 1;
  } else if (error instanceof UsageError) {
    console.error(`${error.message}\n\n${USAGE}`);
    process.exitCode = 2;
  } else if (!stopping.signal.aborted) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
