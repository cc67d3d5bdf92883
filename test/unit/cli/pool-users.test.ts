import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPoolUsers } from '../../../cli/adapters/cognito-pool-users.ts';
import { failure, startService } from '../adapters/canned-service.ts';
import { POOL_ID } from './doubles.ts';
import { JOHN, MARY, NOW } from './user-doubles.ts';

let service: Awaited<ReturnType<typeof startService>>;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.stop());

const start = () => createPoolUsers(new CognitoIdentityProviderClient(service.client()), POOL_ID);
const described = (Username: string, attributes: Readonly<Record<string, string>>) => ({
  Username,
  Attributes: Object.entries(attributes).map(([Name, Value]) => ({ Name, Value })),
  UserLastModifiedDate: NOW / 1_000,
  UserStatus: 'CONFIRMED',
});
const page = (users: readonly object[], PaginationToken?: string) => ({ body: { Users: users, PaginationToken } });
const calls = () => service.requests.map(({ operation, body }) => [operation, body]);

describe('users who have an attribute', () => {
  it('are looked for on every page, as empty ones may come first', async () => {
    service.answer(page([], 'one'), page([], 'two'), page([described('mary', { sub: MARY })]));

    expect(await start().having('sub', MARY)).toEqual([
      { sub: MARY, username: 'mary', attributes: { sub: MARY }, modifiedAt: NOW, providers: [] },
    ]);
    const Filter = `sub = "${MARY}"`;
    expect(calls()).toEqual([
      ['ListUsers', { UserPoolId: POOL_ID, Filter }],
      ['ListUsers', { UserPoolId: POOL_ID, Filter, PaginationToken: 'one' }],
      ['ListUsers', { UserPoolId: POOL_ID, Filter, PaginationToken: 'two' }],
    ]);
  });

  it('end with an empty token', async () => {
    service.answer(page([described('mary', { sub: MARY })], ''));

    expect(await start().having('sub', MARY)).toHaveLength(1);
  });

  it('are those of exactly this value, however wide the answer is', async () => {
    service.answer(page([described('mary.smithson', { sub: JOHN }), described('mary.smith', { sub: MARY })]));

    expect((await start().having('username', 'mary.smith')).map(({ sub }) => sub)).toEqual([MARY]);
  });

  it('have an address whatever its case', async () => {
    service.answer(page([described('mary', { sub: MARY, email: 'Mary@Example.com' })]));

    expect(await start().having('email', 'mary@example.com')).toHaveLength(1);
  });

  it('are not asked for by a text that is too long for a filter, which is a mistake of the operator', async () => {
    await expect(start().having('username', 'x'.repeat(300))).rejects.toMatchObject({
      name: 'ConfigError',
      message: 'Cognito searches for no text of 300 characters: name the user by the user name or the sub.',
    });
  });

  it('cannot be widened by quotes in the value', async () => {
    service.answer(page([]));

    await start().having('username', 'a" or \\');
    expect(calls()).toEqual([['ListUsers', { UserPoolId: POOL_ID, Filter: 'username = "a\\" or \\\\"' }]]);
  });

  it('are left out without a sub, as nothing could be done about them', async () => {
    service.answer(page([described('missing', {}), described('mary', { sub: MARY, name: 'Mary' })]));

    expect((await start().having('name', 'Mary')).map(({ username }) => username)).toEqual(['mary']);
  });

  it('are not taken for missing when the pool cannot be asked', async () => {
    service.answer(failure('NotAuthorizedException'));

    await expect(start().having('sub', MARY)).rejects.toMatchObject({ code: 'NotAuthorizedException' });
  });
});

describe('the user of a name', () => {
  it('is whom Cognito finds', async () => {
    const { Attributes, ...user } = described('google_1', { sub: MARY, identities: '[{"providerName":"Google"}]' });
    service.answer({ body: { ...user, UserAttributes: Attributes, UserStatus: 'EXTERNAL_PROVIDER' } });

    expect(await start().named('mary')).toMatchObject({ sub: MARY, username: 'google_1', providers: ['Google'] });
    expect(calls()).toEqual([['AdminGetUser', { UserPoolId: POOL_ID, Username: 'mary' }]]);
  });

  it('is none when there is no such user', async () => {
    service.answer(failure('UserNotFoundException'));

    expect(await start().named('mary')).toBeUndefined();
  });

  it.each(['Mary Smith', 'mary\u0007', '', 'x'.repeat(129)])(
    'is none for %j, which Cognito does not take as a user name',
    async (text) => {
      service.answer();

      expect(await start().named(text)).toBeUndefined();
      expect(calls()).toEqual([]);
    },
  );

  it('comes from no provider that can be trusted when its list cannot be read', async () => {
    const { Attributes, ...user } = described('google_1', { sub: MARY, identities: 'not JSON' });
    service.answer({ body: { ...user, UserAttributes: Attributes, UserStatus: 'EXTERNAL_PROVIDER' } });

    expect(await start().named('google_1')).toMatchObject({ providers: [] });
  });

  it('is an unexpected answer without a sub', async () => {
    service.answer({ body: { Username: 'mary', UserAttributes: [] } });

    await expect(start().named('mary')).rejects.toMatchObject({ code: 'unexpected-answer' });
  });
});

describe('the rules of sign-in', () => {
  it.each([
    [{}, { ignoresCase: false, byAddress: false, selfSignUp: true, preSignUp: false }],
    [
      { UsernameConfiguration: { CaseSensitive: true }, AliasAttributes: ['preferred_username'] },
      { ignoresCase: false, byAddress: false, selfSignUp: true, preSignUp: false },
    ],
    [
      { UsernameConfiguration: { CaseSensitive: false }, AliasAttributes: ['email'] },
      { ignoresCase: true, byAddress: true, selfSignUp: true, preSignUp: false },
    ],
    [
      { AdminCreateUserConfig: { AllowAdminCreateUserOnly: true } },
      { ignoresCase: false, byAddress: false, selfSignUp: false, preSignUp: false },
    ],
    [
      { LambdaConfig: { PreSignUp: 'arn' } },
      { ignoresCase: false, byAddress: false, selfSignUp: true, preSignUp: true },
    ],
    [{ UsernameAttributes: ['email'] }, { ignoresCase: false, byAddress: true, selfSignUp: true, preSignUp: false }],
  ])('of a pool with %j are read', async (members, expected) => {
    service.answer({ body: { UserPool: members } });

    expect(await start().signInRules()).toEqual(expected);
  });
});
