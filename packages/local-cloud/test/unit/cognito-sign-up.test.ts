import { describe, expect, it } from 'vitest';
import { refusal, startPool, toList } from './cognito-fixture.ts';

const PASSWORD = 'Correct-horse-1';

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

// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_SignUp.html
describe('signing up', () => {
  it('sends a code through CustomMessage_SignUp, and the code confirms account and address', async () => {
    const pool = await startPool({
      AutoVerifiedAttributes: ['email'],
      LambdaConfig: { CustomMessage: 'arn:aws:lambda:::f' },
    });
    const ClientId = await pool.createClient();

    const answer = await signUp(pool, ClientId, { email: 'mary@example.com' });
    const before = await pool.call('AdminGetUser', { UserPoolId: pool.UserPoolId, Username: 'mary' });
    await pool.call('ConfirmSignUp', { ClientId, Username: 'mary', ConfirmationCode: pool.lastCode() });

    expect(answer).toMatchObject({
      UserConfirmed: false,
      CodeDeliveryDetails: { Destination: 'm***@e***', DeliveryMedium: 'EMAIL', AttributeName: 'email' },
    });
    expect(pool.triggers()).toEqual(['CustomMessage_SignUp']);
    expect(before).toMatchObject({ UserStatus: 'UNCONFIRMED' });
    expect(await pool.read(answer.UserSub)).toEqual({ email: 'mary@example.com', email_verified: 'true' });
    expect(await refusal(pool.call('ConfirmSignUp', { ClientId, Username: 'mary', ConfirmationCode: '1' }))).toBe(
      '400 NotAuthorizedException: User cannot be confirmed. Current status is CONFIRMED',
    );
  });

  it('confirms the account but not an address that replaced the one the code went to [assumption]', async () => {
    const pool = await startPool({ AutoVerifiedAttributes: ['email'] });
    const ClientId = await pool.createClient();
    await signUp(pool, ClientId, { email: 'mary@example.com' });
    const ConfirmationCode = pool.lastCode();

    await pool.update('mary', { email: 'other@example.com' });
    await pool.call('ConfirmSignUp', { ClientId, Username: 'mary', ConfirmationCode });

    expect(await pool.read('mary')).toEqual({ email: 'other@example.com', email_verified: 'false' });
    expect(await pool.call('AdminGetUser', { UserPoolId: pool.UserPoolId, Username: 'mary' })).toMatchObject({
      UserStatus: 'CONFIRMED',
    });
  });

  it('needs the required attributes and a password by the policy', async () => {
    const pool = await startPool({
      Schema: [{ Name: 'email', AttributeDataType: 'String', Required: true, Mutable: true }],
    });
    const ClientId = await pool.createClient();

    expect(await refusal(signUp(pool, ClientId, {}))).toBe(
      '400 InvalidParameterException: Attributes did not conform to the schema: email: The attribute is required',
    );
    expect(await refusal(pool.call('SignUp', { ClientId, Username: 'mary', Password: 'alllowercase' }))).toBe(
      '400 InvalidPasswordException: Password did not conform with policy: Password must have uppercase characters',
    );
  });

  it('is refused where only administrators create users', async () => {
    const pool = await startPool({ AdminCreateUserConfig: { AllowAdminCreateUserOnly: true } });

    expect(await refusal(signUp(pool, await pool.createClient(), {}))).toBe(
      '400 NotAuthorizedException: SignUp is not permitted for this user pool',
    );
  });

  it('may not set what the app client may not write', async () => {
    const pool = await startPool({ Schema: [{ Name: 'connect_user_id', AttributeDataType: 'String' }] });

    expect(await refusal(signUp(pool, await pool.createClient(), { 'custom:connect_user_id': 'x' }))).toBe(
      '400 NotAuthorizedException: A client attempted to write unauthorized attribute',
    );
  });
});
