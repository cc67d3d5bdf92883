import { describe, expect, it } from 'vitest';
import { parseChange, serializeChange } from '../../../lambda/core/events/change.ts';
import { readCloudTrailEvent } from '../../../lambda/core/events/cloudtrail-record.ts';
import { reduceRecord } from '../../../lambda/core/events/reduced-record.ts';
import { findInvalid } from '../../../lambda/core/identity/identity.ts';

const SUB = '7c1b8a52-0f5e-4d0e-9a53-0c86f3c5f6a1';
const x = (count: number) => 'x'.repeat(count);

describe('the longest values that are read', () => {
  const CHANGE = { v: 1, userPoolId: 'p', sub: SUB, cause: 'sweep', eventId: 'e', occurredAt: 0 } as const;

  it.each([
    ['a pool id', { userPoolId: x(55) }, { userPoolId: x(56) }],
    ['an event id', { eventId: x(128) }, { eventId: x(129) }],
  ])('of a message: %s', (_, longest, longer) => {
    expect(parseChange(serializeChange({ ...CHANGE, ...longest }))).toEqual({ ...CHANGE, ...longest });
    expect(() => parseChange(JSON.stringify({ ...CHANGE, ...longer }))).toThrow();
  });

  const EVENT = {
    account: '111122223333',
    region: 'eu-west-1',
    detail: {
      eventSource: 'cognito-idp.amazonaws.com',
      eventName: 'AdminUpdateUserAttributes',
      eventID: SUB,
      eventTime: '2026-01-01T12:00:00Z',
      requestParameters: { userPoolId: 'eu-west-1_Ab12Cd34E' },
      additionalEventData: { sub: SUB },
    },
  };
  const read = (event: object, region = 'eu-west-1') =>
    readCloudTrailEvent(event, { userPoolId: 'eu-west-1_Ab12Cd34E', account: '111122223333', region });

  it('of a record: the name of a call, and the Region', () => {
    const named = (eventName: string) => ({ ...EVENT, detail: { ...EVENT.detail, eventName } });

    expect(read(named(x(100)))).toMatchObject({ kind: 'change' });
    expect(() => read(named(x(101)))).toThrow();
    expect(() => read(named(''))).toThrow();
    expect(read({ ...EVENT, region: x(30) }, x(30))).toMatchObject({ kind: 'change' });
    expect(() => read({ ...EVENT, region: x(31) }, x(31))).toThrow();
  });

  it.each([
    ['eventSource', 100],
    ['eventName', 100],
    ['errorCode', 100],
    ['eventType', 100],
  ])('of a dead record: %s', (member, most) => {
    const reduced = (value: string) => reduceRecord({ ...EVENT, detail: { ...EVENT.detail, [member]: value } }).detail;

    expect(reduced(x(most))).toHaveProperty(member, x(most));
    expect(reduced('x')).toHaveProperty(member, 'x');
    expect(JSON.stringify(reduced(x(most + 1)))).not.toContain('xx');
  });

  it('of a dead record: the Region and the pool id', () => {
    const pooled = (userPoolId: string) =>
      reduceRecord({ detail: { requestParameters: { userPoolId } } }).detail?.requestParameters?.userPoolId;

    expect([reduceRecord({ region: x(30) }).region, reduceRecord({ region: x(31) }).region]).toEqual([
      x(30),
      undefined,
    ]);
    expect([pooled('p'), pooled(x(55)), pooled(x(56))]).toEqual(['p', x(55), undefined]);
  });
});

describe('the longest values that are sent', () => {
  it.each<
    readonly [
      'FirstName' | 'LastName' | 'Email' | 'SecondaryEmail' | 'Mobile',
      'CONNECT_MANAGED' | 'SAML',
      string,
      string,
    ]
  >([
    ['LastName', 'CONNECT_MANAGED', x(256), x(257)],
    ['LastName', 'SAML', x(300), x(301)],
    ['FirstName', 'SAML', x(255), x(256)],
    ['Email', 'CONNECT_MANAGED', `a@${x(318)}`, `a@${x(319)}`],
    ['Email', 'SAML', `a@${x(318)}`, `a@${x(319)}`],
    ['SecondaryEmail', 'SAML', `${x(260)}@b.cc`, `${x(261)}@b.cc`],
    ['SecondaryEmail', 'CONNECT_MANAGED', `a@b.${x(63)}`, `a@b.${x(64)}`],
    ['SecondaryEmail', 'CONNECT_MANAGED', 'a@b.cc', 'a@b.c'],
    ['Mobile', 'CONNECT_MANAGED', '+12', '+1'],
    ['Mobile', 'SAML', '+123456789012345', '+1234567890123456'],
  ])('%s of %s', (field, type, longest, wrong) => {
    expect(findInvalid(field, longest, type)).toBeUndefined();
    expect(findInvalid(field, wrong, type)).toBeDefined();
  });
});
