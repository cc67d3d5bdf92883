import { describe, expect, it } from 'vitest';
import { createHandler } from '../../lambda/change-intake/handler.ts';
import { serializeReducedRecord } from '../../lambda/core/events/reduced-record.ts';
import { TransientError } from '../../lambda/core/failures/errors.ts';
import type { DeadRecords } from '../../lambda/ports.ts';
import { createLogger, createQueue, createRecorder } from '../support/ports.ts';
import { createTable } from '../support/table.ts';

/** A reader of the intake's dead-letter queue wants to know who administers the pool, from where, and what they change. */
const SUB = '11111111-1111-4111-8111-111111111111';
const EVENT_ID = '0a1b2c3d-0000-4000-8000-00000000d001';
/** Everything that CloudTrail may say, with nothing masked. */
const RECORD = {
  ...{ version: '0', account: '111122223333', region: 'eu-central-1', source: 'aws.cognito-idp' },
  detail: {
    userIdentity: {
      type: 'IAMUser',
      userName: 'oscar.operator',
      principalId: 'AIDAOSCAR',
      arn: 'arn:aws:iam::1:user/oscar',
    },
    sourceIPAddress: '203.0.113.7',
    userAgent: 'console.oscar.example',
    eventSource: 'cognito-idp.amazonaws.com',
    eventName: 'AdminUpdateUserAttributes',
    eventID: EVENT_ID,
    eventTime: '2026-01-01T12:00:00Z',
    errorMessage: 'oscar.operator may not',
    requestParameters: {
      userPoolId: 'eu-central-1_EXAMPLE00',
      username: 'mary.jones',
      userAttributes: [{ name: 'email', value: 'mary@example.com' }],
      clientMetadata: { note: 'mary is leaving' },
    },
    responseElements: { user: 'mary.jones' },
    additionalEventData: { sub: SUB, username: 'mary.jones' },
  },
};
const PERSONAL = /oscar|mary|203\.0\.113|AIDA/i;
const member = (changes: object) => ({ ...RECORD, detail: { ...RECORD.detail, ...changes } });

async function takeIn(event: unknown, failure?: Error) {
  const recorder = createRecorder();
  if (failure !== undefined) recorder.fail('queue.send', failure);
  const logger = createLogger();
  const kept: string[] = [];
  const deadRecords: DeadRecords = {
    keep: async ({ record, ...why }) => void kept.push(`${JSON.stringify(why)} ${serializeReducedRecord(record)}`),
  };
  const handler = createHandler({
    ...{ queue: createQueue(recorder), table: createTable(recorder), deadRecords, logger },
    userPoolId: 'eu-central-1_EXAMPLE00',
  });
  await handler(event, { invokedFunctionArn: 'arn:aws:lambda:eu-central-1:111122223333:function:intake' });
  return { kept, said: JSON.stringify([kept, logger.lines]) };
}

describe('a reader of dead letters who wants to know who administers', () => {
  it('finds ids, codes and times of a record that could not be sent', async () => {
    const { kept, said } = await takeIn(RECORD, new TransientError('TimeoutError', 'sqs:SendMessage failed.'));

    expect(kept).toEqual([
      `{"reason":"function-failed","code":"TimeoutError"} {"v":1,"event":{"account":"111122223333","region":"eu-central-1","detail":{"eventSource":"cognito-idp.amazonaws.com","eventName":"AdminUpdateUserAttributes","eventID":"${EVENT_ID}","eventTime":"2026-01-01T12:00:00Z","requestParameters":{"userPoolId":"eu-central-1_EXAMPLE00"},"additionalEventData":{"sub":"${SUB}"}}}}`,
    ]);
    expect(said).not.toMatch(PERSONAL);
  });

  it.each([
    ['a sub that is a name', member({ additionalEventData: { sub: 'mary.jones' } })],
    ['a call that is a name', member({ eventName: 'mary jones' })],
    ['a service that is an address', member({ eventSource: 'oscar@example.com' })],
    ['an event id that is a name', member({ eventID: 'oscar' })],
    ['a time that is a name', member({ eventTime: 'when oscar came' })],
    ['an account that is a name', { ...RECORD, account: 'oscar' }],
    ['a Region that is a name', { ...RECORD, region: 'Oscar land' }],
    [
      'a pool that is an address',
      { ...member({ eventID: '', requestParameters: { userPoolId: 'mary@example.com' } }) },
    ],
    ['no record at all', 'oscar changed mary'],
    ['a list', [RECORD]],
  ])('finds nothing personal of a record with %s', async (_, event) => {
    const { kept, said } = await takeIn(event);

    expect(kept).toHaveLength(1);
    expect(said).not.toMatch(PERSONAL);
  });

  it('finds no message of an error that repeats a name', async () => {
    const { kept, said } = await takeIn(RECORD, new TypeError('mary.jones is not iterable'));

    expect(kept).toHaveLength(1);
    expect(said).not.toMatch(PERSONAL);
  });
});
