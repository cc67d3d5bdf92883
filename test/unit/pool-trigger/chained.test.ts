import { describe, expect, it } from 'vitest';
import { createHandler } from '../../../lambda/pool-trigger/handler.ts';
import type { ChainedTrigger } from '../../../lambda/ports.ts';
import customMessage from '../../fixtures/events/trigger-custom-message.json' with { type: 'json' };
import { createClock, createLogger, createQueue, createRecorder } from '../../support/ports.ts';

const CONTEXT = { awsRequestId: 'request-1' };
const event = Object.freeze({ ...customMessage });

function start(chain: ChainedTrigger) {
  const queue = createQueue(createRecorder());
  const logger = createLogger();
  const handler = createHandler({ queue, clock: createClock(0), logger, postAuthentication: false, chain });
  return { queue, logger, handler };
}

describe('pool-trigger in front of a chained function', () => {
  it('returns the answer of that function, and sends the change', async () => {
    const answer = { ...event, response: { emailSubject: 'Your code', emailMessage: '{####}', smsMessage: null } };
    const { handler, queue } = start(async (given) => (given === event ? answer : undefined));

    expect(await handler(event, CONTEXT)).toBe(answer);
    expect(queue.sent).toHaveLength(1);
  });

  it('fails with the very error of that function, and still sends the change', async () => {
    const refusal = Object.assign(new Error('No mail to this domain'), { name: 'DomainRefused' });
    const { handler, queue } = start(() => Promise.reject(refusal));

    await expect(handler(event, CONTEXT)).rejects.toBe(refusal);
    expect(queue.sent).toHaveLength(1);
  });

  it('calls it side by side with its own sending, whose failure costs the caller nothing', async () => {
    const order: string[] = [];
    const { handler, queue, logger } = start(async () => {
      order.push('chained');
      return event;
    });
    queue.send = async () => {
      order.push('sending');
      await new Promise((resolve) => setImmediate(resolve));
      throw new Error('The queue is down');
    };

    expect(await handler(event, CONTEXT)).toBe(event);
    expect(order.toSorted()).toEqual(['chained', 'sending']);
    expect(logger.lines).toMatchObject([{ level: 'error', message: 'change not noted' }]);
  });

  it('calls it for sources that announce no change, too: the trigger was all of them', async () => {
    const seen: unknown[] = [];
    const signUp = { ...event, triggerSource: 'CustomMessage_SignUp' };
    const { handler, queue } = start(async (given) => {
      seen.push(given);
      return given;
    });

    await handler(signUp, CONTEXT);

    expect(seen).toEqual([signUp]);
    expect(queue.sent).toEqual([]);
  });
});
