import { describe, expect, it } from 'vitest';
import { FUNCTION_ARN, FunctionError, refusal, startPool } from './cognito-fixture.ts';

const admin = (pool: Awaited<ReturnType<typeof startPool>>, name: string, body: unknown) =>
  Promise.resolve().then(() => pool.cognito.admin[name]?.(body));

const claims = (pool: Awaited<ReturnType<typeof startPool>>, attributes: Readonly<Record<string, string>>) =>
  admin(pool, 'federated-sign-in', { userPoolId: pool.UserPoolId, provider: 'Corp', subject: 'mary@corp', attributes });

// https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-specifying-attribute-mapping.html
describe('signing in through an identity provider', () => {
  const LIFECYCLE = {
    LambdaConfig: { PostConfirmation: FUNCTION_ARN, PostAuthentication: FUNCTION_ARN, CustomMessage: FUNCTION_ARN },
  };

  it('creates the profile the first time and rewrites mapped attributes later, without any code', async () => {
    const pool = await startPool({
      ...LIFECYCLE,
      AutoVerifiedAttributes: ['email'],
      UserAttributeUpdateSettings: { AttributesRequireVerificationBeforeUpdate: ['email'] },
    });

    await claims(pool, { email: 'mary.smith@corp.example', family_name: 'Smith', nickname: 'Mia' });
    const first = await pool.read('Corp_mary@corp');
    await claims(pool, { email: 'mary.jones@corp.example', family_name: 'Jones' });
    const { identities, ...later } = await pool.read('Corp_mary@corp');

    expect(first).toMatchObject({ email: 'mary.smith@corp.example', email_verified: 'false', family_name: 'Smith' });
    expect(later).toEqual({
      email: 'mary.jones@corp.example',
      email_verified: 'false',
      family_name: 'Jones',
      nickname: 'Mia',
    });
    expect(JSON.parse(identities ?? '')).toMatchObject([{ userId: 'mary@corp', providerName: 'Corp', primary: true }]);
    expect(pool.triggers()).toEqual(['PostConfirmation_ConfirmSignUp', 'PostAuthentication_Authentication']);
    expect(pool.cognito.outbox()).toEqual([]);
  });

  it('makes a user whose sub is no user name', async () => {
    const pool = await startPool();
    const { username, sub } = (await claims(pool, {})) as { readonly username: string; readonly sub: string };

    expect(username).toBe('Corp_mary@corp');
    expect(await refusal(pool.read(sub))).toBe('400 UserNotFoundException: User does not exist.');
    expect(await pool.call('ListUsers', { UserPoolId: pool.UserPoolId, Filter: `sub = "${sub}"` })).toMatchObject({
      Users: [{ Username: 'Corp_mary@corp', UserStatus: 'EXTERNAL_PROVIDER' }],
    });
  });

  it('has only records of endpoints, which name no user', async () => {
    const pool = await startPool();
    await pool.records();
    pool.entries.length = 0;

    await claims(pool, { email: 'mary@corp.example' });
    const records = await pool.records();

    expect(pool.entries.map(({ DetailType }) => DetailType)).toEqual([
      'AWS Service Event via CloudTrail',
      'AWS Service Event via CloudTrail',
    ]);
    expect(records.map(({ eventName, eventType }) => [eventName, eventType])).toEqual([
      ['SAML2Response_POST', 'AwsServiceEvent'],
      ['Token_POST', 'AwsServiceEvent'],
    ]);
    expect(JSON.stringify(records)).not.toContain('corp');
    expect(JSON.stringify(records)).not.toContain('"sub"');
  });

  it('fails with its trigger, and with an immutable mapped attribute the second time', async () => {
    const failing = await startPool({ LambdaConfig: { PostConfirmation: FUNCTION_ARN } }, () => {
      throw new FunctionError('boom');
    });
    const strict = await startPool({ Schema: [{ Name: 'family_name', AttributeDataType: 'String', Mutable: false }] });

    expect(await refusal(claims(failing, {}))).toBe(
      '400 UserLambdaValidationException: PostConfirmation failed with error boom.',
    );
    await claims(strict, { family_name: 'Smith' });
    expect(await refusal(claims(strict, { family_name: 'Smith' }))).toBe(
      '400 InvalidParameterException: user.family_name: Attribute cannot be updated.',
    );
  });

  it('is refused when its body is unusable', async () => {
    const pool = await startPool();

    expect(
      await refusal(admin(pool, 'federated-sign-in', { userPoolId: pool.UserPoolId, attributes: { email: 1 } })),
    ).toBe(
      '400 ValidationException: A federated sign-in needs {userPoolId, provider, subject, attributes: {name: text}}.',
    );
  });
});

// https://docs.aws.amazon.com/cognito/latest/developerguide/logging-using-cloudtrail.html
describe('confirming by link', () => {
  it('makes a changed address live and leaves only a page event with an empty error code', async () => {
    const pool = await startPool({
      AutoVerifiedAttributes: ['email'],
      UserAttributeUpdateSettings: { AttributesRequireVerificationBeforeUpdate: ['email'] },
    });
    const { sub } = await pool.createUser('mary', { email: 'mary.smith@example.com', email_verified: 'true' });
    await pool.update('mary', { email: 'mary.jones@example.com' });
    await pool.records();
    pool.entries.length = 0;
    pool.cognito.admin.settings?.({ pageEventsCarrySub: true });

    await admin(pool, 'confirm-by-link', { userPoolId: pool.UserPoolId, username: 'mary', code: pool.lastCode() });
    const [record] = await pool.records();

    expect(await pool.read('mary')).toEqual({ email: 'mary.jones@example.com', email_verified: 'true' });
    expect(pool.entries).toHaveLength(1);
    expect(record).toMatchObject({
      eventName: 'confirmUser_GET',
      eventType: 'AwsServiceEvent',
      errorCode: '',
      additionalEventData: { sub, userPoolId: pool.UserPoolId },
    });
  });

  it('confirms a sign-up, too', async () => {
    const pool = await startPool({
      AutoVerifiedAttributes: ['email'],
      LambdaConfig: { PostConfirmation: FUNCTION_ARN },
    });
    const ClientId = await pool.createClient();
    const UserAttributes = [{ Name: 'email', Value: 'mary@example.com' }];
    await pool.call('SignUp', { ClientId, Username: 'mary', Password: 'Correct-horse-1', UserAttributes });

    await admin(pool, 'confirm-by-link', { userPoolId: pool.UserPoolId, username: 'mary', code: pool.lastCode() });

    expect(pool.triggers()).toEqual(['PostConfirmation_ConfirmSignUp']);
    expect(await pool.call('AdminGetUser', { UserPoolId: pool.UserPoolId, Username: 'mary' })).toMatchObject({
      UserStatus: 'CONFIRMED',
    });
  });

  it('is refused with a wrong code', async () => {
    const pool = await startPool({ AutoVerifiedAttributes: ['email'] });
    await pool.createUser('mary');
    await pool.update('mary', { email: 'mary@example.com' });

    const answer = await refusal(
      admin(pool, 'confirm-by-link', { userPoolId: pool.UserPoolId, username: 'mary', code: 'x' }),
    );

    expect(answer).toContain('400 CodeMismatchException');
  });
});

// https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html
describe('rate quotas', () => {
  it('refuse what exceeds the rate of a category, and recover with time', async () => {
    const pool = await startPool();
    await pool.createUser('mary');
    pool.cognito.admin.settings?.({ quotas: { UserRead: 2 } });
    const readOnce = async () => {
      const answer = await refusal(pool.read('mary'));
      return typeof answer === 'string' ? answer : 'ok';
    };

    expect([await readOnce(), await readOnce(), await readOnce()]).toEqual([
      'ok',
      'ok',
      '400 TooManyRequestsException: Rate exceeded',
    ]);
    expect(await pool.update('mary', { nickname: 'Mia' })).toEqual({});
    await pool.clock.advance(500);
    expect([await readOnce(), await readOnce()]).toEqual(['ok', '400 TooManyRequestsException: Rate exceeded']);
  });

  it('are none by default', async () => {
    const pool = await startPool();
    await pool.createUser('mary');

    for (let count = 0; count < 500; count++) await pool.read('mary');

    expect(pool.cognito.admin.settings?.(undefined)).toMatchObject({ quotas: {} });
  });
});

describe('settings', () => {
  it('are changed one by one, and refused when unknown or out of range', async () => {
    const pool = await startPool();

    expect(await admin(pool, 'settings', { listLagMs: 5 })).toMatchObject({ listLagMs: 5, customMessageValues: 'new' });
    expect(await refusal(admin(pool, 'settings', { listLagMs: -1 }))).toBe(
      '400 ValidationException: Cognito setting listLagMs cannot be -1.',
    );
    expect(await refusal(admin(pool, 'settings', { nonsense: true }))).toBe(
      '400 ValidationException: Cognito setting nonsense cannot be true.',
    );
    expect(await refusal(admin(pool, 'settings', { quotas: { UserReads: 1 } }))).toBe(
      '400 ValidationException: Cognito setting quotas cannot be {"UserReads":1}.',
    );
  });
});
