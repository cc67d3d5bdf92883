import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFindSub } from '../../../cli/adapters/cognito-subs.ts';
import { failure, startService } from '../adapters/canned-service.ts';
import { POOL_ID } from './doubles.ts';
import { JOHN, MARY } from './user-doubles.ts';

let service: Awaited<ReturnType<typeof startService>>;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.stop());

const start = () => createFindSub(new CognitoIdentityProviderClient(service.client()), POOL_ID);
const user = (sub: string) => ({ body: { Username: 'someone', UserAttributes: [{ Name: 'sub', Value: sub }] } });
const listed = (...subs: readonly string[]) => ({
  body: { Users: subs.map((sub) => ({ Username: 'someone', Attributes: [{ Name: 'sub', Value: sub }] })) },
});
const NOBODY = failure('UserNotFoundException');
const calls = () => service.requests.map(({ operation, body }) => [operation, body]);
const GET = (Username: string) => ['AdminGetUser', { UserPoolId: POOL_ID, Username }];
const LIST = ['ListUsers', { UserPoolId: POOL_ID, Filter: `sub = "${MARY}"`, Limit: 1 }];

describe('the sub of a user', () => {
  it('is found by user name', async () => {
    service.answer(user(MARY));

    expect(await start()('mary.smith')).toBe(MARY);
    expect(calls()).toEqual([GET('mary.smith')]);
  });

  it('is found by itself where it is a user name too', async () => {
    service.answer(user(MARY));

    expect(await start()(MARY)).toBe(MARY);
    expect(calls()).toEqual([GET(MARY)]);
  });

  it('is found by a list where it is no user name: a federated user', async () => {
    service.answer(NOBODY, listed(MARY));

    expect(await start()(MARY)).toBe(MARY);
    expect(calls()).toEqual([GET(MARY), LIST]);
  });

  it('goes before a user name that looks like it', async () => {
    service.answer(user(JOHN), listed(MARY));

    expect(await start()(MARY)).toBe(MARY);
  });

  it('is that of the user with such a name when nobody has such a sub', async () => {
    service.answer(user(JOHN), listed());

    expect(await start()(MARY)).toBe(JOHN);
  });

  it.each(['mary.smith', MARY])('is none for %s when there is nobody', async (name) => {
    service.answer(NOBODY, listed());

    expect(await start()(name)).toBeUndefined();
  });

  it('is not taken for missing when the pool cannot be asked', async () => {
    service.answer(failure('NotAuthorizedException'));

    await expect(start()('mary.smith')).rejects.toMatchObject({ code: 'NotAuthorizedException' });
  });
});
