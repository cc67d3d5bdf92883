import { describe, expect, it } from 'vitest';
import { readCloudTrailEvent } from '../../../../lambda/core/events/cloudtrail-record.ts';
import { PermanentError } from '../../../../lambda/core/failures/errors.ts';
import adminUpdate from '../../../fixtures/events/cloudtrail-admin-update.json' with { type: 'json' };
import failedCall from '../../../fixtures/events/cloudtrail-failed-call.json' with { type: 'json' };
import selfService from '../../../fixtures/events/cloudtrail-self-service-update.json' with { type: 'json' };

const HOME = { userPoolId: 'eu-central-1_EXAMPLE00', account: '111122223333', region: 'eu-central-1' };

const SUB = '11111111-1111-4111-8111-111111111111';
/** What sets the page apart on which a user confirms an address by link. */
const PAGE = {
  eventType: 'AwsServiceEvent',
  eventName: 'Confirm_With_Link_GET',
  errorCode: '',
  requestParameters: null,
};

/** The record with other members in its detail; `undefined` takes one away. */
const withDetail = (detail: object): unknown =>
  JSON.parse(JSON.stringify({ ...adminUpdate, detail: { ...adminUpdate.detail, ...detail } }));

const refusal = (event: unknown): PermanentError => {
  try {
    readCloudTrailEvent(event, HOME);
  } catch (error) {
    if (error instanceof PermanentError) return error;
    throw error;
  }
  throw new Error('The record was taken.');
};

describe('readCloudTrailEvent', () => {
  it('reads a call by an administrator, whose attributes are masked', () => {
    const reading = readCloudTrailEvent(adminUpdate, HOME);

    expect(reading).toEqual({
      kind: 'change',
      namesPool: true,
      change: {
        v: 1,
        userPoolId: 'eu-central-1_EXAMPLE00',
        sub: '11111111-1111-4111-8111-111111111111',
        cause: 'cloudtrail',
        eventId: '0a1b2c3d-0000-4000-8000-00000000d001',
        occurredAt: 1_767_268_800_000,
      },
    });
  });

  it('reads a self-service call, which names no pool, as one of unknown scope', () => {
    const reading = readCloudTrailEvent(selfService, HOME);

    expect(reading).toMatchObject({
      kind: 'change',
      namesPool: false,
      change: { userPoolId: HOME.userPoolId, eventId: '0a1b2c3d-0000-4000-8000-00000000d002' },
    });
  });

  it.each([
    ['as a whole masked to a string', 'HIDDEN_DUE_TO_SECURITY_REASONS'],
    ['null', null],
    ['absent', undefined],
  ])('reads a call whose request parameters are %s', (_, requestParameters) => {
    const reading = readCloudTrailEvent(withDetail({ requestParameters }), HOME);

    expect(reading).toMatchObject({ kind: 'change', namesPool: false });
  });

  it.each([
    ['empty, as on page events', ''],
    ['null', null],
    ['absent', undefined],
  ])('takes an error code that is %s for success', (_, errorCode) => {
    const reading = readCloudTrailEvent(withDetail({ errorCode }), HOME);

    expect(reading.kind).toBe('change');
  });

  it('ignores a failed call, although it has no sub', () => {
    expect(readCloudTrailEvent(failedCall, HOME)).toEqual({ kind: 'ignored', why: 'failed-call' });
  });

  it('ignores a call to another pool, although it has no sub', () => {
    const event = withDetail({
      requestParameters: { userPoolId: 'eu-central-1_ANOTHER00' },
      additionalEventData: undefined,
    });

    expect(readCloudTrailEvent(event, HOME)).toEqual({ kind: 'ignored', why: 'another-user-pool' });
  });

  it.each([
    ['absent', undefined],
    ['null', null],
    ['masked to a string', 'HIDDEN_DUE_TO_SECURITY_REASONS'],
    ['without a sub', {}],
    ['with a masked sub', { sub: 'HIDDEN_DUE_TO_SECURITY_REASONS' }],
    ['with an empty sub', { sub: '' }],
  ])(
    'ignores a record of the pool whose additional data are %s: sending it again would not mend it',
    (_, additionalEventData) => {
      const reading = readCloudTrailEvent(withDetail({ additionalEventData }), HOME);

      expect(reading).toEqual({ kind: 'ignored', why: 'no-sub' });
    },
  );

  it.each([
    ['a user name for a sub', { sub: 'mary.jones@example.com' }],
    ['a number for a sub', { sub: 7 }],
  ])('refuses a record whose additional data have %s, naming the call', (_, additionalEventData) => {
    const error = refusal(withDetail({ additionalEventData }));

    expect(error.code).toBe('unreadable-record');
    expect(error.message).toBe(
      'The event is not a usable CloudTrail record. detail.additionalEventData.sub: no sub in AdminUpdateUserAttributes.',
    );
  });

  it.each([
    ['no record', null, ': invalid_type'],
    ['an account that is none', { ...adminUpdate, account: 'mary@example.com' }, 'account: invalid_format'],
    ['a Region that is none', { ...adminUpdate, region: 'mary@example.com' }, 'region: invalid_format'],
    ['an event name that is none', withDetail({ eventName: 'mary@example.com' }), 'detail.eventName: invalid_format'],
    ['an event without detail', { account: '111122223333', region: 'eu-central-1' }, 'detail: invalid_type'],
    [
      'a record of another service',
      withDetail({ eventSource: 'mary@example.com' }),
      'detail.eventSource: invalid_value',
    ],
    ['an event id that is none', withDetail({ eventID: 'mary@example.com' }), 'detail.eventID: invalid_format'],
    ['a time that is none', withDetail({ eventTime: 'mary@example.com' }), 'detail.eventTime: invalid_format'],
    ['an error code that is no text', withDetail({ errorCode: 42 }), 'detail.errorCode: invalid_type'],
  ])('refuses %s, telling the place and not the value', (_, event, problem) => {
    const error = refusal(event);

    expect(error.code).toBe('unreadable-record');
    expect(error.message).toBe(`The event is not a usable CloudTrail record. ${problem}.`);
  });

  it.each([
    ['account', '444455556666', 'account 444455556666, Region eu-central-1'],
    ['region', 'eu-west-1', 'account 111122223333, Region eu-west-1'],
  ])('refuses a record of another %s, even one that names our pool', (member, elsewhere, told) => {
    const error = refusal({ ...adminUpdate, [member]: elsewhere });

    expect(error.code).toBe('foreign-record');
    expect(error.message).toBe(`The event is of ${told}; the pool is in 111122223333, eu-central-1.`);
  });

  it.each([
    ['in its request', { requestParameters: { userPoolId: ['eu-central-1_EXAMPLE00'] } }, 'ignored'],
    ['beside it', { additionalEventData: { sub: SUB, userPoolId: 'eu-central-1_ANOTHER00' } }, 'ignored'],
    ['beside it, without a sub', { additionalEventData: { userPoolId: 'eu-central-1_ANOTHER00' } }, 'ignored'],
    ['beside it, ours', { additionalEventData: { sub: SUB, userPoolId: 'eu-central-1_EXAMPLE00' } }, 'change'],
  ])('reads the pool that a page event names %s', (_, more, kind) => {
    const reading = readCloudTrailEvent(withDetail({ ...PAGE, ...more }), HOME);

    expect(reading.kind).toBe(kind);
    if (reading.kind === 'change') expect(reading.namesPool).toBe(true);
  });

  it.each([
    ['masks', { userPoolId: 'HIDDEN_DUE_TO_SECURITY_REASONS' }],
    ['leaves empty', { userPoolId: '' }],
  ])('reads a record that %s the pool as one of unknown scope', (_, requestParameters) => {
    const reading = readCloudTrailEvent(withDetail({ requestParameters }), HOME);

    expect(reading).toMatchObject({ kind: 'change', namesPool: false, change: { sub: SUB } });
  });

  it('reads a record without a type of event', () => {
    expect(readCloudTrailEvent(withDetail({ eventType: null }), HOME)).toMatchObject({
      kind: 'change',
      namesPool: true,
    });
  });

  it('reads a page event with a sub and no pool as one of unknown scope', () => {
    const reading = readCloudTrailEvent(withDetail({ ...PAGE, additionalEventData: { sub: SUB } }), HOME);

    expect(reading).toMatchObject({ kind: 'change', namesPool: false, change: { sub: SUB } });
  });

  it('ignores a page event without a sub: the sweep finds the user', () => {
    const reading = readCloudTrailEvent(withDetail({ ...PAGE, additionalEventData: undefined }), HOME);

    expect(reading).toEqual({ kind: 'ignored', why: 'names-no-user' });
  });

  it('ignores a self-service call without a sub, which may be of any pool: the sweep finds the user', () => {
    const event = { ...selfService, detail: { ...selfService.detail, additionalEventData: undefined } };

    expect(readCloudTrailEvent(event, HOME)).toEqual({ kind: 'ignored', why: 'names-no-user' });
  });

  it('reads a record of the largest size, 256 KB, with unknown members', () => {
    const unknown = Object.fromEntries(Array.from({ length: 2_650 }, (_, index) => [`member${index}`, 'x'.repeat(80)]));
    const event = withDetail({
      requestParameters: { userPoolId: HOME.userPoolId, unknown },
      newMember: [unknown.member0],
    });
    expect(JSON.stringify(event).length).toBeGreaterThan(250_000);

    expect(readCloudTrailEvent(event, HOME)).toMatchObject({ kind: 'change', namesPool: true, change: { sub: SUB } });
  });
});
