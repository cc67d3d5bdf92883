import { describe, expect, it } from 'vitest';
import { TransientError } from '../../../lambda/core/failures/errors.ts';
import { createHandler } from '../../../lambda/pool-trigger/handler.ts';
import customMessage from '../../fixtures/events/trigger-custom-message.json' with { type: 'json' };
import postConfirmation from '../../fixtures/events/trigger-post-confirmation.json' with { type: 'json' };
import { createClock, createLogger, createQueue, createRecorder } from '../../support/ports.ts';

const NOW = 1_767_268_800_000;
const CONTEXT = { awsRequestId: 'request-1' };

function start({ postAuthentication = false } = {}) {
  const recorder = createRecorder();
  const queue = createQueue(recorder);
  const logger = createLogger();
  const handler = createHandler({ queue, clock: createClock(NOW), logger, postAuthentication });
  return { recorder, queue, logger, handler };
}

/** A deeply frozen event: a change of it throws. */
function frozen<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null) for (const member of Object.values(value)) frozen(member);
  return Object.freeze(value);
}

describe('pool-trigger', () => {
  it('sends the change, logs one line, and returns the event as it came', async () => {
    const { handler, queue, logger } = start();
    const event = frozen(structuredClone(customMessage));

    const answer = await handler(event, CONTEXT);

    expect(answer).toBe(event);
    expect(queue.sent).toEqual([
      {
        v: 1,
        userPoolId: 'eu-central-1_EXAMPLE00',
        sub: '11111111-1111-4111-8111-111111111111',
        cause: 'trigger',
        eventId: 'request-1',
        occurredAt: 1_767_268_800_000,
      },
    ]);
    expect(logger.lines).toEqual([
      {
        level: 'info',
        message: 'change noted',
        fields: { sub: '11111111-1111-4111-8111-111111111111', cause: 'trigger', eventId: 'request-1' },
      },
    ]);
  });

  it('sends a post-confirmation', async () => {
    const { handler, queue } = start();
    const event = frozen(structuredClone(postConfirmation));

    const answer = await handler(event, CONTEXT);

    expect(answer).toBe(event);
    expect(queue.sent.map(({ cause }) => cause)).toEqual(['post-confirmation']);
  });

  it.each([
    ['CustomMessage_SignUp', true],
    ['CustomMessage_ForgotPassword', true],
    ['CustomMessage_AdminCreateUser', true],
    ['PostConfirmation_ConfirmForgotPassword', true],
    ['PreSignUp_SignUp', true],
    ['PostAuthentication_Authentication', false],
  ])('passes %s through without a call or a line (post-authentication %s)', async (triggerSource, opted) => {
    const { handler, recorder, logger } = start({ postAuthentication: opted });
    const event = frozen({ ...structuredClone(customMessage), triggerSource });

    const answer = await handler(event, CONTEXT);

    expect(answer).toBe(event);
    expect(recorder.calls).toEqual([]);
    expect(logger.lines).toEqual([]);
  });

  it('sends a post-authentication where that is opted in', async () => {
    const { handler, queue } = start({ postAuthentication: true });

    await handler({ ...customMessage, triggerSource: 'PostAuthentication_Authentication' }, CONTEXT);

    expect(queue.sent.map(({ cause }) => cause)).toEqual(['post-authentication']);
  });

  it.each([
    [
      'throttled',
      new TransientError('ThrottlingException', 'sqs:SendMessage failed.', { status: 429 }),
      'TransientError',
    ],
    ['broken', new TypeError('mary.jones@example.com'), 'TypeError'],
    ['throwing what is no error', 'mary.jones@example.com', 'string'],
  ])('swallows a queue that is %s, and says so', async (_, failure, name) => {
    const { handler, recorder, logger } = start();
    recorder.fail('queue.send', failure);
    const event = frozen(structuredClone(customMessage));

    const answer = await handler(event, CONTEXT);

    expect(answer).toBe(event);
    expect(logger.lines).toMatchObject([
      {
        level: 'error',
        message: 'change not noted',
        fields: { error: name, advice: expect.stringContaining('CloudTrail or the next sweep') },
      },
    ]);
    expect(JSON.stringify(logger.lines)).not.toContain('mary.jones');
  });

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['text', 'mary.jones@example.com'],
    ['a number', 42],
    ['an empty object', {}],
    ['an event of a known source without a request', { triggerSource: 'CustomMessage_UpdateUserAttribute' }],
    [
      'an event of a known source with an invalid sub',
      { ...customMessage, request: { userAttributes: { sub: 'mary.jones@example.com' } } },
    ],
  ])('returns %s as it came and sends nothing', async (_, event) => {
    const { handler, queue, logger } = start({ postAuthentication: true });

    const answer = await handler(event, CONTEXT);

    expect(answer).toBe(event);
    expect(queue.sent).toEqual([]);
    expect(JSON.stringify(logger.lines)).not.toContain('mary.jones');
  });

  it('handles an event that cannot be read', async () => {
    const { handler, logger } = start();
    const event = {
      get triggerSource(): string {
        throw new Error('mary.jones@example.com');
      },
    };

    const answer = await handler(event, CONTEXT);

    expect(answer).toBe(event);
    expect(logger.lines.map(({ level }) => level)).toEqual(['error']);
  });

  it('puts no value of the user and no ClientMetadata into a call or a log line', async () => {
    const { handler, recorder, logger } = start({ postAuthentication: true });

    await handler(customMessage, CONTEXT);
    await handler(postConfirmation, CONTEXT);
    recorder.fail('queue.send', new Error('down'));
    await handler(customMessage, CONTEXT);

    const everything = JSON.stringify([recorder.calls, logger.lines]);
    expect(everything).not.toMatch(/client-metadata-4711|clientMetadata|ticket|[Mm]ary|Jones|example\.com/);
    expect(logger.lines).toHaveLength(3);
  });
});
