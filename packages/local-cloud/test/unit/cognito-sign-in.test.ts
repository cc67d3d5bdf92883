import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { refusal, startPool, toList } from './cognito-fixture.ts';

const PASSWORD = 'Correct-horse-1';
const DAY_MS = 24 * 60 * 60 * 1000;

const signUp = (
  pool: Awaited<ReturnType<typeof startPool>>,
  ClientId: string,
  attributes: Readonly<Record<string, string>>,
) =>
  pool.call<{ UserSub: string }>('SignUp', {
    ClientId,
    Username: 'mary',
    Password: PASSWORD,
    UserAttributes: toList(attributes),
  });

// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_InitiateAuth.html
describe('signing in', () => {
  const tryIn = (pool: Awaited<ReturnType<typeof startPool>>, ClientId: string, password: string, more: object = {}) =>
    refusal(
      pool.call('InitiateAuth', {
        AuthFlow: 'USER_PASSWORD_AUTH',
        ClientId,
        AuthParameters: { USERNAME: 'mary', PASSWORD: password, ...more },
      }),
    );

  it('gives three-part tokens that name the user and work for an hour', async () => {
    const pool = await startPool();
    const { sub } = await pool.createUser('mary', { given_name: 'Mary' });
    const { AccessToken } = await pool.signIn('mary', await pool.createClient());
    const claims = JSON.parse(Buffer.from(AccessToken.split('.')[1] ?? '', 'base64url').toString()) as object;

    expect(AccessToken.split('.')).toHaveLength(3);
    expect(claims).toMatchObject({
      sub,
      username: 'mary',
      token_use: 'access',
      scope: 'aws.cognito.signin.user.admin',
    });
    await pool.clock.advance(3_599_999);
    expect(await pool.call('GetUser', { AccessToken })).toMatchObject({ Username: 'mary' });
    await pool.clock.advance(1);
    expect(await refusal(pool.call('GetUser', { AccessToken }))).toBe(
      '400 NotAuthorizedException: Access Token has expired',
    );
  });

  it('does not move UserLastModifiedDate [assumption]', async () => {
    const pool = await startPool();
    await pool.createUser('mary');
    const ClientId = await pool.createClient();
    await pool.signIn('mary', ClientId);
    const before = await pool.modified('mary');

    await pool.clock.advance(60_000);
    await tryIn(pool, ClientId, PASSWORD);

    expect(await pool.modified('mary')).toBe(before);
  });

  it('is refused for the reasons AWS names', async () => {
    const pool = await startPool({ AutoVerifiedAttributes: ['email'] });
    const legacy = await pool.createClient();
    const discreet = await pool.createClient({ PreventUserExistenceErrors: 'ENABLED' });
    const noPassword = await pool.createClient({ ExplicitAuthFlows: undefined });

    expect(await tryIn(pool, legacy, PASSWORD)).toBe('400 UserNotFoundException: User does not exist.');
    expect(await tryIn(pool, discreet, PASSWORD)).toBe('400 NotAuthorizedException: Incorrect username or password.');
    await signUp(pool, legacy, { email: 'mary@example.com' });
    expect(await tryIn(pool, legacy, PASSWORD)).toBe('400 UserNotConfirmedException: User is not confirmed.');
    await pool.signIn('mary', legacy);
    expect(await tryIn(pool, legacy, 'Wrong-horse-1')).toBe(
      '400 NotAuthorizedException: Incorrect username or password.',
    );
    expect(await tryIn(pool, noPassword, PASSWORD)).toBe(
      '400 InvalidParameterException: USER_PASSWORD_AUTH flow not enabled for this client',
    );
    await pool.call('AdminDisableUser', { UserPoolId: pool.UserPoolId, Username: 'mary' });
    expect(await tryIn(pool, legacy, PASSWORD)).toBe('400 NotAuthorizedException: User is disabled.');
  });

  it('needs the secret hash of an app client with a secret', async () => {
    const pool = await startPool();
    await pool.createUser('mary');
    const ClientId = await pool.createClient({ GenerateSecret: true });
    const { UserPoolClient } = await pool.call<{ UserPoolClient: { ClientSecret: string } }>('DescribeUserPoolClient', {
      UserPoolId: pool.UserPoolId,
      ClientId,
    });
    await pool.call('AdminSetUserPassword', {
      UserPoolId: pool.UserPoolId,
      Username: 'mary',
      Password: PASSWORD,
      Permanent: true,
    });
    const SECRET_HASH = createHmac('sha256', UserPoolClient.ClientSecret).update(`mary${ClientId}`).digest('base64');

    expect(await tryIn(pool, ClientId, PASSWORD)).toBe(
      `400 NotAuthorizedException: Unable to verify secret hash for client ${ClientId}`,
    );
    expect(await tryIn(pool, ClientId, PASSWORD, { SECRET_HASH })).toMatchObject({
      AuthenticationResult: { TokenType: 'Bearer' },
    });
  });

  it('asks an invited user for a new password, and takes attributes along with it', async () => {
    const pool = await startPool();
    await pool.createUser('mary', { given_name: 'Mary' }, { TemporaryPassword: 'Welcome-2026' });
    const ClientId = await pool.createClient();

    const challenge = (await tryIn(pool, ClientId, 'Welcome-2026')) as { readonly Session: string };
    const answer = await pool.call('RespondToAuthChallenge', {
      ClientId,
      ChallengeName: 'NEW_PASSWORD_REQUIRED',
      Session: challenge.Session,
      ChallengeResponses: { USERNAME: 'mary', NEW_PASSWORD: PASSWORD, 'userAttributes.family_name': 'Jones' },
    });

    expect(challenge).toMatchObject({
      ChallengeName: 'NEW_PASSWORD_REQUIRED',
      ChallengeParameters: { requiredAttributes: '[]' },
    });
    expect(answer).toMatchObject({ AuthenticationResult: { TokenType: 'Bearer' } });
    expect(await pool.read('mary')).toEqual({ given_name: 'Mary', family_name: 'Jones' });
    expect(await tryIn(pool, ClientId, PASSWORD)).toHaveProperty('AuthenticationResult');
  });

  it('is too late for a temporary password after seven days', async () => {
    const pool = await startPool();
    await pool.createUser('mary', {}, { TemporaryPassword: 'Welcome-2026' });
    const ClientId = await pool.createClient();

    await pool.clock.advance(7 * DAY_MS);

    expect(await tryIn(pool, ClientId, 'Welcome-2026')).toBe(
      '400 NotAuthorizedException: Temporary password has expired and must be reset by an administrator.',
    );
  });

  it('works for an administrator, and is refreshed without a second refresh token', async () => {
    const pool = await startPool();
    await pool.createUser('mary');
    const ClientId = await pool.createClient();
    const { RefreshToken } = await pool.signIn('mary', ClientId);
    const admin = (AuthFlow: string, AuthParameters: object) =>
      pool.call<{ AuthenticationResult: object }>('AdminInitiateAuth', {
        UserPoolId: pool.UserPoolId,
        ClientId,
        AuthFlow,
        AuthParameters,
      });

    const signedIn = await admin('ADMIN_USER_PASSWORD_AUTH', { USERNAME: 'mary', PASSWORD });
    const refreshed = await admin('REFRESH_TOKEN_AUTH', { REFRESH_TOKEN: RefreshToken });

    expect(Object.keys(signedIn.AuthenticationResult)).toContain('RefreshToken');
    expect(Object.keys(refreshed.AuthenticationResult).toSorted()).toEqual([
      'AccessToken',
      'ExpiresIn',
      'IdToken',
      'TokenType',
    ]);
  });
});
