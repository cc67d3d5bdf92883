import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startService } from './canned-service.ts';
import { error, INSTANCE, startDirectory } from './connect-directory-fixture.ts';

let service: Awaited<ReturnType<typeof startService>>;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.stop());

const start = (now?: () => number) => startDirectory(service, now);

describe('identityManagementType', () => {
  it('is asked once', async () => {
    const { directory, rateLimited } = start();
    service.answer({ body: { Instance: { Id: INSTANCE, IdentityManagementType: 'SAML' } } });

    const types = [await directory.identityManagementType(), await directory.identityManagementType()];

    expect(types).toEqual(['SAML', 'SAML']);
    expect(service.requests).toMatchObject([{ method: 'GET', path: `/instance/${INSTANCE}` }]);
    expect(rateLimited).toEqual([['DescribeInstance', 0]]);
  });

  it('is asked again after a failure', async () => {
    const { directory } = start();
    service.answer(error(429, 'TooManyRequestsException'), {
      body: { Instance: { IdentityManagementType: 'CONNECT_MANAGED' } },
    });

    await expect(directory.identityManagementType()).rejects.toMatchObject({ name: 'TransientError' });
    expect(await directory.identityManagementType()).toBe('CONNECT_MANAGED');
  });

  it('is never guessed', async () => {
    const { directory } = start();
    service.answer({ body: { Instance: { IdentityManagementType: 'SOMETHING_NEW' } } });

    await expect(directory.identityManagementType()).rejects.toThrow();
  });
});

describe('securityProfileIds', () => {
  const page = (profiles: Readonly<Record<string, string>>, NextToken?: string) => ({
    body: {
      SecurityProfileSummaryList: Object.entries(profiles).map(([Name, Id]) => ({ Name, Id })),
      ...(NextToken ? { NextToken } : {}),
    },
  });

  it('reads all pages, pacing each', async () => {
    const { directory, rateLimited } = start();
    service.answer(page({ Agent: 'profile-1' }, 'more'), page({ Admin: 'profile-2', Other: 'profile-3' }));

    const ids = await directory.securityProfileIds(['Admin', 'Agent', 'Unknown']);

    expect(Object.fromEntries(ids)).toEqual({ Admin: 'profile-2', Agent: 'profile-1' });
    expect(service.requests.map(({ path }) => path)).toEqual([
      `/security-profiles-summary/${INSTANCE}?maxResults=1000`,
      `/security-profiles-summary/${INSTANCE}?maxResults=1000&nextToken=more`,
    ]);
    expect(rateLimited).toEqual([
      ['ListSecurityProfiles', 0],
      ['ListSecurityProfiles', 1],
    ]);
  });

  it('are read to see whether the instance exists, which needs no permission to describe it', async () => {
    const { directory } = start();
    service.answer(page({ Admin: 'profile-1' }), page({ Admin: 'profile-1' }));

    await directory.securityProfileIds(['Admin']);
    await directory.checkInstance();

    expect(service.requests.map(({ path }) => path)).toEqual([
      `/security-profiles-summary/${INSTANCE}?maxResults=1000`,
      `/security-profiles-summary/${INSTANCE}?maxResults=1000`,
    ]);
  });

  it('remembers them for ten minutes and no longer', async () => {
    let now = 0;
    const { directory } = start(() => now);
    service.answer(page({ Admin: 'profile-1' }), page({ Admin: 'profile-2' }));

    const first = await directory.securityProfileIds(['Admin']);
    now = 599_999;
    const second = await directory.securityProfileIds(['Admin']);
    now = 600_000;
    const third = await directory.securityProfileIds(['Admin']);

    expect([first, second, third].map((ids) => ids.get('Admin'))).toEqual(['profile-1', 'profile-1', 'profile-2']);
    expect(service.requests).toHaveLength(2);
  });
});
