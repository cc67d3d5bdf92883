import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { User, UserIdentityInfo } from '@aws-sdk/client-connect';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { LOG_MESSAGES } from '../../lambda/core/log-lines.ts';
import { deployStack } from '../../local/deployment.ts';
import { createLocalCloud, type LocalCloud } from '../../packages/local-cloud/cloud.ts';
import { type CliResult, runCli } from '../support/cli.ts';
import { type Deployed, eventually } from '../support/deployed.ts';
import { createLeapingClock } from '../support/leaping-clock.ts';

const PEOPLE = 2_000;
/** People whose Connect user has another user name. */
const RENAMED = 14;
/** People whose address in Connect is that of the company's old domain. */
const MOVED = 120;
/** How many times faster than on a wall clock time passes while a command waits. */
const SPEED = 40;
const STEP_MS = 25;

const clock = createLeapingClock();
let local: LocalCloud;
let userPoolId: string;
let cwd: string;
/** What each Connect user is to have in the end, by id. */
const desired = new Map<string, UserIdentityInfo>();

beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'connect-sync-first-day-'));
  local = await createLocalCloud({ clock });
  const { UserPool } = await local.cloud.call<{ readonly UserPool: { readonly Id: string } }>(
    'cognito-idp',
    'CreateUserPool',
    { PoolName: 'agents', AdminCreateUserConfig: { AllowAdminCreateUserOnly: true } },
    { kind: 'account' },
  );
  userPoolId = UserPool.Id;
  const pairs = ['user,connect-user'];
  for (let index = 0; index < PEOPLE; index += 1) {
    const username = `person-${index}`;
    const connectUsername = index < RENAMED ? `desk-${index}` : username;
    const email = `${username}@acme.example`;
    const before = index >= PEOPLE - MOVED ? `${username}@old.example` : email;
    const identity = { FirstName: 'Agent', LastName: 'Unknown', Email: before };
    const [agent] = local.services.connect.seedUsers([{ Username: connectUsername, IdentityInfo: identity }]);
    desired.set(agent?.Id ?? '', { FirstName: 'Person', LastName: `Number ${index}`, Email: email });
    if (connectUsername !== username) pairs.push(`${username},${connectUsername}`);
    const attributes = { given_name: 'Person', family_name: `Number ${index}`, email, email_verified: 'true' };
    const UserAttributes = Object.entries(attributes).map(([Name, Value]) => ({ Name, Value }));
    const user = { UserPoolId: userPoolId, Username: username, UserAttributes, MessageAction: 'SUPPRESS' };
    await local.cloud.call('cognito-idp', 'AdminCreateUser', user, { kind: 'account' });
  }
  await writeFile(join(cwd, 'pairs.csv'), pairs.join('\n'));
});
afterAll(async () => {
  await local?.close();
  await rm(cwd, { recursive: true, force: true });
});

/**
 * Lets time pass fast, in the cloud and for the process that is started with the returned setting of Node. Long waits are between
 * two looks at all users: these are left longer, so that looking costs less.
 */
function fastForward() {
  const timer = setInterval(() => clock.leap(STEP_MS * (SPEED - 1)), STEP_MS);
  const aheadMs = clock.now() - Date.now();
  const script = `import timers from 'node:timers/promises';
    import { syncBuiltinESMExports } from 'node:module';
    const [own, wait] = [Date.now, timers.setTimeout];
    const startedAt = own();
    Date.now = () => Math.round(startedAt + ${aheadMs} + (own() - startedAt) * ${SPEED});
    timers.setTimeout = (ms, ...rest) => wait(ms < 5_000 ? ms / ${SPEED} : ms / 2, ...rest);
    syncBuiltinESMExports();`;
  const NODE_OPTIONS = `--import="data:text/javascript,${encodeURIComponent(script)}"`;
  return { NODE_OPTIONS, end: () => clearInterval(timer) };
}

async function cli(...args: readonly string[]): Promise<CliResult> {
  const { NODE_OPTIONS, end } = fastForward();
  const place = { endpoint: local.endpoint, region: 'eu-west-1', ...local.credentials, cwd };
  return runCli(args, { ...place, env: { NODE_OPTIONS } }).finally(end);
}

/** `npx cdk deploy` with the configuration that is there, on the clock of the cloud. */
async function deploy(): Promise<void> {
  const configuration = JSON.parse(await readFile(join(cwd, 'connect-sync.json'), 'utf8')) as object;
  const aheadMs = clock.now() - Date.now();
  const script = `const own=Date.now;Date.now=()=>own()+${aheadMs}`;
  vi.stubEnv('NODE_OPTIONS', `--import="data:text/javascript,${encodeURIComponent(script)}"`);
  await deployStack({
    ...{ endpoint: local.endpoint, region: 'eu-west-1', credentials: local.credentials },
    configuration: { ...configuration },
    onLine: () => {},
    signal: new AbortController().signal,
  });
  vi.unstubAllEnvs();
}

/** Lets time pass until the first pass has ended, and no change is left. */
const settled = () =>
  eventually('a pass that has ended, and an empty queue', () => {
    clock.leap(500);
    const { lambda, sqs } = local.services;
    const ended = Object.keys(lambda.stats()).some((name) =>
      lambda.logs(name).some((line) => line.includes(LOG_MESSAGES.sweepFinished)),
    );
    return (
      ended && Object.values(sqs.stats()).every(({ visible, inFlight, delayed }) => visible + inFlight + delayed === 0)
    );
  });

const identities = (): ReadonlyMap<string, UserIdentityInfo> => {
  const { users } = local.services.connect.admin.users({}) as { readonly users: readonly User[] };
  return new Map(users.map(({ Id = '', IdentityInfo = {} }) => [Id, IdentityInfo]));
};

/** How often each operation of Connect was answered, by operation and HTTP status. */
async function connectAnswers() {
  const answer = await fetch(`${local.endpoint}/_local/stats`);
  const { calls } = (await answer.json()) as Awaited<ReturnType<Deployed['stats']>>;
  return Object.entries(calls).flatMap(([name, counts]) =>
    name.startsWith('connect.')
      ? Object.entries(counts).map(([status, count]) => [`${name} ${status}`, count] as const)
      : [],
  );
}

/** The commands of the cookbook, in their order. */
const cookbook = async (): Promise<readonly string[]> => {
  const page = await readFile(resolve(import.meta.dirname, '../../docs/cookbook.md'), 'utf8');
  const [, block = ''] = /<!-- first-day -->\n```sh\n([^`]*)```/.exec(page) ?? [];
  return block.trim().split('\n');
};

/** Types one command. Resolves to its exit code. */
async function type(command: string): Promise<number | null> {
  if (command === 'npx cdk deploy') {
    await deploy();
    return 0;
  }
  // Without a terminal `init` cannot ask: the answers are options.
  const { id } = local.services.connect.instance;
  const answers = command.endsWith(' init') ? ['--user-pool-id', userPoolId, '--instance-id', id, '--yes'] : [];
  return (await cli(...command.split(' ').slice(2), ...answers)).exit;
}

describe('the first day with 2,000 people', () => {
  it('ends with all of them in step, by the eight commands of the cookbook, where Connect takes two requests a second', async () => {
    const commands = await cookbook();
    const [toDeploy, toSync, toStatus] = [commands.slice(0, 4), commands.slice(4, 7), commands.slice(7)];
    const exits: (number | null)[] = [];

    for (const command of toDeploy) exits.push(await type(command));
    await settled();
    const observed = await connectAnswers();
    const file = join(cwd, 'connect-sync.json');
    await writeFile(file, (await readFile(file, 'utf8')).replace('"observe"', '"sync"'));
    for (const command of toSync) exits.push(await type(command));
    await settled();
    for (const command of toStatus) exits.push(await type(command));

    expect(commands.length).toBeLessThanOrEqual(8);
    // The plan has something to do, and the first addresses wait for a person.
    expect(exits).toEqual([0, 0, 1, 0, 0, 1, 0, 0]);
    expect(new Map(observed).get('connect.DescribeUser 200')).toBeGreaterThanOrEqual(PEOPLE);
    expect(new Map(observed).has('connect.UpdateUserIdentityInfo 200')).toBe(false);
    // Time passes so fast that the worker may give up an answer, and send the same identity again. Others are sent once.
    const writes = new Map(await connectAnswers()).get('connect.UpdateUserIdentityInfo 200');
    expect(writes).toBeGreaterThanOrEqual(PEOPLE + MOVED);
    expect(writes).toBeLessThan(1.5 * (PEOPLE + MOVED));
    expect(identities()).toEqual(desired);
  });
});
