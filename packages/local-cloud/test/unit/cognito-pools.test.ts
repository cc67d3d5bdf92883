import { describe, expect, it } from 'vitest';
import { refusal, startCognito, startPool } from './cognito-fixture.ts';

const FUNCTION = 'arn:aws:lambda:eu-west-1:111122223333:function:f';

/** Every member that can be updated, at a value that is not its default. */
const EVERYTHING = {
  Policies: {
    PasswordPolicy: {
      MinimumLength: 12,
      RequireUppercase: false,
      PasswordHistorySize: 3,
      TemporaryPasswordValidityDays: 2,
    },
    SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'EMAIL_OTP'] },
  },
  DeletionProtection: 'ACTIVE',
  LambdaConfig: {
    CustomMessage: FUNCTION,
    PreTokenGeneration: FUNCTION,
    PreTokenGenerationConfig: { LambdaArn: FUNCTION, LambdaVersion: 'V2_0' },
  },
  AutoVerifiedAttributes: ['email', 'phone_number'],
  SmsVerificationMessage: 'Code {####}',
  EmailVerificationMessage: 'Code {####}',
  EmailVerificationSubject: 'Code',
  VerificationMessageTemplate: { DefaultEmailOption: 'CONFIRM_WITH_LINK', EmailMessageByLink: '{##Click##}' },
  SmsAuthenticationMessage: 'MFA {####}',
  UserAttributeUpdateSettings: { AttributesRequireVerificationBeforeUpdate: ['email'] },
  MfaConfiguration: 'OPTIONAL',
  DeviceConfiguration: { ChallengeRequiredOnNewDevice: true },
  EmailConfiguration: {
    EmailSendingAccount: 'DEVELOPER',
    SourceArn: 'arn:aws:ses:eu-west-1:111122223333:identity/example.com',
  },
  SmsConfiguration: { SnsCallerArn: 'arn:aws:iam::111122223333:role/sms', ExternalId: 'x' },
  UserPoolTags: { team: 'identity' },
  AdminCreateUserConfig: { AllowAdminCreateUserOnly: true, InviteMessageTemplate: { EmailSubject: 'Hello' } },
  UserPoolAddOns: { AdvancedSecurityMode: 'AUDIT' },
  DcrConfiguration: { Enabled: true },
  AccountRecoverySetting: { RecoveryMechanisms: [{ Name: 'verified_email', Priority: 1 }] },
  UserPoolTier: 'PLUS',
  KeyConfiguration: { KeyArn: 'arn:aws:kms:eu-west-1:111122223333:key/1' },
  IssuerConfiguration: { IssuerUrl: 'https://id.example.com' },
  AcrConfiguration: { gold: { Level: 2 } },
};

const describePool = async (pool: Pick<Awaited<ReturnType<typeof startPool>>, 'call' | 'UserPoolId'>) =>
  (await pool.call<{ UserPool: Record<string, unknown> }>('DescribeUserPool', { UserPoolId: pool.UserPoolId }))
    .UserPool;

// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UpdateUserPool.html
describe('a user pool', () => {
  it('is described with everything it was created with', async () => {
    const pool = await startPool({
      ...EVERYTHING,
      AliasAttributes: ['email'],
      UsernameConfiguration: { CaseSensitive: false },
    });

    const described = await describePool(pool);

    expect(described).toMatchObject({
      ...EVERYTHING,
      AliasAttributes: ['email'],
      UsernameConfiguration: { CaseSensitive: false },
      Id: pool.UserPoolId,
      Name: 'staff',
      Arn: `arn:aws:cognito-idp:eu-west-1:111122223333:userpool/${pool.UserPoolId}`,
      CreationDate: new Date('2026-01-01T00:00:00Z'),
      LastModifiedDate: new Date('2026-01-01T00:00:00Z'),
      EstimatedNumberOfUsers: 0,
    });
    expect(pool.UserPoolId).toMatch(/^eu-west-1_[A-Za-z0-9]{9}$/);
  });

  it('loses everything that an update does not send, but its name and DcrConfiguration', async () => {
    const pool = await startPool(EVERYTHING);
    await pool.clock.advance(7);

    await pool.call('UpdateUserPool', { UserPoolId: pool.UserPoolId, LambdaConfig: { PostConfirmation: FUNCTION } });
    const { SchemaAttributes: _, Id: __, Arn: ___, ...described } = await describePool(pool);

    expect(described).toEqual({
      Name: 'staff',
      CreationDate: new Date('2026-01-01T00:00:00.000Z'),
      LastModifiedDate: new Date('2026-01-01T00:00:00.007Z'),
      EstimatedNumberOfUsers: 0,
      Policies: {
        PasswordPolicy: {
          MinimumLength: 8,
          RequireUppercase: true,
          RequireLowercase: true,
          RequireNumbers: true,
          RequireSymbols: true,
          TemporaryPasswordValidityDays: 7,
        },
        SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD'] },
      },
      DeletionProtection: 'INACTIVE',
      LambdaConfig: { PostConfirmation: FUNCTION },
      VerificationMessageTemplate: { DefaultEmailOption: 'CONFIRM_WITH_CODE' },
      MfaConfiguration: 'OFF',
      EmailConfiguration: { EmailSendingAccount: 'COGNITO_DEFAULT' },
      UserPoolTags: {},
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: false },
      DcrConfiguration: { Enabled: true },
      UserPoolTier: 'ESSENTIALS',
    });
  });

  it('survives an update that sends all of it back', async () => {
    const pool = await startPool(EVERYTHING);
    const before = await describePool(pool);

    await pool.call('UpdateUserPool', { UserPoolId: pool.UserPoolId, PoolName: 'staff', ...EVERYTHING });

    expect(await describePool(pool)).toEqual(before);
  });

  it('cannot be changed through what it was described or created with', async () => {
    const LambdaConfig = { CustomMessage: FUNCTION };
    const pool = await startPool({ LambdaConfig });

    LambdaConfig.CustomMessage = 'changed';
    ((await describePool(pool)) as { LambdaConfig: object }).LambdaConfig = {};

    expect(await describePool(pool)).toMatchObject({ LambdaConfig: { CustomMessage: FUNCTION } });
  });

  it.each([
    [
      'aliases together with addresses as user names',
      { AliasAttributes: ['email'], UsernameAttributes: ['email'] },
      'Only one of the aliasAttributes or usernameAttributes can be set in a user pool.',
    ],
    [
      'two functions for one trigger',
      {
        LambdaConfig: {
          PreTokenGeneration: FUNCTION,
          PreTokenGenerationConfig: { LambdaArn: `${FUNCTION}2`, LambdaVersion: 'V1_0' },
        },
      },
      'PreTokenGeneration and PreTokenGenerationConfig must name the same function.',
    ],
    [
      'both names of one password period',
      {
        Policies: { PasswordPolicy: { TemporaryPasswordValidityDays: 3 } },
        AdminCreateUserConfig: { UnusedAccountValidityDays: 9 },
      },
      'Please use TemporaryPasswordValidityDays in PasswordPolicy instead of UnusedAccountValidityDays',
    ],
    [
      'waiting for a verification that is never asked for',
      { UserAttributeUpdateSettings: { AttributesRequireVerificationBeforeUpdate: ['email'] } },
      'AttributesRequireVerificationBeforeUpdate holds email, which is not in AutoVerifiedAttributes.',
    ],
    [
      'a required custom attribute',
      { Schema: [{ Name: 'team', AttributeDataType: 'String', Required: true }] },
      'Required custom attributes are not supported currently.',
    ],
    [
      'a custom attribute with a long name',
      { Schema: [{ Name: 'a-name-of-21-letters-', AttributeDataType: 'String' }] },
      'Custom attribute name a-name-of-21-letters- must have 1 to 20 characters.',
    ],
  ])('is not created with %s', async (_, settings, message) => {
    const { call } = startCognito();

    expect(await refusal(call('CreateUserPool', { PoolName: 'staff', ...settings }))).toBe(
      `400 InvalidParameterException: ${message}`,
    );
  });

  it('shows standard attributes as overridden and custom ones under their prefix', async () => {
    const pool = await startPool({
      Schema: [
        { Name: 'email', AttributeDataType: 'String', Required: true, Mutable: true },
        { Name: 'team', AttributeDataType: 'String', Mutable: true },
        { Name: 'secret', AttributeDataType: 'String', Mutable: true, DeveloperOnlyAttribute: true },
      ],
    });

    const { SchemaAttributes } = (await describePool(pool)) as {
      SchemaAttributes: { Name: string; Required: boolean }[];
    };

    expect(SchemaAttributes.filter(({ Required }) => Required).map(({ Name }) => Name)).toEqual(['sub', 'email']);
    expect(SchemaAttributes.map(({ Name }) => Name).slice(-2)).toEqual(['custom:team', 'dev:secret']);
    expect(SchemaAttributes).toHaveLength(23);
  });

  it('gets custom attributes later, each name once', async () => {
    const pool = await startPool();
    const add = () =>
      refusal(
        pool.call('AddCustomAttributes', {
          UserPoolId: pool.UserPoolId,
          CustomAttributes: [{ Name: 'team', AttributeDataType: 'String', Mutable: true }],
        }),
      );
    await pool.createUser('mary');

    expect(await add()).toEqual({});
    expect(await pool.update('mary', { 'custom:team': 'north' })).toEqual({});
    expect(await add()).toBe(
      '400 InvalidParameterException: custom:team: Existing attribute already has name custom:team.',
    );
  });

  it('is deleted unless it is protected', async () => {
    const pool = await startPool({ DeletionProtection: 'ACTIVE' });
    const remove = () => refusal(pool.call('DeleteUserPool', { UserPoolId: pool.UserPoolId }));

    expect(await remove()).toContain('400 InvalidParameterException: The user pool cannot be deleted');
    await pool.call('UpdateUserPool', { UserPoolId: pool.UserPoolId });
    expect(await remove()).toEqual({});
    expect(await remove()).toBe(`400 ResourceNotFoundException: User pool ${pool.UserPoolId} does not exist.`);
  });

  it('is listed page by page', async () => {
    const { call } = startCognito();
    for (const PoolName of ['one', 'two', 'three']) await call('CreateUserPool', { PoolName });
    const list = (more: object) =>
      call<{ UserPools: { Name: string }[]; NextToken?: string }>('ListUserPools', { MaxResults: 2, ...more });

    const first = await list({});
    const second = await list({ NextToken: first.NextToken });

    expect([...first.UserPools, ...second.UserPools].map(({ Name }) => Name)).toEqual(['one', 'two', 'three']);
    expect(second).not.toHaveProperty('NextToken');
  });
});

// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UpdateUserPoolClient.html
describe('an app client', () => {
  it('is described as created, with a secret only when asked for', async () => {
    const pool = await startPool();
    const ClientId = await pool.createClient({ GenerateSecret: true, WriteAttributes: ['name'] });

    const { UserPoolClient } = await pool.call<{ UserPoolClient: { ClientSecret: string } }>('DescribeUserPoolClient', {
      UserPoolId: pool.UserPoolId,
      ClientId,
    });

    expect(ClientId).toMatch(/^[a-z0-9]{26}$/);
    expect(UserPoolClient.ClientSecret).toMatch(/^[A-Za-z0-9]{51}$/);
    expect(UserPoolClient).toMatchObject({ ClientName: 'app', WriteAttributes: ['name'], RefreshTokenValidity: 30 });
  });

  it('loses what an update does not send', async () => {
    const pool = await startPool();
    const ClientId = await pool.createClient({ WriteAttributes: ['name'] });

    const { UserPoolClient } = await pool.call<{ UserPoolClient: object }>('UpdateUserPoolClient', {
      UserPoolId: pool.UserPoolId,
      ClientId,
      ReadAttributes: ['name'],
    });

    expect(UserPoolClient).not.toHaveProperty('WriteAttributes');
    expect(UserPoolClient).toMatchObject({ ClientName: 'app', ReadAttributes: ['name'] });
  });

  it('is refused with an attribute the pool does not have, or a flag as writable', async () => {
    const pool = await startPool();
    const message = '400 InvalidParameterException: Invalid write attributes specified while creating a client';

    expect(await refusal(pool.createClient({ WriteAttributes: ['custom:none'] }))).toBe(message);
    expect(await refusal(pool.createClient({ WriteAttributes: ['email_verified'] }))).toBe(message);
  });

  it('is listed until it is deleted', async () => {
    const pool = await startPool();
    const ClientId = await pool.createClient();
    const list = () => pool.call('ListUserPoolClients', { UserPoolId: pool.UserPoolId });

    expect(await list()).toEqual({ UserPoolClients: [{ ClientId, UserPoolId: pool.UserPoolId, ClientName: 'app' }] });
    await pool.call('DeleteUserPoolClient', { UserPoolId: pool.UserPoolId, ClientId });
    expect(await list()).toEqual({ UserPoolClients: [] });
  });
});
