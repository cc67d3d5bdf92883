import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { createHandler } from '../../../lambda/change-intake/handler.ts';
import { PermanentError, TransientError } from '../../../lambda/core/failures/errors.ts';
import type { DeadRecords } from '../../../lambda/ports.ts';
import adminUpdate from '../../fixtures/events/cloudtrail-admin-update.json' with { type: 'json' };
import failedCall from '../../fixtures/events/cloudtrail-failed-call.json' with { type: 'json' };
import selfService from '../../fixtures/events/cloudtrail-self-service-update.json' with { type: 'json' };
import { createLogger, createQueue, createRecorder } from '../../support/ports.ts';
import { createTable } from '../../support/table.ts';

const SUB = '11111111-1111-4111-8111-111111111111';

function start({ known = false } = {}) {
  const recorder = createRecorder();
  const queue = createQueue(recorder);
  const table = createTable(recorder);
  if (known) table.rows.set(SUB, { sub: SUB, connectUserId: 'agent-mary' });
  const logger = createLogger();
  const dead: Parameters<DeadRecords['keep']>[0][] = [];
  const deadRecords = recorder.watch<DeadRecords>('deadRecords', { keep: async (one) => void dead.push(one) });
  const intake = createHandler({ queue, deadRecords, table, logger, userPoolId: 'eu-central-1_EXAMPLE00' });
  const invokedFunctionArn = 'arn:aws:lambda:eu-central-1:111122223333:function:intake';
  const handler = (event: unknown) => intake(event, { invokedFunctionArn });
  return { recorder, queue, dead, table, logger, handler };
}

describe('change-intake', () => {
  it('sends the change that an administrator made, without asking the table', async () => {
    const { handler, recorder, queue, logger } = start();

    const answer = await handler(adminUpdate);

    expect(answer).toBeUndefined();
    expect(queue.sent).toEqual([
      {
        v: 1,
        userPoolId: 'eu-central-1_EXAMPLE00',
        sub: SUB,
        cause: 'cloudtrail',
        eventId: '0a1b2c3d-0000-4000-8000-00000000d001',
        occurredAt: 1_767_268_800_000,
      },
    ]);
    expect(recorder.calls.map(({ name }) => name)).toEqual(['queue.send']);
    expect(logger.lines).toEqual([
      {
        level: 'info',
        message: 'change noted',
        fields: { sub: SUB, cause: 'cloudtrail', eventId: '0a1b2c3d-0000-4000-8000-00000000d001' },
      },
    ]);
  });

  it('sends a self-service change of a user who has a row', async () => {
    const { handler, recorder, queue } = start({ known: true });

    await handler(selfService);

    expect(queue.sent.map(({ sub, eventId }) => [sub, eventId])).toEqual([
      [SUB, '0a1b2c3d-0000-4000-8000-00000000d002'],
    ]);
    expect(recorder.calls.map(({ name }) => name)).toEqual(['table.getUser', 'queue.send']);
  });

  it('sends a self-service change of a user whose row cannot be read: the worker reports it', async () => {
    const { handler, recorder, queue, dead } = start({ known: true });
    recorder.fail('table.getUser', new z.core.$ZodError([]));

    await handler(selfService);

    expect(queue.sent.map(({ sub }) => sub)).toEqual([SUB]);
    expect(dead).toEqual([]);
  });

  it('drops a self-service change of a user who has none: another pool may have sent it', async () => {
    const { handler, queue, logger } = start();

    await handler(selfService);

    expect(queue.sent).toEqual([]);
    expect(logger.lines).toEqual([
      {
        level: 'info',
        message: 'record ignored',
        fields: { why: 'unknown-user', eventId: '0a1b2c3d-0000-4000-8000-00000000d002' },
      },
    ]);
  });

  it.each([
    ['a failed call', failedCall, 'failed-call'],
    [
      'a call to another pool',
      {
        ...adminUpdate,
        detail: { ...adminUpdate.detail, requestParameters: { userPoolId: 'eu-central-1_ANOTHER00' } },
      },
      'another-user-pool',
    ],
  ])('ignores %s', async (_, event, why) => {
    const { handler, recorder, logger } = start();

    await handler(event);

    expect(recorder.calls).toEqual([]);
    expect(logger.lines).toEqual([{ level: 'info', message: 'record ignored', fields: { why } }]);
  });

  it.each([
    ['garbage', { name: 'Mary Jones' }, 'unreadable-record'],
    [
      'a record with a user name for a sub',
      { ...adminUpdate, detail: { ...adminUpdate.detail, additionalEventData: { sub: 'Mary Jones' } } },
      'unreadable-record',
    ],
    ['a record of another account', { ...adminUpdate, account: '444455556666' }, 'foreign-record'],
    ['a record of another Region', { ...adminUpdate, region: 'eu-west-1' }, 'foreign-record'],
  ])('puts %s into the dead-letter queue, and returns', async (_, event, reason) => {
    const { handler, recorder, dead, logger } = start();

    await handler(event);

    expect(recorder.calls.map(({ name }) => name)).toEqual(['deadRecords.keep']);
    expect(dead).toMatchObject([{ reason }]);
    expect(dead[0]).not.toHaveProperty('code');
    expect(logger.lines).toMatchObject([
      {
        level: 'error',
        message: 'record failed',
        fields: { code: reason, advice: expect.stringContaining('docs/runbook.md') },
      },
    ]);
    expect(JSON.stringify([logger.lines, dead])).not.toContain('Mary');
  });

  it.each([
    ['queue.send', adminUpdate, new TransientError('TimeoutError', 'sqs:SendMessage failed: TimeoutError, no answer.')],
    ['table.getUser', selfService, new PermanentError('AccessDeniedException', 'dynamodb:GetItem failed.')],
    ['queue.send', adminUpdate, new TypeError('mary.smith is not a function')],
  ])('keeps what it could not send because %s failed, with the code', async (port, event, failure) => {
    const { handler, recorder, queue, dead, logger } = start({ known: true });
    recorder.fail(port, failure);

    await handler(event);

    const code = 'code' in failure ? failure.code : failure.name;
    expect(queue.sent).toEqual([]);
    expect(dead).toMatchObject([
      { reason: 'function-failed', code, record: { detail: { eventID: event.detail.eventID } } },
    ]);
    expect(logger.lines).toMatchObject([
      { level: 'error', message: 'record failed', fields: { eventId: event.detail.eventID } },
    ]);
  });

  it('reads a reduced record as it reads the whole one', async () => {
    const failed = start();
    failed.recorder.fail('queue.send', new TransientError('TimeoutError', 'sqs:SendMessage failed.'));
    const calm = start();
    const again = start();

    await failed.handler(adminUpdate);
    await calm.handler(adminUpdate);
    await again.handler(failed.dead[0]?.record);

    expect(calm.queue.sent).toHaveLength(1);
    expect(again.queue.sent).toEqual(calm.queue.sent);
  });

  it('throws what failed when the dead-letter queue does not take the record either, for Lambda to try again', async () => {
    const { handler, recorder, logger } = start();
    const failure = new TransientError('TimeoutError', 'sqs:SendMessage failed: TimeoutError, no answer.');
    recorder.fail('queue.send', failure);
    recorder.fail('deadRecords.keep', new TransientError('ServiceUnavailable', 'sqs:SendMessage failed: HTTP 503.'));

    await expect(handler(adminUpdate)).rejects.toBe(failure);

    expect(logger.lines).toMatchObject([
      {
        level: 'error',
        message: 'record not moved to the dead-letter queue',
        fields: { code: 'TimeoutError', unkept: { code: 'ServiceUnavailable' } },
      },
    ]);
  });
});
