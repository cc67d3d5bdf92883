import { describe, expect, it } from 'vitest';
import { type Change, parseChange, serializeChange } from '../../../../lambda/core/events/change.ts';
import { PermanentError } from '../../../../lambda/core/failures/errors.ts';

const CHANGE: Change = {
  v: 1,
  userPoolId: 'eu-central-1_EXAMPLE00',
  sub: '11111111-1111-4111-8111-111111111111',
  cause: 'cloudtrail',
  eventId: '0a1b2c3d-0000-4000-8000-00000000d001',
  occurredAt: 1_767_268_800_000,
};

const refusal = (body: string): PermanentError => {
  try {
    parseChange(body);
  } catch (error) {
    if (error instanceof PermanentError) return error;
    throw error;
  }
  throw new Error('The body was taken.');
};

it.each(['24688438-40e1-70d0-d97e-084cfc8992c7', 'f2b5c490-0071-00fc-0a18-8d4a1f9a4c11'])(
  'takes %s for a sub, as Cognito gives it, though no UUID has such a variant',
  (sub) => {
    expect(parseChange(serializeChange({ ...CHANGE, sub }))).toEqual({ ...CHANGE, sub });
  },
);

describe('serializeChange', () => {
  it('writes exactly the six members', () => {
    expect(serializeChange(CHANGE)).toBe(
      '{"v":1,"userPoolId":"eu-central-1_EXAMPLE00","sub":"11111111-1111-4111-8111-111111111111","cause":"cloudtrail",' +
        '"eventId":"0a1b2c3d-0000-4000-8000-00000000d001","occurredAt":1767268800000}',
    );
  });

  it('refuses to send anything beyond them', () => {
    const change = { ...CHANGE, clientMetadata: { ticket: '4711' } };

    expect(() => serializeChange(change)).toThrow(/unrecognized_keys/);
  });
});

describe('parseChange', () => {
  it('reads what was written', () => {
    expect(parseChange(serializeChange(CHANGE))).toEqual(CHANGE);
  });

  it.each([
    ['an extra member', { ...CHANGE, email: 'mary.jones@example.com' }, 'body: unrecognized_keys'],
    ['another version', { ...CHANGE, v: 2 }, 'v: invalid_value'],
    ['a user name instead of a sub', { ...CHANGE, sub: 'mary.jones' }, 'sub: invalid_format'],
    ['an unknown cause', { ...CHANGE, cause: 'mary.jones' }, 'cause: invalid_value'],
    ['a pool that is an address', { ...CHANGE, userPoolId: 'mary.jones@example.com' }, 'userPoolId: invalid_format'],
    ['an event id with spaces', { ...CHANGE, eventId: 'Mary Jones' }, 'eventId: invalid_format'],
    ['an empty event id', { ...CHANGE, eventId: '' }, 'eventId: invalid_format'],
    ['a time as text', { ...CHANGE, occurredAt: '1767268800000' }, 'occurredAt: invalid_type'],
    ['a time with a fraction', { ...CHANGE, occurredAt: 0.5 }, 'occurredAt: invalid_type'],
    ['a time before all times', { ...CHANGE, occurredAt: -1 }, 'occurredAt: too_small'],
    ['a list', [CHANGE], 'body: invalid_type'],
    ['nothing', null, 'body: invalid_type'],
  ])('refuses %s, telling the place and not the value', (_, body, problem) => {
    const error = refusal(JSON.stringify(body));

    expect(error.code).toBe('malformed-message');
    expect(error.message).toBe(`The message is not a change of version 1. ${problem}.`);
  });

  it('refuses a change that lacks a member, naming each', () => {
    const { sub: _, cause: __, ...rest } = CHANGE;

    expect(refusal(JSON.stringify(rest)).message).toBe(
      'The message is not a change of version 1. sub: invalid_type; cause: invalid_value.',
    );
  });

  it.each(['', 'Mary Jones', '{"v":1'])('refuses %j, which is no JSON, by its length', (body) => {
    const error = refusal(body);

    expect(error.code).toBe('malformed-message');
    expect(error.message).toBe(`The message body is not JSON (${body.length} characters).`);
  });
});
