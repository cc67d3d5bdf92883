import { describe, expect, it } from 'vitest';
import { FUNCTION_ARN, refusal, startPool, type TriggerFunction } from './cognito-fixture.ts';

const VERIFIED = { AutoVerifiedAttributes: ['email'] };
const PENDING = {
  ...VERIFIED,
  UserAttributeUpdateSettings: { AttributesRequireVerificationBeforeUpdate: ['email'] },
};
const WITH_TRIGGER = { ...VERIFIED, LambdaConfig: { CustomMessage: FUNCTION_ARN } };
const MARY = { email: 'mary.smith@example.com', email_verified: 'true', family_name: 'Smith' };
const DAY_MS = 24 * 60 * 60 * 1000;

const startWithMary = async (settings: object, answer?: TriggerFunction) => {
  const pool = await startPool(settings, answer);
  const { sub } = await pool.createUser('mary', MARY);
  return { ...pool, sub };
};

// https://docs.aws.amazon.com/cognito/latest/developerguide/signing-up-users-in-your-app.html#verifying-when-users-change-their-email-or-phone-number
describe('a changed e-mail', () => {
  it('is stored at once and unverified when the pool does not wait for verification', async () => {
    const { update, read, cognito } = await startWithMary(VERIFIED);

    await update('mary', { email: 'mary.jones@example.com' });

    expect(await read('mary')).toEqual({
      email: 'mary.jones@example.com',
      email_verified: 'false',
      family_name: 'Smith',
    });
    expect(cognito.outbox()).toMatchObject([
      {
        to: 'mary.jones@example.com',
        medium: 'EMAIL',
        username: 'mary',
        triggerSource: 'CustomMessage_UpdateUserAttribute',
        sentAt: Date.UTC(2026, 0, 1),
      },
    ]);
  });

  it('keeps the old, verified value until the code is back when the pool waits for verification', async () => {
    const pool = await startWithMary(PENDING);
    const token = (await pool.signIn('mary', await pool.createClient())).AccessToken;

    await pool.update('mary', { email: 'mary.jones@example.com', family_name: 'Jones' });
    const waiting = await pool.read('mary');
    await pool.call('VerifyUserAttribute', { AccessToken: token, AttributeName: 'email', Code: pool.lastCode() });

    expect(waiting).toEqual({ email: 'mary.smith@example.com', email_verified: 'true', family_name: 'Jones' });
    expect(await pool.read('mary')).toEqual({
      email: 'mary.jones@example.com',
      email_verified: 'true',
      family_name: 'Jones',
    });
  });

  it('is stored at once and verified when the same call declares it so, even in a pool that waits', async () => {
    const { update, read, cognito } = await startWithMary(PENDING);

    await update('mary', { email: 'mary.jones@example.com', email_verified: 'true' });

    expect(await read('mary')).toMatchObject({ email: 'mary.jones@example.com', email_verified: 'true' });
    expect(cognito.outbox()).toEqual([]);
  });

  it('leaves no trace of an earlier request when it is requested again', async () => {
    const pool = await startWithMary(PENDING);
    const token = (await pool.signIn('mary', await pool.createClient())).AccessToken;
    const verify = (Code: string) =>
      pool.call('VerifyUserAttribute', { AccessToken: token, AttributeName: 'email', Code });

    await pool.update('mary', { email: 'first@example.com' });
    const firstCode = pool.lastCode();
    await pool.update('mary', { email: 'second@example.com' });

    expect(await refusal(verify(firstCode))).toBe(
      '400 CodeMismatchException: Invalid verification code provided, please try again.',
    );
    await verify(pool.lastCode());
    expect((await pool.read('mary')).email).toBe('second@example.com');
  });

  it('is dropped with its code after 24 hours [assumption], the old value staying', async () => {
    const pool = await startWithMary(PENDING);
    const clientId = await pool.createClient();
    await pool.update('mary', { email: 'mary.jones@example.com' });
    const code = pool.lastCode();

    await pool.clock.advance(DAY_MS - 1);
    const early = await pool.signIn('mary', clientId);
    const wrong = await refusal(
      pool.call('VerifyUserAttribute', { AccessToken: early.AccessToken, AttributeName: 'email', Code: '1' }),
    );
    await pool.clock.advance(1);
    const late = await refusal(
      pool.call('VerifyUserAttribute', { AccessToken: early.AccessToken, AttributeName: 'email', Code: code }),
    );

    expect(wrong).toContain('CodeMismatchException');
    expect(late).toBe('400 ExpiredCodeException: Invalid code provided, please request a code again.');
    expect(await pool.read('mary')).toMatchObject({ email: 'mary.smith@example.com', email_verified: 'true' });
  });

  it('moves UserLastModifiedDate by milliseconds when it is stored, not while it waits [assumption]', async () => {
    const pool = await startWithMary(PENDING);

    await pool.clock.advance(5);
    await pool.update('mary', { email: 'mary.jones@example.com' });
    const waiting = await pool.modified('mary');
    await pool.update('mary', { family_name: 'Jones' });

    expect(waiting).toBe('2026-01-01T00:00:00.000Z');
    expect(await pool.modified('mary')).toBe('2026-01-01T00:00:00.005Z');
  });
});

// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetUserAttributeVerificationCode.html
describe('asking for a code', () => {
  it('sends one through CustomMessage_VerifyUserAttribute, and the code verifies the address', async () => {
    const pool = await startWithMary(WITH_TRIGGER);
    const clientId = await pool.createClient();
    await pool.update('mary', { email_verified: 'false' });
    const { AccessToken } = await pool.signIn('mary', clientId);

    const answer = await pool.call('GetUserAttributeVerificationCode', { AccessToken, AttributeName: 'email' });
    await pool.call('VerifyUserAttribute', { AccessToken, AttributeName: 'email', Code: pool.lastCode() });

    expect(answer).toEqual({
      CodeDeliveryDetails: { Destination: 'm***@e***', DeliveryMedium: 'EMAIL', AttributeName: 'email' },
    });
    expect(pool.triggers()).toEqual(['CustomMessage_VerifyUserAttribute']);
    expect(pool.invocations[0]?.event.callerContext).toMatchObject({ clientId });
    expect((await pool.read('mary')).email_verified).toBe('true');
  });

  it('sends it to the value that waits [assumption]', async () => {
    const pool = await startWithMary(PENDING);
    const { AccessToken } = await pool.signIn('mary', await pool.createClient());
    await pool.update('mary', { email: 'mary.jones@example.com' });

    await pool.call('GetUserAttributeVerificationCode', { AccessToken, AttributeName: 'email' });
    await pool.call('VerifyUserAttribute', { AccessToken, AttributeName: 'email', Code: pool.lastCode() });

    expect(pool.cognito.outbox().at(-1)?.to).toBe('mary.jones@example.com');
    expect((await pool.read('mary')).email).toBe('mary.jones@example.com');
  });

  it('is refused for an attribute that no code can verify', async () => {
    const pool = await startWithMary(VERIFIED);
    const { AccessToken } = await pool.signIn('mary', await pool.createClient());

    const answer = await refusal(
      pool.call('GetUserAttributeVerificationCode', { AccessToken, AttributeName: 'family_name' }),
    );

    expect(answer).toBe('400 InvalidParameterException: Attribute family_name cannot be verified.');
  });
});
