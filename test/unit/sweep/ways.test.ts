import { describe, expect, it } from 'vitest';
import { inStep, LAMBDA_MS, MINUTE, startSweep, subOf, usersOf } from './fixture.ts';
import { changed, connectUsersOf, lastLine, POOL, rowsOf } from './large-pool.ts';

describe('a pool that is much larger than the known users', () => {
  const world = { users: changed([3, 2_000]), rows: rowsOf(20), connectUsers: connectUsersOf(20) };

  it('is not listed: namesakes of Connect users and other users with a row are asked for', async () => {
    const rows = { ...world.rows, [subOf(2_000)]: { ...inStep(19), connectUserId: 'connectUser-19' } };
    const sweep = startSweep({ ...world, rows: { ...rows, [subOf(19)]: { status: 'out-of-scope' } } });

    await sweep.tick();

    expect(sweep.queued()).toEqual([subOf(3), subOf(19), subOf(2_000)]);
    expect(sweep.recorder.argsOf('pool.users')).toEqual([]);
    expect(sweep.asked()).toHaveLength(21);
    expect(sweep.asked()).toContainEqual({ attribute: 'username', value: 'user-3' });
    expect(sweep.asked().at(-1)).toEqual({ attribute: 'sub', value: subOf(2_000) });
    expect(lastLine(sweep)).toMatchObject({
      way: 'known-users',
      because: 'pool-is-larger',
      calls: { cognito: 21, connect: 1 },
      users: 21,
      rows: 21,
      notLookedFor: ['names-in-another-case'],
    });
  });

  it('is asked for namesakes of Connect users without a link, as written and in lower case', async () => {
    const connectUsers = [
      ...connectUsersOf(20),
      { id: 'new', username: 'user-100', modifiedAt: undefined },
      { id: 'shouted', username: 'User-101', modifiedAt: undefined },
      { id: 'alone', username: 'Alone', modifiedAt: undefined },
    ];
    const sweep = startSweep({ ...world, connectUsers });

    const plan = await sweep.tick({ mode: 'plan' });

    expect(plan?.candidates).toEqual([
      { sub: subOf(3), why: 'cognito-user-changed' },
      { sub: subOf(100), why: 'never-reconciled' },
    ]);
    expect(plan?.nearMisses).toEqual({
      counts: { unmatched: 2, otherCase: 1, rulePointless: false, groupMissing: false },
      unmatched: ['shouted', 'alone'],
      otherCase: [{ sub: subOf(101), connectUserId: 'shouted' }],
    });
    const names = sweep.asked().filter(({ attribute }) => attribute === 'username');
    expect(
      names
        .map(({ value }) => value)
        .filter((value) => !/^user-\d\d?$/.test(value))
        .sort(),
    ).toEqual([...['Alone', 'User-101', 'alone', 'user-100', 'user-101']]);
  });

  it.each([
    ['gone', 'cognito-user-missing', { ...inStep(5) }],
    ['known to be gone', undefined, { ...inStep(5), status: 'cognito-user-missing' }],
    ['not known to be gone, once out of scope', 'cognito-user-missing', { ...inStep(5), status: 'out-of-scope' }],
    ['without a Connect user', undefined, { status: 'unlinked', reason: 'no-connect-user', policyHash: 'policy-1' }],
  ])('has a row of a user who is not in it: %s', async (_, why, row) => {
    const users = POOL.filter(({ sub }) => sub !== subOf(5));
    const sweep = startSweep({ users, rows: { ...rowsOf(20), [subOf(5)]: row }, connectUsers: connectUsersOf(20) });

    const plan = await sweep.tick({ mode: 'plan' });

    expect(plan?.why).toEqual(why === undefined ? {} : { [why]: 1 });
  });

  it('does not count a user as missing whom Cognito shows without a sub', async () => {
    const users = POOL.filter(({ sub }) => sub !== subOf(5));
    const sweep = startSweep({ users, rows: rowsOf(20), connectUsers: connectUsersOf(20), skipped: 1 });

    const plan = await sweep.tick({ mode: 'plan' });

    expect(plan?.why).toEqual({});
  });

  it.each([
    ['the whole pool', 'whole-pool', connectUsersOf(POOL.length)],
    ['the known users', 'known-users', connectUsersOf(20)],
  ])('counts a user once whom Cognito shows without a sub, by list or question: %s', async (_, way, connectUsers) => {
    const users = POOL.filter(({ sub }) => sub !== subOf(5));
    const sweep = startSweep({ users, rows: rowsOf(20), connectUsers, skipped: 1 });

    await sweep.tick();

    expect(lastLine(sweep)).toMatchObject({ way, skipped: 1 });
  });

  it('is listed when a rule needs an attribute that cannot be searched', async () => {
    const policy = { adoption: { rules: [{ kind: 'username', attribute: 'custom:agent' }] } };
    const sweep = startSweep({ ...world, policy });

    await sweep.tick();

    expect(sweep.queued()).toEqual([subOf(3)]);
    expect(lastLine(sweep)).toMatchObject({
      way: 'whole-pool',
      because: 'rule-cannot-be-searched',
      calls: { cognito: 50, connect: 1 },
      notLookedFor: [],
    });
  });

  it('says before it starts that a list it needs does not fit, names the setting, and still checks the rows', async () => {
    const policy = { adoption: { rules: [{ kind: 'username', attribute: 'custom:agent' }] } };
    const users = changed([3, 2_900]);
    const rows = { ...rowsOf(20), [subOf(2_900)]: { ...inStep(19), connectUserId: 'connectUser-19' } };
    const sweep = startSweep({ ...world, users, rows, policy, estimatedUsers: 10_000_000, callMs: 20_000 });

    await sweep.tick();

    expect(sweep.logger.lines[0]).toMatchObject({
      level: 'warn',
      message: 'pool too large for a whole list',
      fields: { estimatedUsers: 10_000_000, usersInTime: (LAMBDA_MS / 1_000 - 90) * 15 * 60 },
    });
    expect(JSON.stringify(sweep.logger.lines[0]?.fields)).toContain('Set scope to a group');
    expect(sweep.queued()).toContain(subOf(3));
    expect(sweep.queued()).toContain(subOf(2_900));
    expect(lastLine(sweep)).toMatchObject({ notLookedFor: ['rest-of-the-pool'] });
  });
});

describe('a list', () => {
  it('that lacks a user while it changes does not make the user missing: the user is asked for', async () => {
    const sweep = startSweep({
      users: usersOf(3),
      listed: usersOf(3).slice(1),
      rows: rowsOf(3),
      connectUsers: connectUsersOf(3),
    });

    await sweep.tick();

    expect(sweep.asked()).toEqual([{ attribute: 'sub', value: subOf(0) }]);
    expect(sweep.queued()).toEqual([]);
  });

  const BY_ATTRIBUTE = { adoption: { rules: [{ kind: 'username', attribute: 'custom:agent' }] } };
  it.each([
    ['into the name of a Connect user', 'none', 'user-1', [subOf(0)]],
    ['out of the name of a Connect user', 'user-1', 'none', []],
    ['from the name of one Connect user to that of another', 'user-1', 'user-2', [subOf(0)]],
  ])('in which a user is renamed between two pages, %s, counts the later name', async (_, before, after, queued) => {
    const [ada, ...others] = usersOf(130);
    if (ada === undefined) throw new Error('There are 130 users.');
    const named = (agent: string, modifiedAt: number) => ({
      ...ada,
      attributes: { 'custom:agent': agent },
      modifiedAt,
    });
    const listed = [named(before, ada.modifiedAt), ...others, named(after, ada.modifiedAt + 1)];
    const sweep = startSweep({ users: usersOf(130), listed, policy: BY_ATTRIBUTE, connectUsers: connectUsersOf(3) });

    await sweep.tick();

    expect(sweep.queued()).toEqual(queued);
    expect(sweep.recorder.argsOf('pool.users')).toHaveLength(1);
  });

  it('that shows a user twice counts the later state', async () => {
    const [ada, ...others] = usersOf(3);
    const later = ada && { ...ada, modifiedAt: ada.modifiedAt + 1 };
    const listed = [...(later ? [later] : []), ...others, ...(ada ? [ada] : [])];
    const sweep = startSweep({ users: usersOf(3), listed, rows: rowsOf(3), connectUsers: connectUsersOf(3) });

    await sweep.tick();

    expect(sweep.queued()).toEqual([subOf(0)]);
  });
});

describe('a question for which Cognito finds several users', () => {
  const alsoFound = [7, 2_000].flatMap((index) => POOL[index] ?? []);
  const world = { rows: rowsOf(20), connectUsers: connectUsersOf(20), alsoFound };

  it('adds no candidate for those whom it was not about', async () => {
    const plan = await startSweep({ ...world, users: POOL }).tick({ mode: 'plan' });

    expect(plan).toMatchObject({ way: 'known-users', why: {}, candidates: [] });
  });

  it('does not hide that the user it was about is missing', async () => {
    const users = POOL.filter(({ sub }) => sub !== subOf(5));

    const plan = await startSweep({ ...world, users }).tick({ mode: 'plan' });

    expect(plan?.candidates).toEqual([{ sub: subOf(5), why: 'cognito-user-missing' }]);
  });
});

describe('time that does not suffice to ask for all', () => {
  it('leaves some for later, says so, and makes no user missing', async () => {
    const users = POOL.filter((_, index) => index % 2 === 1);
    const connectUsers = connectUsersOf(40).map((connectUser) => ({ ...connectUser, username: 'same' }));
    const given = { users, rows: rowsOf(40), connectUsers, estimatedUsers: 1_000_000, callMs: MINUTE };
    const sweep = startSweep(given);

    const plan = await sweep.tick({ mode: 'plan' });

    const asked = new Set(sweep.asked().map(({ value }) => value));
    expect(asked.size).toBeGreaterThan(10);
    expect(asked.size).toBeLessThan(40);
    expect(plan?.notLookedFor).toEqual(['names-in-another-case', 'rest-of-the-rows']);
    const missing = usersOf(40).filter(({ sub }, index) => index % 2 === 0 && asked.has(sub));
    expect(plan?.candidates).toEqual(missing.map(({ sub }) => ({ sub, why: 'cognito-user-missing' })));
  });

  it('says when names are left, too', async () => {
    const given = { users: POOL, connectUsers: connectUsersOf(40), estimatedUsers: 1_000_000, callMs: MINUTE };

    const plan = await startSweep(given).tick({ mode: 'plan' });

    expect(plan?.notLookedFor).toEqual(['names-in-another-case', 'rest-of-the-names']);
  });

  it('begins at another place the next time', async () => {
    const given = { users: POOL, rows: rowsOf(40), connectUsers: connectUsersOf(40), callMs: MINUTE };
    const sweep = startSweep({ ...given, estimatedUsers: 1_000_000 });

    await sweep.tick({ mode: 'plan' });
    const before = sweep.asked();
    sweep.clock.advance(7);
    await sweep.tick({ mode: 'plan' });

    expect(sweep.asked()[before.length]).not.toEqual(before[0]);
  });
});

describe('the estimated number of users', () => {
  it.each([
    ['absent', undefined],
    ['too low by far', 30],
  ])('is %s: the list is given up when asking is cheaper, with the same result', async (_, estimatedUsers) => {
    const users = changed([3, 7]);
    const sweep = startSweep({ users, rows: rowsOf(20), connectUsers: connectUsersOf(20), estimatedUsers });

    await sweep.tick();

    expect(sweep.queued()).toEqual([subOf(3), subOf(7)]);
    expect(lastLine(sweep)).toMatchObject({
      way: 'known-users',
      because: 'pool-is-larger-than-estimated',
      // No more pages than there are questions, and then the questions.
      calls: { cognito: 40 + 20, connect: 1 },
    });
  });

  it('is much too high: each known user is asked for, with the same result', async () => {
    const users = changed([3, 7]).slice(0, 60);
    const sweep = startSweep({ users, rows: rowsOf(60), connectUsers: connectUsersOf(60), estimatedUsers: 1_000_000 });

    await sweep.tick();

    expect(sweep.queued()).toEqual([subOf(3), subOf(7)]);
    expect(lastLine(sweep)).toMatchObject({ way: 'known-users', calls: { cognito: 60 } });
  });
});

describe('near misses', () => {
  it('are counted in the log and kept, without a name', async () => {
    const connectUsers = [
      { id: 'shouted', username: 'USER-0', modifiedAt: undefined },
      { id: 'alone', username: 'alone', modifiedAt: undefined },
    ];
    const sweep = startSweep({ connectUsers });

    await sweep.tick();

    expect(sweep.queued()).toEqual([]);
    expect(lastLine(sweep)).toMatchObject({ unmatched: 2, otherCase: 1, rulePointless: false, groupMissing: false });
    expect(sweep.kept.state).toMatchObject({
      nearMisses: { unmatched: 2, otherCase: 1, rulePointless: false, groupMissing: false },
    });
    expect(JSON.stringify(sweep.logger.lines).toLowerCase()).not.toContain('user-0');
  });

  it('are told of a pool whose user names Cognito makes', async () => {
    const connectUsers = [{ id: 'agent-1', username: 'mary', modifiedAt: undefined }];
    const sweep = startSweep({ generatedUsernames: true, connectUsers });

    const plan = await sweep.tick({ mode: 'plan' });

    expect(plan?.nearMisses.counts).toEqual({ unmatched: 1, otherCase: 0, rulePointless: true, groupMissing: false });
  });
});
