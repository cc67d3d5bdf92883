import { describe, expect, it } from 'vitest';
import { createHandler } from '../../lambda/change-intake/handler.ts';
import { adminCallPattern } from '../../lib/event-patterns.ts';
import { createLogger, createQueue, createRecorder } from '../support/ports.ts';
import { createTable } from '../support/table.ts';

/** A user of another pool of the account changes themselves again and again: their records name no pool. */
const SUB = '11111111-1111-4111-8111-111111111111';
const record = (detail: object, where: object = {}) => ({
  ...{ account: '111122223333', region: 'eu-central-1', ...where },
  detail: {
    eventSource: 'cognito-idp.amazonaws.com',
    eventName: 'UpdateUserAttributes',
    eventID: '0a1b2c3d-0000-4000-8000-00000000d001',
    eventTime: '2026-01-01T12:00:00Z',
    additionalEventData: { sub: SUB },
    ...detail,
  },
});

async function takeIn(event: unknown) {
  const recorder = createRecorder();
  const [queue, table, logger] = [createQueue(recorder), createTable(recorder), createLogger()];
  const kept: string[] = [];
  const handler = createHandler({
    ...{ queue, table, logger, userPoolId: 'eu-central-1_EXAMPLE00' },
    deadRecords: { keep: async ({ reason }) => void kept.push(reason) },
  });
  await handler(event, { invokedFunctionArn: 'arn:aws:lambda:eu-central-1:111122223333:function:intake' });
  return { sent: queue.sent.length, kept, said: logger.lines.map(({ fields }) => fields.why ?? fields.code) };
}

describe('a user of another pool who wants to fill the queue', () => {
  it.each([
    ['a self-service call', record({}), 'unknown-user'],
    [
      'a self-service call with the name of a pool',
      record({ requestParameters: { userPoolId: 'eu-central-1_OTHER' } }),
      'another-user-pool',
    ],
    [
      'a page that names their pool',
      record({ additionalEventData: { sub: SUB, userPoolId: 'eu-central-1_OTHER' } }),
      'another-user-pool',
    ],
    ['a call that failed', record({ errorCode: 'NotAuthorizedException' }), 'failed-call'],
    ['a call without a user', record({ additionalEventData: null }), 'names-no-user'],
  ])('adds nothing by %s', async (_, event, why) => {
    expect(await takeIn(event)).toEqual({ sent: 0, kept: [], said: [why] });
  });

  it.each([
    ['another account', { account: '444455556666' }],
    ['another Region', { region: 'eu-west-1' }],
  ])('adds nothing from %s', async (_, where) => {
    const event = record({ requestParameters: { userPoolId: 'eu-central-1_EXAMPLE00' } }, where);

    expect(await takeIn(event)).toEqual({ sent: 0, kept: ['foreign-record'], said: ['foreign-record'] });
  });

  it('does not even invoke the function by calls of administrators: the rule names the pool', () => {
    const { detail } = adminCallPattern('eu-central-1_EXAMPLE00', { membership: true });

    expect(detail).toMatchObject({ requestParameters: { userPoolId: ['eu-central-1_EXAMPLE00'] } });
  });
});
