import { describe, expect, it } from 'vitest';
import type { Connections } from '../../../cli/connections.ts';
import type { DoctorPorts } from '../../../cli/doctor/ports.ts';
import { run } from '../../../cli/run.ts';
import { ConfigError, PermanentError } from '../../../lambda/core/failures/errors.ts';
import { configurationSchema } from '../../../lib/configuration/configuration-schema.ts';
import { createConnections } from './connections-double.ts';
import { createTerminal, createTriggerWorld, describedPool, POOL_ID } from './doubles.ts';

const INSTANCE = '11111111-2222-3333-4444-555555555555';
const OTHER = '99999999-2222-3333-4444-555555555555';
const arnOf = (id: string) => `arn:aws:connect:eu-west-1:111122223333:instance/${id}`;
const PROFILES: Readonly<Record<string, readonly string[]>> = {
  Admin: ['Users.Edit'],
  Agent: ['BasicAgentAccess'],
  'Team leads': ['Users.View', 'Users.EditPermission'],
};
const refused = (missingPermission: string) => () =>
  Promise.reject(new PermanentError('AccessDeniedException', 'Denied.', { missingPermission }));
const denied = refused('connect:ListSecurityProfiles');

/** An account with a pool and two instances, and a folder. */
function createWorld({
  type = 'CONNECT_MANAGED',
  quota = async (): Promise<number | undefined> => undefined,
  describePool = undefined as (() => Promise<never>) | undefined,
  usernameAttributes = [] as readonly string[],
  profiles = async () => Object.keys(PROFILES).map((name) => ({ id: name, name })),
  pools = async () => [{ id: POOL_ID, name: 'agents' }],
} = {}) {
  const terminal = createTerminal();
  const files = new Map<string, string>();
  const questions: string[] = [];
  const slept: number[] = [];
  const doctor: DoctorPorts = {
    ...unasked(),
    pools: { list: pools, clients: async () => [], hasGroup: async () => true },
    instances: () => ({
      list: async () => [
        { id: INSTANCE, arn: arnOf(INSTANCE), alias: 'desk', identityManagementType: type },
        { id: OTHER, arn: arnOf(OTHER), alias: 'other', identityManagementType: type },
      ],
      describe: async () => undefined,
      profiles,
      permissions: async (_, id) => PROFILES[id] ?? [],
    }),
    quotas: () => ({ connect: quota }),
  };
  const { deps } = createTriggerWorld(describedPool({ UsernameAttributes: usernameAttributes }));
  const connections: Connections = {
    ...createConnections(),
    settings: { ...deps.settings, ...(describePool && { describe: describePool }) },
    doctor: async () => doctor,
  };
  const start = (args: readonly string[], answers?: readonly (string | undefined)[]) => {
    const left = [...(answers ?? [])];
    return run(['init', ...args], {
      connect: async () => connections,
      screen: terminal.screen,
      configuredStack: () => undefined,
      configuration: () => undefined,
      now: () => 0,
      sleep: async (milliseconds) => void slept.push(milliseconds),
      signal: new AbortController().signal,
      readFile: async (path) => {
        const text = files.get(path);
        if (text === undefined) throw new ConfigError('no-file', 'There is none.');
        return text;
      },
      writeFile: async (path, text) => void files.set(path, text),
      appendFile: () => Promise.reject(new Error('Nothing is to be added.')),
      ...(answers !== undefined && {
        ask: async (question: string) => {
          questions.push(question);
          return left.shift();
        },
      }),
      version: '1.2.3',
    });
  };
  const written = () => JSON.parse(files.get('connect-sync.json') ?? 'null') as unknown;
  return { start, terminal, files, questions, slept, written };
}

const unasked = (): Pick<DoctorPorts, 'trails' | 'deployment'> => {
  const never = () => Promise.reject(new Error('Not asked for.'));
  return {
    trails: { list: never, isLogging: never, selectors: never },
    deployment: {
      stack: never,
      resources: never,
      functionState: never,
      mappings: never,
      scheduleState: never,
      rule: never,
      alarms: never,
      topic: never,
    },
  };
};

const FLAGS = ['--user-pool-id', POOL_ID, '--instance-id', INSTANCE, '--yes'];

describe('init by flags', () => {
  it('writes a configuration that observes, and names the next two commands', async () => {
    const { start, terminal, written } = createWorld();

    const exit = await start(FLAGS);

    expect(written()).toEqual({
      userPoolId: POOL_ID,
      connectInstanceArn: arnOf(INSTANCE),
      mode: 'observe',
      identityManagementType: 'CONNECT_MANAGED',
      email: { protectedSecurityProfiles: ['Admin', 'Team leads'] },
    });
    expect(configurationSchema.safeParse(written()).success).toBe(true);
    expect(terminal.notes).toEqual([
      'connect-sync.json is written. Next:',
      '  npx connect-sync doctor',
      '  npx cdk deploy',
    ]);
    expect(terminal.lines.join('\n')).toMatch(/^mode +observe +nothing is written to Connect before/m);
    expect(exit).toBe(0);
  });

  it.each([
    [[], '--user-pool-id ID, --instance-id ID, --yes'],
    [['--user-pool-id', POOL_ID], '--instance-id ID, --yes'],
    [FLAGS.slice(0, -1), '--yes'],
  ])('never asks where no terminal is: with %j it names what is missing', async (args, missing) => {
    const { start, terminal, files } = createWorld();

    const exit = await start(args);

    expect(terminal.notes).toEqual([`There is no terminal to ask at. Give ${missing}.`]);
    expect(files.size).toBe(0);
    expect(exit).toBe(2);
  });

  it('overwrites a file only with --force', async () => {
    const { start, terminal, files, written } = createWorld();
    files.set('connect-sync.json', '{}');

    expect(await start(FLAGS)).toBe(2);
    expect(terminal.notes.join()).toContain('--force');
    expect(files.get('connect-sync.json')).toBe('{}');

    expect(await start([...FLAGS, '--force'])).toBe(0);
    expect(written()).toMatchObject({ mode: 'observe' });
  });

  it('lists what there is when an id is not among it', async () => {
    const { start, terminal } = createWorld();

    const exit = await start(['--user-pool-id', 'eu-west-1_Nobody', '--instance-id', INSTANCE, '--yes']);

    expect(terminal.notes).toEqual([
      'The user pools that are there:',
      `  1  ${POOL_ID}  agents`,
      '--user-pool-id: there is no user pool eu-west-1_Nobody in this account and Region.',
    ]);
    expect(exit).toBe(2);
  });

  it('refuses an instance with an existing directory', async () => {
    const { start, files } = createWorld({ type: 'EXISTING_DIRECTORY' });

    expect(await start(FLAGS)).toBe(1);
    expect(files.size).toBe(0);
  });

  it.each<readonly [string, Parameters<typeof createWorld>[0], object]>([
    [
      'an adoption rule over the address where the pool makes user names',
      { usernameAttributes: ['email'] },
      { adoption: { rules: [{ kind: 'username', attribute: 'email' }] } },
    ],
    ['a lower rate under a lower quota', { quota: async () => 1 }, { connectRequestsPerSecond: 0.97 }],
    ['no protection for SAML, where no password is reset', { type: 'SAML' }, { identityManagementType: 'SAML' }],
    [
      'the default protection where the profiles cannot be read',
      { profiles: denied },
      { email: { protectedSecurityProfiles: ['Admin'] } },
    ],
  ])('proposes %s', async (_, account, members) => {
    const { start, written } = createWorld(account);

    expect(await start(FLAGS)).toBe(0);

    expect(written()).toMatchObject(members);
    expect(configurationSchema.safeParse(written()).success).toBe(true);
  });

  it('takes an address for alarms, and no other text', async () => {
    const { start, written, files } = createWorld();

    expect(await start([...FLAGS, '--alarm-email', 'nonsense'])).toBe(2);
    expect(files.size).toBe(0);
    expect(await start([...FLAGS, '--alarm-email', 'ops@example.com'])).toBe(0);
    expect(written()).toMatchObject({ alarmEmail: 'ops@example.com' });
    expect(configurationSchema.safeParse(written()).success).toBe(true);
  });

  it('names the permission that a proposal lacked', async () => {
    const { start, terminal } = createWorld({ profiles: denied });

    await start(FLAGS);

    expect(terminal.lines.join('\n')).toContain('needs permission connect:ListSecurityProfiles');
  });

  it('says what it proposes nothing for, because it may not read it', async () => {
    const { start, terminal } = createWorld({
      quota: refused('servicequotas:GetServiceQuota'),
      describePool: refused('cognito-idp:DescribeUserPool'),
    });

    expect(await start(FLAGS)).toBe(0);
    expect(terminal.notes.slice(0, 2)).toEqual([
      'Whether the pool makes user names itself was not read (needs permission cognito-idp:DescribeUserPool): no adoption rule is proposed.',
      'The quotas of Connect were not read (needs permission servicequotas:GetServiceQuota): no rate is proposed.',
    ]);
  });

  it('names the permission without which there is nothing to choose from', async () => {
    const { start, terminal } = createWorld({ pools: denied });

    expect(await start(FLAGS)).toBe(2);
    expect(terminal.notes.join()).toContain('needs permission connect:ListSecurityProfiles');
  });

  it('is one JSON document for scripts', async () => {
    const { start, terminal } = createWorld();

    await start([...FLAGS, '--json']);

    expect(JSON.parse(terminal.lines.join('\n'))).toMatchObject({
      file: 'connect-sync.json',
      configuration: { userPoolId: POOL_ID },
      proposals: expect.arrayContaining([expect.objectContaining({ setting: 'mode', value: 'observe' })]),
    });
  });
});

describe('init by questions', () => {
  it('takes a number or an id, and writes when the person says yes', async () => {
    const { start, terminal, written } = createWorld();

    const exit = await start([], ['1', OTHER, 'y']);

    expect(terminal.notes).toContain(`  2  ${OTHER}  other`);
    expect(written()).toMatchObject({ connectInstanceArn: arnOf(OTHER) });
    expect(exit).toBe(0);
  });

  it('asks again for an answer that names nothing, and gives up after the third', async () => {
    const { start, questions, files, terminal } = createWorld();

    const exit = await start([], ['7', '', 'x']);

    expect(questions).toHaveLength(3);
    expect(terminal.notes).toContain('There is no user pool "7" in the list: give the number of a line, or an id.');
    expect(files.size).toBe(0);
    expect(exit).toBe(2);
  });

  it.each([
    ['no', ['1', '1', 'n']],
    ['Enter alone', ['1', '1', '']],
    ['Ctrl-C at the last question', ['1', '1', undefined], 130],
    ['an interruption at the first question', [undefined], 130],
  ])('writes nothing after %s', async (_, answers, exit = 1) => {
    const { start, files } = createWorld();

    expect(await start([], answers)).toBe(exit);
    expect(files.size).toBe(0);
  });
});
