import { describe, expect, it } from 'vitest';
import { type PlanOptions, planInstance } from '../../../cli/plan/plan.ts';
import { PermanentError } from '../../../lambda/core/failures/errors.ts';
import type { CognitoUser } from '../../../lambda/ports.ts';
import { createPlanWorld, PLAN_NOW } from '../../support/plan-world.ts';
import type { DirectoryUser } from '../../support/ports.ts';
import { createTerminal } from './doubles.ts';

const HOUR = 3_600_000;
const subOf = (index: number) => `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`;

const userOf = (index: number, username: string, attributes: CognitoUser['attributes'] = {}): CognitoUser => ({
  sub: subOf(index),
  username,
  attributes: {
    given_name: 'Mary',
    family_name: 'Jones',
    email: 'mary.jones@example.com',
    email_verified: 'true',
    ...attributes,
  },
  modifiedAt: PLAN_NOW - HOUR,
  createdAt: PLAN_NOW - 3 * HOUR,
  providers: [],
});

const agentOf = (username: string, identity: DirectoryUser['identity'] = {}): DirectoryUser => ({
  id: `agent-${username}`,
  username,
  identity: { FirstName: 'Mary', LastName: 'Smith', Email: 'mary.smith@example.com', ...identity },
});

/** Mary's last name and address differ, John is the same on both sides, Ann's name differs in case, Bob is in Connect only. */
const SIDES = {
  users: [
    userOf(1, 'mary'),
    userOf(2, 'john', { given_name: 'John', family_name: 'Smith', email: 'john@example.com' }),
    userOf(3, 'ann'),
    userOf(4, 'unmatched'),
  ],
  agents: [
    agentOf('mary'),
    agentOf('john', { FirstName: 'John', Email: 'john@example.com' }),
    agentOf('Ann'),
    agentOf('bob'),
  ],
};

function start(given: Parameters<typeof createPlanWorld>[0] = SIDES) {
  const world = createPlanWorld(given);
  const terminal = createTerminal();
  const stop = new AbortController();
  const options: PlanOptions = { details: false, json: false, csv: false, names: false, showValues: false };
  const plan = (chosen: Partial<PlanOptions> = {}, target = world.target) =>
    planInstance(
      {
        ...{ sources: world.sources, target, terminal, signal: stop.signal },
        now: world.clock.now,
        sleep: world.clock.sleep,
      },
      { ...options, ...chosen },
    );
  return {
    ...world,
    terminal,
    stop,
    plan,
    json: () => JSON.parse(terminal.lines.join('\n')) as Record<string, unknown>,
  };
}

describe('plan', () => {
  it('tells from lists who would be linked, whose name differs, who is unmatched, and what it costs', async () => {
    const { plan, terminal, target, recorder } = start();

    expect(await plan({}, { ...target, tableName: undefined })).toBe(1);

    expect(terminal.lines).toEqual([
      'User pool eu-central-1_EXAMPLE00, Connect instance instance-1',
      'Before the first deployment, mode sync',
      'Cognito users listed: 4, Connect users: 4, rows: 0',
      '',
      'WHAT                   REASON  USERS  NAMES DIFFER',
      'would be linked        -           2             1',
      'no Connect user found  -           1             -',
      '',
      `Cognito users whose name differs from a Connect user's in case only: 1. Link them by the commands that connect-sync reconcile shows; or set "ignoreCase": true in the adoption rule.`,
      '',
      'Connect users without a Cognito user: 2. Nothing is synchronized for them. Where one should have a Cognito user, connect-sync link takes the names of both.',
      'Addresses were not read: Connect shows them one user at a time (--details).',
      '',
      'The next pass of the sweep queues 2 users. Calls of Connect:',
      '  SearchUsers: 2',
      '  DescribeUser: 2',
      '  UpdateUserIdentityInfo: at most 2',
      '  At 1.95 a second and operation it takes about 2 s.',
      '  The first address of a new link is held until a person releases it.',
      '  Cognito: the worker reads 2 users by AdminGetUser, and bills count a user so read as active for the month. A user who is only listed, as by this plan, does not count.',
    ]);
    expect(recorder.argsOf('directory.describeUser')).toEqual([]);
  });

  it('tells with details what the worker would write and hold, and writes nothing', async () => {
    const { plan, json, recorder } = start();

    expect(await plan({ details: true, json: true, showValues: true })).toBe(1);

    expect(json()).toMatchObject({
      complete: true,
      nextPass: { users: 2, connectCalls: { UpdateUserIdentityInfo: 1 }, writesKnown: true, addresses: 0 },
      users: [
        {
          sub: subOf(1),
          username: 'mary',
          connectUserId: 'agent-mary',
          what: 'would-link',
          nameFields: ['LastName'],
          detail: {
            status: 'held',
            changed: ['LastName'],
            withheld: [{ field: 'Email', kind: 'held', reason: 'first-email' }],
            fields: [
              { field: 'FirstName', what: 'same', connect: 'Mary', cognito: 'Mary' },
              { field: 'LastName', what: 'written', connect: 'Smith', cognito: 'Jones' },
              { field: 'Email', what: 'held', connect: 'mary.smith@example.com', cognito: 'mary.jones@example.com' },
              { field: 'SecondaryEmail', what: 'left-alone', connect: null, cognito: null },
              { field: 'Mobile', what: 'left-alone', connect: null, cognito: null },
            ],
          },
        },
        { sub: subOf(2), detail: { status: 'unchanged', changed: [], withheld: [] } },
        { sub: subOf(3), what: 'no-connect-user', candidate: null },
      ],
    });
    const written = recorder.calls.filter(
      ({ name }) => !/^(pool\.exposure|directory\.(describe|identity|security))/.test(name),
    );
    expect(written).toEqual([]);
  });

  it('shows neither names nor values unless asked', async () => {
    const { plan, terminal } = start();

    await plan({ details: true });
    await plan({ details: true, json: true });
    await plan({ details: true, csv: true });

    expect([...terminal.lines, ...terminal.notes].join('\n')).not.toMatch(/(?<!agent-)(mary|john)|jones|smith|@/i);
  });

  it('says that values are not shown without details', async () => {
    const { plan, terminal } = start();

    await plan({ showValues: true });

    expect(terminal.notes).toContain('--show-values: without --details no values are read; names alone are shown.');
  });

  it('writes a file that holds what undoing needs, and starts no formula', async () => {
    const { plan, terminal } = start({
      users: [userOf(1, 'mary', { family_name: '=HYPERLINK("http://evil.example","x")', given_name: "'Mary" })],
      agents: [agentOf('mary', { FirstName: 'Mary, "M"' })],
    });

    expect(await plan({ details: true, csv: true, showValues: true })).toBe(1);

    const who = `${subOf(1)},mary,agent-mary,mary,held,`;
    expect(terminal.lines).toEqual([
      'sub,username,connect-user-id,connect-username,status,reason,field,what,field-reason,connect,cognito',
      `${who},FirstName,written,,"Mary, ""M""",''Mary`,
      `${who},LastName,written,,Smith,"'=HYPERLINK(""http://evil.example"",""x"")"`,
      `${who},Email,held,first-email,mary.smith@example.com,mary.jones@example.com`,
      `${who},SecondaryEmail,left-alone,,,`,
      `${who},Mobile,left-alone,,,`,
    ]);
  });

  it('counts the e-mail budget of the hour as the worker will', async () => {
    const indexes = [1, 2, 3];
    const { plan, json } = start({
      users: indexes.map((index) => userOf(index, `user-${index}`)),
      agents: indexes.map((index) => agentOf(`user-${index}`, { LastName: 'Jones' })),
      policy: { adoption: { trustFirstEmail: true }, email: { maxUsersPerHour: 2 } },
    });

    await plan({ details: true, json: true });

    expect(json()).toMatchObject({
      users: [
        { detail: { status: 'written', changed: ['Email'] } },
        { detail: { status: 'written', changed: ['Email'] } },
        { detail: { status: 'held', withheld: [{ reason: 'email-budget' }] } },
      ],
    });
  });

  it('gives one Connect user to one user only', async () => {
    const { plan, json } = start({
      users: [userOf(1, 'x', { 'custom:agent': 'mary' }), userOf(2, 'y', { 'custom:agent': 'mary' })],
      agents: [agentOf('mary')],
      policy: { adoption: { rules: [{ kind: 'username', attribute: 'custom:agent' }] } },
    });

    await plan({ details: true, json: true });

    expect(json()).toMatchObject({
      users: [
        { detail: { status: 'held', connectUserId: 'agent-mary' } },
        { detail: { status: 'ambiguous', reason: 'claimed-by-another' } },
      ],
    });
  });

  it('names links that strangers could have chosen, with what to do', async () => {
    const { plan, terminal } = start({ ...SIDES, exposure: { selfSignUp: true } });

    await plan();

    expect(terminal.lines).toContain('link held              open-sign-up      2             1');
    expect(terminal.lines.join('\n')).toContain('open-sign-up: Strangers may sign up');
  });

  it('says how far it has come when it is interrupted', async () => {
    const { plan, terminal, stop, recorder } = start();
    recorder.before('directory.describeUser', () => stop.abort());

    expect(await plan({ details: true })).toBe(130);

    expect(terminal.lines).toContain('Read on both sides: 1 of 2');
    expect(terminal.notes).toEqual([
      'Interrupted. 1 of 2 users were read. Nothing was written to AWS; repeat the command to read all. With --resume FILE an interrupted plan goes on where it ended.',
    ]);
  });

  it('shows what it could read when a permission ends it', async () => {
    const { plan, terminal, recorder } = start();
    const denied = new PermanentError('AccessDeniedException', 'connect:DescribeUser failed: AccessDeniedException.');
    recorder.fail('directory.describeUser', denied);

    expect(await plan({ details: true })).toBe(3);

    expect(terminal.lines).toContain('would be linked        -           2             1');
    expect(terminal.notes).toEqual(['0 of 2 users were read: connect:DescribeUser failed: AccessDeniedException.']);
  });

  it('is in order when the next pass has nothing to do', async () => {
    const { plan, terminal } = start({ users: [], agents: [] });

    expect(await plan()).toBe(0);
    expect(terminal.lines.at(-1)).toBe('The next pass of the sweep has nothing to do.');
  });
});
