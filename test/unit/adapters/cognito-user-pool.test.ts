import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createUserPool } from '../../../lambda/adapters/cognito-user-pool.ts';
import { failure, startService } from './canned-service.ts';

const POOL = 'eu-central-1_EXAMPLE00';
const SUB = '11111111-1111-4111-8111-111111111111';
const OTHER = '22222222-2222-4222-8222-222222222222';

let service: Awaited<ReturnType<typeof startService>>;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.stop());

const start = (now: () => number = () => 0) =>
  createUserPool(new CognitoIdentityProviderClient(service.client()), POOL, now);

const user = (sub: string, more: readonly object[] = []) => ({
  body: {
    Username: 'mary.user',
    UserAttributes: [{ Name: 'sub', Value: sub }, { Name: 'given_name', Value: 'Mary' }, ...more],
    UserLastModifiedDate: 1_767_268_800.123,
    Enabled: true,
  },
});
const listed = (...subs: readonly string[]) => ({
  body: { Users: subs.map((sub) => ({ Username: `user-${sub}`, Attributes: [{ Name: 'sub', Value: sub }] })) },
});
const MISSING = failure('UserNotFoundException');

describe('findUser', () => {
  it('asks for the sub itself and reads attributes and modification time', async () => {
    service.answer(user(SUB, [{ Name: 'email' }]));

    const found = await start().findUser(SUB);

    expect(found).toEqual({
      sub: SUB,
      username: 'mary.user',
      attributes: { sub: SUB, given_name: 'Mary', email: '' },
      modifiedAt: 1_767_268_800_123,
      providers: [],
    });
    expect(service.requests.map(({ operation, body }) => [operation, body])).toEqual([
      ['AdminGetUser', { UserPoolId: POOL, Username: SUB }],
    ]);
  });

  it('finds the user name by a list when the sub is none, and reads the values from AdminGetUser', async () => {
    service.answer(MISSING, listed(SUB), user(SUB));

    const found = await start().findUser(SUB);

    expect(found).toMatchObject({ sub: SUB, username: 'mary.user', attributes: { given_name: 'Mary' } });
    expect(service.requests.map(({ operation, body }) => [operation, body])).toEqual([
      ['AdminGetUser', { UserPoolId: POOL, Username: SUB }],
      ['ListUsers', { UserPoolId: POOL, Filter: `sub = "${SUB}"` }],
      ['AdminGetUser', { UserPoolId: POOL, Username: `user-${SUB}` }],
    ]);
  });

  it('does not accept a user with another sub', async () => {
    service.answer(user(OTHER), listed(SUB), user(SUB));

    const found = await start().findUser(SUB);

    expect(found?.sub).toBe(SUB);
    expect(service.requests).toHaveLength(3);
  });

  it.each([
    ['neither answer knows the sub', [MISSING, listed()]],
    ['the list has another user', [MISSING, listed(OTHER)]],
    ['the user is deleted between the two', [MISSING, listed(SUB), MISSING]],
    ['the user name belongs to another sub by then', [MISSING, listed(SUB), user(OTHER)]],
  ])('finds no user when %s', async (_, answers) => {
    service.answer(...answers);

    expect(await start().findUser(SUB)).toBeUndefined();
    expect(service.requests).toHaveLength(answers.length);
  });

  it.each([
    ['reads the providers of a federated user', 'EXTERNAL_PROVIDER', ['Okta', 'Azure'], undefined],
    ['reads those that are linked to a local user apart', 'CONFIRMED', [], ['Okta', 'Azure']],
  ])('%s', async (_, UserStatus, providers, linkedProviders) => {
    const identities = JSON.stringify([
      { userId: 'x', providerName: 'Okta', providerType: 'SAML', primary: 'true' },
      { userId: 'y', providerName: 'Azure' },
    ]);
    const { body } = user(SUB, [{ Name: 'identities', Value: identities }]);
    service.answer({ body: { ...(body as object), UserStatus } });

    const found = await start().findUser(SUB);

    expect(found).toMatchObject({ providers, ...(linkedProviders && { linkedProviders }) });
  });

  it.each([
    ['of another form', '{"providerName":"Okta"}', ['']],
    ['that are empty', '', undefined],
    ['that are none', '[]', undefined],
  ])('takes from identities %s no provider that can be trusted', async (_, Value, linked) => {
    service.answer(user(SUB, [{ Name: 'identities', Value }]));

    const found = await start().findUser(SUB);

    expect([found?.providers, found?.linkedProviders]).toEqual([[], linked]);
  });

  it('counts a federated user without identities as one of a provider without a name', async () => {
    const { body } = user(SUB);
    service.answer({ body: { ...(body as object), UserStatus: 'EXTERNAL_PROVIDER' } });

    expect((await start().findUser(SUB))?.providers).toEqual(['']);
  });

  it.each([
    ['without a sub', { Username: 'mary.user', UserAttributes: [], UserLastModifiedDate: 1 }],
    ['without a user name', { UserAttributes: [{ Name: 'sub', Value: SUB }], UserLastModifiedDate: 1 }],
    ['without a time', { Username: 'mary.user', UserAttributes: [{ Name: 'sub', Value: SUB }] }],
  ])('refuses an answer %s', async (_, body) => {
    service.answer({ body });

    await expect(start().findUser(SUB)).rejects.toMatchObject({ name: 'PermanentError', code: 'unexpected-answer' });
  });

  it.each([
    ['AdminGetUser', [failure('TooManyRequestsException')], 'TransientError'],
    ['ListUsers', [MISSING, failure('TooManyRequestsException')], 'TransientError'],
    ['AdminGetUser', [failure('ResourceNotFoundException')], 'PermanentError'],
  ])('does not take a failing %s for an absent user', async (operation, answers, name) => {
    service.answer(...answers);

    const finding = start().findUser(SUB);

    await expect(finding).rejects.toMatchObject({ name, message: expect.stringContaining(`cognito-idp:${operation}`) });
  });
});

describe('exposure', () => {
  const pool = (more: object) => ({ body: { UserPool: { Id: POOL, ...more } } });
  const clients = (ids: readonly string[], NextToken?: string) => ({
    body: {
      UserPoolClients: ids.map((ClientId) => ({ ClientId, UserPoolId: POOL })),
      ...(NextToken ? { NextToken } : {}),
    },
  });
  const client = (WriteAttributes?: readonly string[]) => ({
    body: { UserPoolClient: { UserPoolId: POOL, ...(WriteAttributes ? { WriteAttributes } : {}) } },
  });
  const CLOSED = { AdminCreateUserConfig: { AllowAdminCreateUserOnly: true } };

  it.each([
    ['only administrators create users', CLOSED, false],
    ['the pool says that everyone may', { AdminCreateUserConfig: { AllowAdminCreateUserOnly: false } }, true],
    ['the pool says nothing of it', {}, true],
  ])('of sign-up when %s', async (_, settings, expected) => {
    service.answer(pool(settings), clients([]));

    const exposure = await start().exposure();

    expect(exposure).toMatchObject({
      keepsVerifiedEmail: false,
      preSignUp: false,
      selfSignUp: expected,
      writableAttributes: new Set(),
    });
  });

  it('reads no app client where no rule reads an attribute', async () => {
    service.answer(pool(CLOSED));
    const users = createUserPool(new CognitoIdentityProviderClient(service.client()), POOL, () => 0, {
      readsClients: false,
    });

    expect(await users.exposure()).toMatchObject({ selfSignUp: false, writableAttributes: new Set() });
    expect(service.requests).toHaveLength(1);
  });

  it('leaves out an app client that was deleted after it was listed', async () => {
    service.answer(pool(CLOSED), clients(['gone', 'one']), failure('ResourceNotFoundException'), client(['nickname']));

    expect(await start().exposure()).toMatchObject({ writableAttributes: new Set(['nickname']) });
  });

  it('gathers what the users of every app client may write, page by page', async () => {
    service.answer(
      pool(CLOSED),
      clients(['one', 'two'], 'more'),
      client(['email']),
      client(['custom:agent', 'email']),
      clients(['three']),
      client(['name']),
    );

    const exposure = await start().exposure();

    expect(exposure.writableAttributes).toEqual(new Set(['email', 'custom:agent', 'name']));
    expect(service.requests.map(({ operation, body }) => [operation, body])).toEqual([
      ['DescribeUserPool', { UserPoolId: POOL }],
      ['ListUserPoolClients', { UserPoolId: POOL, MaxResults: 60 }],
      ['DescribeUserPoolClient', { UserPoolId: POOL, ClientId: 'one' }],
      ['DescribeUserPoolClient', { UserPoolId: POOL, ClientId: 'two' }],
      ['ListUserPoolClients', { UserPoolId: POOL, MaxResults: 60, NextToken: 'more' }],
      ['DescribeUserPoolClient', { UserPoolId: POOL, ClientId: 'three' }],
    ]);
  });

  it('counts every attribute of the pool as writable by a client without a list', async () => {
    service.answer(
      pool({ ...CLOSED, SchemaAttributes: [{ Name: 'email' }, { Name: 'custom:agent' }] }),
      clients(['one']),
      client(),
    );

    const exposure = await start().exposure();

    expect(exposure.writableAttributes).toEqual(new Set(['email', 'custom:agent']));
  });

  it('is kept for a minute and no longer', async () => {
    let now = 0;
    const userPool = start(() => now);
    service.answer(pool(CLOSED), clients([]), pool({}), clients([]));

    const first = await userPool.exposure();
    now = 59_999;
    const second = await userPool.exposure();
    now = 60_000;
    const third = await userPool.exposure();

    expect([first, second, third].map(({ selfSignUp }) => selfSignUp)).toEqual([false, false, true]);
    expect(service.requests).toHaveLength(4);
  });

  it('is read once for users that are reconciled at the same time', async () => {
    const userPool = start();
    service.answer(pool(CLOSED), clients([]));

    const all = await Promise.all(Array.from({ length: 5 }, () => userPool.exposure()));

    expect(all.map(({ selfSignUp }) => selfSignUp)).toEqual([false, false, false, false, false]);
    expect(service.requests).toHaveLength(2);
  });

  it('is read again after a read that failed', async () => {
    const userPool = start();
    service.answer(failure('NotAuthorizedException'), pool(CLOSED), clients([]));

    await expect(userPool.exposure()).rejects.toThrow('NotAuthorizedException');

    expect((await userPool.exposure()).selfSignUp).toBe(false);
  });

  it('is read again when the kept settings are older than required, with a margin of two seconds for clocks', async () => {
    let now = 10_000;
    const userPool = start(() => now);
    service.answer(pool(CLOSED), clients([]), pool({}), clients([]));

    const first = await userPool.exposure(0);
    now = 11_000;
    const same = await userPool.exposure(7_999);
    const anew = await userPool.exposure(8_000);

    expect([first, same, anew].map(({ selfSignUp, readAt }) => [selfSignUp, readAt])).toEqual([
      [false, 10_000],
      [false, 10_000],
      [true, 11_000],
    ]);
  });
});

describe('groupsOf', () => {
  const groups = (names: readonly string[], NextToken?: string) => ({
    body: { Groups: names.map((GroupName) => ({ GroupName })), ...(NextToken ? { NextToken } : {}) },
  });

  it('reads all pages', async () => {
    service.answer(groups(['admins'], 'more'), groups(['agents']));

    const names = await start().groupsOf('mary.user');

    expect(names).toEqual(['admins', 'agents']);
    expect(service.requests.map(({ operation, body }) => [operation, body])).toMatchObject([
      ['AdminListGroupsForUser', { UserPoolId: POOL, Username: 'mary.user' }],
      ['AdminListGroupsForUser', { UserPoolId: POOL, Username: 'mary.user', NextToken: 'more' }],
    ]);
  });

  it('does not count a failing list as no group', async () => {
    service.answer(groups(['admins'], 'more'), failure('TooManyRequestsException'));

    await expect(start().groupsOf('mary.user')).rejects.toMatchObject({ name: 'TransientError' });
  });
});
