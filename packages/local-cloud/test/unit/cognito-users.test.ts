import { describe, expect, it } from 'vitest';
import { refusal, startPool } from './cognito-fixture.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const NOT_FOUND = '400 UserNotFoundException: User does not exist.';

// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminGetUser.html
describe('finding a user', () => {
  const usernameFound = async (pool: Awaited<ReturnType<typeof startPool>>, Username: string) => {
    const found = await refusal(pool.call('AdminGetUser', { UserPoolId: pool.UserPoolId, Username }));
    return typeof found === 'string' ? found : (found as { readonly Username: string }).Username;
  };

  it('works by user name and by sub, which has the form of a UUID', async () => {
    const pool = await startPool();
    const { sub } = await pool.createUser('mary');

    expect(sub).toMatch(UUID);
    expect(await usernameFound(pool, 'mary')).toBe('mary');
    expect(await usernameFound(pool, sub)).toBe('mary');
  });

  it('does not work by sub when the switch says so [assumption: AWS’s page can be read either way]', async () => {
    const pool = await startPool();
    const { sub } = await pool.createUser('mary');
    pool.cognito.admin.settings?.({ subAsUsername: false });

    expect(await usernameFound(pool, sub)).toBe(NOT_FOUND);
  });

  it('prefers a user name over a sub, so that a user named like a sub is found instead', async () => {
    const pool = await startPool();
    const { sub } = await pool.createUser('mary');
    await pool.createUser(sub);

    expect(await usernameFound(pool, sub)).toBe(sub);
  });

  it('tells capitals apart unless the pool is case-insensitive', async () => {
    const strict = await startPool();
    const lax = await startPool({ UsernameConfiguration: { CaseSensitive: false } });
    await strict.createUser('mary');
    await lax.createUser('Mary');

    expect(await usernameFound(strict, 'MARY')).toBe(NOT_FOUND);
    expect(await usernameFound(lax, 'MARY')).toBe('Mary');
    expect(await refusal(lax.createUser('mary'))).toBe('400 UsernameExistsException: User account already exists');
  });

  it('works by e-mail only in a pool that has it as alias, and only once it is verified', async () => {
    const plain = await startPool();
    const alias = await startPool({ AliasAttributes: ['email'] });
    await plain.createUser('mary', { email: 'mary@example.com', email_verified: 'true' });
    await alias.createUser('mary', { email: 'mary@example.com' });

    expect(await usernameFound(plain, 'mary@example.com')).toBe(NOT_FOUND);
    expect(await usernameFound(alias, 'mary@example.com')).toBe(NOT_FOUND);
    await alias.update('mary', { email_verified: 'true' });
    expect(await usernameFound(alias, 'mary@example.com')).toBe('mary');
  });

  it('answers with every member AdminGetUser documents, at millisecond resolution', async () => {
    const pool = await startPool();
    await pool.clock.advance(1);
    const { sub } = await pool.createUser('mary', { given_name: 'Mary' });

    expect(await pool.call('AdminGetUser', { UserPoolId: pool.UserPoolId, Username: 'mary' })).toEqual({
      Username: 'mary',
      UserAttributes: [
        { Name: 'sub', Value: sub },
        { Name: 'given_name', Value: 'Mary' },
      ],
      UserCreateDate: new Date('2026-01-01T00:00:00.001Z'),
      UserLastModifiedDate: new Date('2026-01-01T00:00:00.001Z'),
      Enabled: true,
      UserStatus: 'FORCE_CHANGE_PASSWORD',
    });
  });

  it('names what is wrong with the request before it looks anywhere', async () => {
    const { call } = await startPool();

    expect(await refusal(call('AdminGetUser', { UserPoolId: 'nowhere' }))).toBe(
      "400 InvalidParameterException: 2 validation errors detected: Value at 'username' failed to satisfy constraint: Member must not be null; Value at 'userPoolId' failed to satisfy constraint: Member must satisfy regular expression pattern: ^[\\w-]+_[0-9a-zA-Z]+$",
    );
    expect(await refusal(call('AdminGetUser', { UserPoolId: 'eu-west-1_none', Username: 'mary' }))).toBe(
      '400 ResourceNotFoundException: User pool eu-west-1_none does not exist.',
    );
  });
});

// https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html#user-pool-settings-aliases
describe('a pool with e-mail addresses as user names', () => {
  const startEmailPool = () => startPool({ UsernameAttributes: ['email'] });

  it('names its users by sub and stores the address as their e-mail', async () => {
    const pool = await startEmailPool();

    const { username, sub } = await pool.createUser('mary@example.com');

    expect(username).toBe(sub);
    expect(await pool.read('mary@example.com')).toEqual({ email: 'mary@example.com' });
  });

  it('knows the new address at once, verified or not', async () => {
    const pool = await startEmailPool();
    const { sub } = await pool.createUser('mary@example.com');

    await pool.update(sub, { email: 'mary.jones@example.com' });

    expect(await refusal(pool.read('mary@example.com'))).toBe(NOT_FOUND);
    expect(await pool.read('mary.jones@example.com')).toMatchObject({ email: 'mary.jones@example.com' });
  });

  it('refuses a name that is not an address, and an address of another user', async () => {
    const pool = await startEmailPool();
    await pool.createUser('mary@example.com');
    const { sub } = await pool.createUser('john@example.com');

    expect(await refusal(pool.createUser('mary'))).toBe('400 InvalidParameterException: Username should be an email.');
    expect(await refusal(pool.createUser('mary@example.com'))).toBe(
      '400 UsernameExistsException: An account with the given email already exists.',
    );
    expect(await refusal(pool.update(sub, { email: 'mary@example.com' }))).toBe(
      '400 AliasExistsException: An account with the email already exists.',
    );
  });
});

describe('a pool with e-mail addresses as aliases', () => {
  const startAliasPool = async () => {
    const pool = await startPool({ AliasAttributes: ['email'] });
    await pool.createUser('mary', { email: 'desk@example.com', email_verified: 'true' });
    await pool.createUser('john', { email: 'john@example.com', email_verified: 'true' });
    return pool;
  };
  const EXISTS = '400 AliasExistsException: An account with the email already exists.';

  it('does not give a user the verified address of another user', async () => {
    const pool = await startAliasPool();

    expect(await refusal(pool.update('john', { email: 'desk@example.com', email_verified: 'true' }))).toBe(EXISTS);
    expect((await pool.read('john')).email).toBe('john@example.com');
  });

  it('lets two users have an address as long as one of them has not verified it', async () => {
    const pool = await startAliasPool();

    await pool.update('john', { email: 'desk@example.com' });

    expect(await refusal(pool.update('john', { email_verified: 'true' }))).toBe(EXISTS);
    expect(await pool.read('john')).toEqual({ email: 'desk@example.com', email_verified: 'false' });
  });

  it('moves an alias to a new user on request, its owner keeping the address unverified [assumption]', async () => {
    const pool = await startAliasPool();
    const verified = { email: 'desk@example.com', email_verified: 'true' };

    expect(await refusal(pool.createUser('anna', verified))).toBe(EXISTS);
    await pool.createUser('anna', verified, { ForceAliasCreation: true });

    expect(await pool.read('mary')).toEqual({ email: 'desk@example.com', email_verified: 'false' });
    expect(
      await pool.call('AdminGetUser', { UserPoolId: pool.UserPoolId, Username: 'desk@example.com' }),
    ).toMatchObject({
      Username: 'anna',
    });
  });

  it('refuses a user name that looks like an alias', async () => {
    const pool = await startAliasPool();

    expect(await refusal(pool.createUser('anna@example.com'))).toBe(
      '400 InvalidParameterException: Username cannot be of email format, since user pool is configured for email alias.',
    );
  });
});

// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminCreateUser.html
describe('creating a user', () => {
  it('invites them with user name and temporary password', async () => {
    const pool = await startPool();

    await pool.createUser(
      'mary',
      { email: 'mary@example.com' },
      { MessageAction: undefined, TemporaryPassword: 'Welcome-2026' },
    );

    expect(pool.cognito.outbox()).toEqual([
      {
        to: 'mary@example.com',
        medium: 'EMAIL',
        userPoolId: pool.UserPoolId,
        username: 'mary',
        code: 'Welcome-2026',
        triggerSource: 'CustomMessage_AdminCreateUser',
        subject: 'Your temporary password',
        body: 'Your username is mary and temporary password is Welcome-2026.',
        sentAt: Date.UTC(2026, 0, 1),
      },
    ]);
  });

  it('shows the trigger of an invitation the placeholder of the user name', async () => {
    const pool = await startPool({
      LambdaConfig: { CustomMessage: 'arn:aws:lambda:eu-west-1:111122223333:function:f' },
    });

    await pool.createUser('mary', { email: 'mary@example.com' }, { MessageAction: undefined });

    expect(pool.triggers()).toEqual(['CustomMessage_AdminCreateUser']);
    expect(pool.invocations[0]?.event.request).toMatchObject({
      usernameParameter: '{username}',
      codeParameter: '{####}',
    });
  });

  it('sends nothing when told so, or when there is no address [assumption]', async () => {
    const pool = await startPool();

    await pool.createUser('mary', { email: 'mary@example.com' });
    await pool.createUser('john', {}, { MessageAction: undefined });

    expect(pool.cognito.outbox()).toEqual([]);
  });

  it('repeats an invitation only while it has not been followed', async () => {
    const pool = await startPool();
    await pool.createUser('mary', { email: 'mary@example.com' });
    const resend = () => pool.createUser('mary', {}, { MessageAction: 'RESEND' });

    await resend();
    await pool.call('AdminSetUserPassword', {
      UserPoolId: pool.UserPoolId,
      Username: 'mary',
      Password: 'Correct-horse-1',
      Permanent: true,
    });

    expect(pool.cognito.outbox()).toHaveLength(1);
    expect(await refusal(resend())).toBe(
      "400 UnsupportedUserStateException: Resend not possible. User's status is not FORCE_CHANGE_PASSWORD",
    );
  });

  it('refuses a taken name, a weak temporary password and what is not modelled', async () => {
    const pool = await startPool();
    await pool.createUser('mary');

    expect(await refusal(pool.createUser('mary'))).toBe('400 UsernameExistsException: User account already exists');
    expect(await refusal(pool.createUser('john', {}, { TemporaryPassword: 'short' }))).toBe(
      '400 InvalidPasswordException: Password did not conform with policy: Password not long enough',
    );
    expect(await refusal(pool.createUser('john', {}, { ValidationData: [] }))).toBe(
      '501 UnsupportedOperation: The local cloud does not model the Cognito request member ValidationData. Supported: see packages/local-cloud/README.md.',
    );
  });
});

describe('disabling, enabling and deleting a user', () => {
  it('moves UserLastModifiedDate and the Enabled flag, and ends sessions', async () => {
    const pool = await startPool();
    await pool.createUser('mary');
    const { AccessToken } = await pool.signIn('mary', await pool.createClient());
    const target = { UserPoolId: pool.UserPoolId, Username: 'mary' };

    await pool.clock.advance(3);
    await pool.call('AdminDisableUser', target);

    expect(await pool.call('AdminGetUser', target)).toMatchObject({
      Enabled: false,
      UserLastModifiedDate: new Date('2026-01-01T00:00:00.003Z'),
    });
    expect(await refusal(pool.call('GetUser', { AccessToken }))).toBe(
      '400 NotAuthorizedException: Invalid Access Token',
    );
    await pool.call('AdminEnableUser', target);
    expect(await pool.call('AdminGetUser', target)).toMatchObject({ Enabled: true });
  });

  it('leaves nothing of a deleted user, and a new one of that name has another sub', async () => {
    const pool = await startPool();
    const { sub } = await pool.createUser('mary');

    await pool.call('AdminDeleteUser', { UserPoolId: pool.UserPoolId, Username: sub });

    expect(await refusal(pool.read('mary'))).toBe(NOT_FOUND);
    expect(await refusal(pool.read(sub))).toBe(NOT_FOUND);
    expect((await pool.createUser('mary')).sub).not.toBe(sub);
  });
});
