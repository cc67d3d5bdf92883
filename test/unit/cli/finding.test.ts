import { describe, expect, it } from 'vitest';
import { readChangeLetter, readIntakeLetter } from '../../../cli/dead-letters/finding.ts';
import { reduceRecord, serializeReducedRecord } from '../../../lambda/core/events/reduced-record.ts';
import { letter } from './doubles.ts';

const SUB = '061f78a5-21d2-4642-b604-e6edacd78a9c';
const CHANGE = JSON.stringify({
  v: 1,
  userPoolId: 'eu-west-1_Ab12Cd34E',
  sub: SUB,
  cause: 'cloudtrail',
  eventId: 'event-1',
  occurredAt: 1_767_220_000_000,
});
const EVENT = {
  account: '111122223333',
  region: 'eu-west-1',
  detail: {
    eventSource: 'cognito-idp.amazonaws.com',
    eventName: 'AdminUpdateUserAttributes',
    eventID: '2f0d9c3e-7a53-4d7f-9a53-0c86f3c5f6a1',
    eventTime: '2026-01-01T00:00:00Z',
    requestParameters: { userPoolId: 'eu-west-1_Ab12Cd34E', username: 'mary.smith' },
    additionalEventData: { sub: SUB },
  },
};
const TOLD_OF_EVENT = {
  cause: 'cloudtrail',
  sub: SUB,
  eventName: 'AdminUpdateUserAttributes',
  eventId: '2f0d9c3e-7a53-4d7f-9a53-0c86f3c5f6a1',
  occurredAt: 1_767_225_600_000,
};
const record = (requestPayload: unknown, responsePayload: unknown = { errorType: 'TransientError' }) =>
  JSON.stringify({
    version: '1.0',
    requestContext: {
      functionArn: 'arn:aws:lambda:eu-west-1:111122223333:function:change-intake:$LATEST',
      condition: 'RetriesExhausted',
      approximateInvokeCount: 3,
    },
    requestPayload,
    responseContext: { statusCode: 200, functionError: 'Unhandled' },
    responsePayload,
  });

describe('a dead change', () => {
  it('that the worker gave up tells its reason and the receives it had', () => {
    const finding = readChangeLetter(
      letter({
        messageId: 'm',
        body: CHANGE,
        groupId: SUB,
        receiveCount: 9,
        attributes: { reason: 'bug', receiveCount: '5' },
      }),
    );

    expect(finding).toEqual({
      messageId: 'm',
      reason: 'bug',
      sub: SUB,
      cause: 'cloudtrail',
      eventId: 'event-1',
      occurredAt: 1_767_220_000_000,
      deadAt: 1_767_225_600_000,
      attempts: 5,
    });
  });

  it('that SQS moved has no reason of its own', () => {
    expect(readChangeLetter(letter({ body: CHANGE, receiveCount: 250 }))).toMatchObject({
      reason: 'received-too-often',
      attempts: 250,
    });
  });

  it('that cannot be read is known by its group, and only if that is a sub', () => {
    const attributes = { reason: 'malformed-message' };

    expect(readChangeLetter(letter({ body: 'no change', groupId: SUB, attributes }))).toMatchObject({ sub: SUB });
    expect(readChangeLetter(letter({ body: 'no change', groupId: 'mary.smith', attributes }))).not.toHaveProperty(
      'sub',
    );
  });

  it('with a reason that we do not know is called other, never by what it says', () => {
    expect(readChangeLetter(letter({ body: CHANGE, attributes: { reason: 'mary@example.com' } })).reason).toBe('other');
  });
});

describe('a dead CloudTrail record', () => {
  it('from EventBridge is the event itself, with a code', () => {
    const attributes = { RULE_ARN: 'arn', ERROR_CODE: 'NO_PERMISSIONS', RETRY_ATTEMPTS: '2' };

    const { event, finding } = readIntakeLetter(letter({ messageId: 'm', body: JSON.stringify(EVENT), attributes }));

    expect(event).toEqual(EVENT);
    expect(finding).toEqual({
      messageId: 'm',
      reason: 'not-delivered',
      code: 'NO_PERMISSIONS',
      attempts: 3,
      deadAt: 1_767_225_600_000,
      ...TOLD_OF_EVENT,
    });
  });

  it('from Lambda is unwrapped, and tells the type of the error', () => {
    const { event, finding } = readIntakeLetter(letter({ messageId: 'm', body: record(EVENT) }));

    expect(event).toEqual(EVENT);
    expect(finding).toEqual({
      messageId: 'm',
      reason: 'function-failed',
      code: 'TransientError',
      attempts: 3,
      deadAt: 1_767_225_600_000,
      ...TOLD_OF_EVENT,
    });
  });

  it('from change-intake is a reduced event with its reason, and redrives what is left of it', () => {
    const record = reduceRecord(EVENT);
    const attributes = { reason: 'function-failed', code: 'TimeoutError' };

    const { event, finding } = readIntakeLetter(
      letter({ messageId: 'm', body: serializeReducedRecord(record), attributes }),
    );

    expect(event).toEqual({
      account: '111122223333',
      region: 'eu-west-1',
      detail: {
        eventSource: 'cognito-idp.amazonaws.com',
        eventName: 'AdminUpdateUserAttributes',
        eventID: '2f0d9c3e-7a53-4d7f-9a53-0c86f3c5f6a1',
        eventTime: '2026-01-01T00:00:00Z',
        requestParameters: { userPoolId: 'eu-west-1_Ab12Cd34E' },
        additionalEventData: { sub: SUB },
      },
    });
    expect(finding).toEqual({
      messageId: 'm',
      reason: 'function-failed',
      code: 'TimeoutError',
      attempts: 1,
      deadAt: 1_767_225_600_000,
      ...TOLD_OF_EVENT,
    });
  });

  it.each(['unreadable-record', 'foreign-record'])('from change-intake says so: %s', (reason) => {
    const body = serializeReducedRecord(reduceRecord({ detail: { eventName: 'Mary Smith' } }));

    expect(readIntakeLetter(letter({ body, attributes: { reason } }))).toMatchObject({
      event: { detail: {} },
      finding: { reason, cause: 'cloudtrail' },
    });
  });

  it.each([
    ['unreadable-record', { ...EVENT, detail: { ...EVENT.detail, eventID: undefined } }],
    ['foreign-record', { ...EVENT, account: '999999999999' }],
  ])('that change-intake could not use says so: %s', (reason, event) => {
    expect(readIntakeLetter(letter({ body: record(event) })).finding.reason).toBe(reason);
  });

  it.each([
    'hello',
    '[]',
    '{}',
    JSON.stringify(EVENT),
    JSON.stringify({ requestPayload: EVENT }),
    JSON.stringify({ v: 1, event: EVENT }),
  ])('in no envelope that we know is left alone: %.20s', (body) => {
    expect(readIntakeLetter(letter({ body }))).toEqual({
      finding: expect.objectContaining({ reason: 'unknown-envelope', attempts: 1 }),
    });
  });

  it('tells nothing that is not of the form of an id, a code or a time', () => {
    const strange = {
      ...EVENT,
      detail: {
        eventName: 'mary smith',
        eventID: 'mary@example.com, again',
        eventTime: 'yesterday',
        additionalEventData: { sub: 'mary' },
      },
    };

    const { finding } = readIntakeLetter(
      letter({ messageId: 'm', body: record(strange, { errorType: 'Mary Smith' }) }),
    );

    expect(finding).toEqual({
      messageId: 'm',
      reason: 'unreadable-record',
      cause: 'cloudtrail',
      attempts: 3,
      deadAt: 1_767_225_600_000,
    });
  });
});
