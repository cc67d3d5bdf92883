import { describe, expect, it } from 'vitest';
import { refusal, startPool, toList } from './cognito-fixture.ts';

const SCHEMA = {
  Schema: [
    {
      Name: 'connect_user_id',
      AttributeDataType: 'String',
      Mutable: true,
      StringAttributeConstraints: { MinLength: '3', MaxLength: '8' },
    },
    { Name: 'staff_number', AttributeDataType: 'String', Mutable: false },
    {
      Name: 'level',
      AttributeDataType: 'Number',
      Mutable: true,
      NumberAttributeConstraints: { MinValue: '1', MaxValue: '9' },
    },
    { Name: 'given_name', AttributeDataType: 'String', Mutable: true, Required: true },
  ],
};

const startWithMary = async (attributes: Readonly<Record<string, string>> = {}) => {
  const pool = await startPool(SCHEMA);
  await pool.createUser('mary', { given_name: 'Mary', ...attributes });
  return pool;
};

// https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html
describe('the schema of a pool', () => {
  it.each([
    [
      'an attribute it does not have',
      { 'custom:CustomAttr1': 'Purple' },
      'user.custom:CustomAttr1: Attribute does not exist in the schema.',
    ],
    ['a custom attribute without its prefix', { level: '3' }, 'user.level: Attribute does not exist in the schema.'],
    [
      'an immutable attribute',
      { 'custom:staff_number': '7' },
      'user.custom:staff_number: Attribute cannot be updated.',
    ],
    ['the sub', { sub: 'another' }, 'user.sub: Attribute cannot be updated.'],
    [
      'a value too short',
      { 'custom:connect_user_id': 'ab' },
      'user.custom:connect_user_id: String must be no shorter than 3 characters.',
    ],
    [
      'a value too long',
      { 'custom:connect_user_id': '123456789' },
      'user.custom:connect_user_id: String must be no longer than 8 characters.',
    ],
    ['a number too small', { 'custom:level': '0' }, 'user.custom:level: Number must be at least 1.'],
    ['a number too large', { 'custom:level': '10' }, 'user.custom:level: Number must be at most 9.'],
    ['a number in words', { 'custom:level': 'two' }, 'user.custom:level: Value must be a number.'],
    ['a required attribute deleted', { given_name: '' }, 'user.given_name: Attribute is required.'],
    ['an address that is none', { email: 'mary' }, 'Invalid email address format.'],
    ['a phone number without a plus', { phone_number: '0301234567' }, 'Invalid phone number format.'],
    [
      'a flag that is none',
      { email: 'm@example.com', email_verified: 'yes' },
      'user.email_verified: Value must be true or false.',
    ],
    ['a flag without its address', { email_verified: 'true' }, "Email is required to verify/un-verify a user's email."],
  ])('refuses %s, and stores nothing of that call', async (_, changes, message) => {
    const { update, read } = await startWithMary();

    const answer = await refusal(update('mary', { family_name: 'Jones', ...changes }));

    expect(answer).toBe(`400 InvalidParameterException: ${message}`);
    expect(await read('mary')).toEqual({ given_name: 'Mary' });
  });

  it('takes 2,048 characters and refuses one more', async () => {
    const { update } = await startWithMary();

    expect(await update('mary', { nickname: 'x'.repeat(2048) })).toEqual({});
    expect(await refusal(update('mary', { nickname: 'x'.repeat(2049) }))).toBe(
      "400 InvalidParameterException: 1 validation error detected: Value at 'userAttributes.member.value' failed to satisfy constraint: Member must have length less than or equal to 2048",
    );
  });

  it('lets creation set what is immutable', async () => {
    const { read } = await startWithMary({ 'custom:staff_number': '7' });

    expect(await read('mary')).toEqual({ given_name: 'Mary', 'custom:staff_number': '7' });
  });
});

// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminUpdateUserAttributes.html
describe('deleting attributes', () => {
  it('is done by an empty value, and an address takes its flag with it [assumption]', async () => {
    const { update, read } = await startWithMary({
      email: 'mary@example.com',
      email_verified: 'true',
      family_name: 'Smith',
    });

    await update('mary', { family_name: '', email: '' });

    expect(await read('mary')).toEqual({ given_name: 'Mary' });
  });

  it('is done by name, too', async () => {
    const { call, UserPoolId, read } = await startWithMary({ family_name: 'Smith', nickname: 'Mia' });

    await call('AdminDeleteUserAttributes', {
      UserPoolId,
      Username: 'mary',
      UserAttributeNames: ['family_name', 'zoneinfo'],
    });

    expect(await read('mary')).toEqual({ given_name: 'Mary', nickname: 'Mia' });
  });
});

// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UpdateUserAttributes.html
describe('what a signed-in user may write', () => {
  const writeAsMary = async (client: object, changes: Readonly<Record<string, string>>, settings: object = {}) => {
    const pool = await startWithMary();
    pool.cognito.admin.settings?.(settings);
    const { AccessToken } = await pool.signIn('mary', await pool.createClient(client));
    return refusal(pool.call('UpdateUserAttributes', { AccessToken, UserAttributes: toList(changes) }));
  };
  const done = { CodeDeliveryDetailsList: [] };
  const refused = '400 NotAuthorizedException: A client attempted to write unauthorized attribute';
  const custom = { 'custom:connect_user_id': 'agent-9' };

  it.each<[string, object, Readonly<Record<string, string>>, unknown]>([
    ['standard attributes by default', {}, { family_name: 'Jones' }, done],
    ['no custom attribute by default [assumption: AWS pages disagree]', {}, custom, refused],
    ['a listed custom attribute', { WriteAttributes: ['custom:connect_user_id'] }, custom, done],
    ['nothing that is not listed', { WriteAttributes: ['family_name'] }, { nickname: 'Mia' }, refused],
    [
      'required attributes even when they are not listed',
      { WriteAttributes: ['family_name'] },
      { given_name: 'Maria' },
      done,
    ],
    ['no verification flag', {}, { email: 'm@example.com', email_verified: 'true' }, refused],
  ])('%s', async (_, client, changes, expected) => {
    expect(await writeAsMary(client, changes)).toEqual(expected);
  });

  it('custom attributes by default when the switch says so', async () => {
    expect(await writeAsMary({}, custom, { defaultWriteAttributes: 'all' })).toEqual(done);
  });

  it('can delete only what they may write', async () => {
    const pool = await startWithMary({ nickname: 'Mia', 'custom:level': '3' });
    const { AccessToken } = await pool.signIn('mary', await pool.createClient());

    const refusedDelete = await refusal(
      pool.call('DeleteUserAttributes', { AccessToken, UserAttributeNames: ['custom:level'] }),
    );
    await pool.call('DeleteUserAttributes', { AccessToken, UserAttributeNames: ['nickname'] });

    expect(refusedDelete).toBe(refused);
    expect(await pool.read('mary')).toEqual({ given_name: 'Mary', 'custom:level': '3' });
  });

  it('is told where codes went, masked', async () => {
    const pool = await startPool({ AutoVerifiedAttributes: ['email', 'phone_number'] });
    await pool.createUser('mary');
    const { AccessToken } = await pool.signIn('mary', await pool.createClient());

    const answer = await pool.call('UpdateUserAttributes', {
      AccessToken,
      UserAttributes: toList({ email: 'mary@example.com', phone_number: '+49301234567' }),
    });

    expect(answer).toEqual({
      CodeDeliveryDetailsList: [
        { Destination: 'm***@e***', DeliveryMedium: 'EMAIL', AttributeName: 'email' },
        { Destination: '+*******4567', DeliveryMedium: 'SMS', AttributeName: 'phone_number' },
      ],
    });
  });

  it('reads only what the app client may read', async () => {
    const pool = await startWithMary({ family_name: 'Smith' });
    const { AccessToken } = await pool.signIn('mary', await pool.createClient({ ReadAttributes: ['family_name'] }));

    const answer = await pool.call<{ UserAttributes: { Name: string }[] }>('GetUser', { AccessToken });

    expect(answer.UserAttributes.map(({ Name }) => Name)).toEqual(['sub', 'family_name']);
  });
});

describe('concurrent writes', () => {
  it('keep each other’s attributes although one waits for its trigger', async () => {
    const gate = Promise.withResolvers<void>();
    const pool = await startPool(
      {
        AutoVerifiedAttributes: ['email'],
        LambdaConfig: { CustomMessage: 'arn:aws:lambda:eu-west-1:111122223333:function:slow' },
      },
      async (event) => {
        await gate.promise;
        return event;
      },
    );
    await pool.createUser('mary', { family_name: 'Smith' });

    const slow = pool.update('mary', { email: 'mary@example.com' });
    await pool.update('mary', { family_name: 'Jones' });
    gate.resolve();
    await slow;

    expect(await pool.read('mary')).toEqual({
      family_name: 'Jones',
      email: 'mary@example.com',
      email_verified: 'false',
    });
  });
});
