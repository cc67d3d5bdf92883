import { describe, expect, it } from 'vitest';
import { refusal, startPool } from './cognito-fixture.ts';

// https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-user-groups.html
describe('groups', () => {
  const startWithGroup = async () => {
    const pool = await startPool();
    await pool.createUser('mary');
    await pool.createUser('john');
    const { UserPoolId, call } = pool;
    await call('CreateGroup', { UserPoolId, GroupName: 'agents', Precedence: 1 });
    const membership = (operation: string, Username: string) =>
      call(operation, { UserPoolId, Username, GroupName: 'agents' });
    const members = async () =>
      (
        await call<{ Users: { Username: string }[] }>('ListUsersInGroup', { UserPoolId, GroupName: 'agents' })
      ).Users.map(({ Username }) => Username);
    return { ...pool, membership, members };
  };

  it('hold users, who know their groups', async () => {
    const { membership, members, call, UserPoolId } = await startWithGroup();

    await membership('AdminAddUserToGroup', 'mary');
    await membership('AdminAddUserToGroup', 'mary');
    await membership('AdminAddUserToGroup', 'john');
    await membership('AdminRemoveUserFromGroup', 'john');

    expect(await members()).toEqual(['mary']);
    expect(await call('AdminListGroupsForUser', { UserPoolId, Username: 'mary' })).toMatchObject({
      Groups: [{ GroupName: 'agents', Precedence: 1, UserPoolId }],
    });
    expect(await call('AdminListGroupsForUser', { UserPoolId, Username: 'john' })).toEqual({ Groups: [] });
  });

  it('lose their members when they are deleted', async () => {
    const { membership, call, UserPoolId } = await startWithGroup();
    await membership('AdminAddUserToGroup', 'mary');

    await call('DeleteGroup', { UserPoolId, GroupName: 'agents' });

    expect(await call('AdminListGroupsForUser', { UserPoolId, Username: 'mary' })).toEqual({ Groups: [] });
    expect(await refusal(membership('AdminAddUserToGroup', 'mary'))).toBe(
      '400 ResourceNotFoundException: Group not found.',
    );
  });

  it('exist once', async () => {
    const { call, UserPoolId } = await startWithGroup();

    expect(await refusal(call('CreateGroup', { UserPoolId, GroupName: 'agents' }))).toBe(
      '400 GroupExistsException: A group with the name already exists.',
    );
  });

  it('lose a deleted user', async () => {
    const { membership, members, call, UserPoolId } = await startWithGroup();
    await membership('AdminAddUserToGroup', 'mary');

    await call('AdminDeleteUser', { UserPoolId, Username: 'mary' });

    expect(await members()).toEqual([]);
  });
});
