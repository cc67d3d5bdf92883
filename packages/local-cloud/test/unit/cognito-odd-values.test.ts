import { describe, expect, it } from 'vitest';
import { refusal, startPool } from './cognito-fixture.ts';

interface Listed {
  readonly Username: string;
  readonly Attributes: readonly { readonly Name: string; readonly Value: string }[];
  readonly UserLastModifiedDate: Date;
}

const claims = (pool: Awaited<ReturnType<typeof startPool>>, attributes: Readonly<Record<string, string>>) =>
  pool.cognito.admin['federated-sign-in']?.({
    userPoolId: pool.UserPoolId,
    provider: 'Corp',
    subject: 'mary',
    attributes,
  });

// https://github.com/aws-amplify/amplify-js/issues/8205
describe('a value', () => {
  it('is stored as it was sent, whatever the case of a boolean and the form of a name', async () => {
    const pool = await startPool();
    const decomposed = 'Ju\u0308rgen';
    await pool.createUser('mary', { email: 'mary@example.com', email_verified: 'True', given_name: decomposed });
    await pool.update('mary', { family_name: ' SMITH ', email: 'm@example.com', email_verified: 'TRUE' });

    expect(await pool.read('mary')).toEqual({
      email: 'm@example.com',
      email_verified: 'TRUE',
      given_name: decomposed,
      family_name: ' SMITH ',
    });
  });

  it('counts as verified in any case', async () => {
    const pool = await startPool({
      AliasAttributes: ['email'],
      AutoVerifiedAttributes: ['email'],
      UserAttributeUpdateSettings: { AttributesRequireVerificationBeforeUpdate: ['email'] },
    });
    await pool.createUser('mary', { email: 'mary@example.com', email_verified: 'True' });

    await pool.update('mary', { email: 'mary.jones@example.com', email_verified: 'True' });

    expect(pool.cognito.outbox()).toEqual([]);
    expect(await pool.read('mary.jones@example.com')).toMatchObject({ email: 'mary.jones@example.com' });
  });

  it('of a flag without an address is refused in any case', async () => {
    const pool = await startPool();

    expect(await refusal(pool.createUser('mary', { email_verified: 'True' }))).toBe(
      "400 InvalidParameterException: Email is required to verify/un-verify a user's email.",
    );
  });
});

// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_VerificationMessageTemplateType.html
it('a pool with a message with a code and one with a link exists and is described', async () => {
  const VerificationMessageTemplate = {
    DefaultEmailOption: 'CONFIRM_WITH_LINK',
    EmailMessage: 'Code {####}',
    EmailMessageByLink: '{##Open##}',
  };
  const pool = await startPool({ VerificationMessageTemplate });

  expect(await pool.call('DescribeUserPool', { UserPoolId: pool.UserPoolId })).toMatchObject({
    UserPool: { VerificationMessageTemplate },
  });
});

// https://repost.aws/knowledge-center/cognito-email-verified-attribute
describe('each federated sign-in', () => {
  it('sets the flag of a mapped address back', async () => {
    const pool = await startPool();
    await claims(pool, { email: 'mary@corp.example' });
    await pool.update('Corp_mary', { email_verified: 'true' });

    await claims(pool, { email: 'mary@corp.example' });

    expect(await pool.read('Corp_mary')).toMatchObject({ email: 'mary@corp.example', email_verified: 'false' });
  });

  it('leaves it alone where the flag is mapped, or the address is not', async () => {
    const pool = await startPool();
    await claims(pool, { email: 'mary@corp.example', email_verified: 'True' });
    const mapped = await pool.read('Corp_mary');

    await claims(pool, { family_name: 'Jones' });

    expect(mapped).toMatchObject({ email_verified: 'True' });
    expect(await pool.read('Corp_mary')).toMatchObject({ family_name: 'Jones', email_verified: 'True' });
  });
});

// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ListUsers.html
describe('a list of users', () => {
  const startList = async (settings: object) => {
    const pool = await startPool();
    pool.cognito.admin.settings?.(settings);
    await pool.createUser('john');
    await pool.clock.advance(1_234);
    await pool.createUser('mary');
    const { Users } = await pool.call<{ Users: readonly Listed[] }>('ListUsers', { UserPoolId: pool.UserPoolId });
    return { ...pool, users: Users };
  };

  it('shows users without their sub where that is set', async () => {
    const { users } = await startList({ listWithoutSub: ['mary'] });

    expect(users.map(({ Attributes }) => Attributes.map(({ Name }) => Name))).toEqual([['sub'], []]);
  });

  it('has times of whole seconds where that is set, while a read has milliseconds', async () => {
    const { users, modified } = await startList({ listTimes: 'seconds' });

    expect(users[1]?.UserLastModifiedDate.toISOString()).toBe('2026-01-01T00:00:01.000Z');
    expect(await modified('mary')).toBe('2026-01-01T00:00:01.234Z');
  });
});
