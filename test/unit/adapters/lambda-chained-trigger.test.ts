import { LambdaClient } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createChainedTrigger } from '../../../lambda/adapters/lambda-chained-trigger.ts';
import customMessage from '../../fixtures/events/trigger-custom-message.json' with { type: 'json' };
import { createLogger } from '../../support/ports.ts';
import { startService } from './canned-service.ts';

const ARN = 'arn:aws:lambda:eu-central-1:111122223333:function:their-messages';

let service: Awaited<ReturnType<typeof startService>>;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.stop());

const start = (targets = { CustomMessage: ARN }, logger = createLogger()) =>
  createChainedTrigger(new LambdaClient(service.client()), targets, { name: 'our-trigger', logger });

describe('a chained trigger', () => {
  it('passes the event on unchanged and returns the answer of the function', async () => {
    const answer = { ...customMessage, response: { emailSubject: 'Your code' } };
    service.answer({ body: answer });

    const result = await start()(customMessage);

    expect(result).toEqual(answer);
    expect(service.requests).toMatchObject([
      { method: 'POST', path: `/2015-03-31/functions/${encodeURIComponent(ARN)}/invocations`, body: customMessage },
    ]);
  });

  it.each([
    ['of another trigger', { ...customMessage, triggerSource: 'PostConfirmation_ConfirmSignUp' }],
    ['of a trigger with a name that objects have of themselves', { triggerSource: 'constructor_x' }],
    ['without a source', {}],
    ['that is none', null],
  ])('returns an event %s as it came, and calls no function', async (_, event) => {
    service.answer({});

    expect(await start()(event)).toBe(event);
    expect(service.requests).toEqual([]);
  });

  it.each([
    ['itself', ARN.replace('their-messages', 'our-trigger')],
    ['an alias of itself', ARN.replace('their-messages', 'our-trigger:live')],
  ])('that is %s is not called, which would never end, and is told of', async (_, CustomMessage) => {
    service.answer({});
    const logger = createLogger();

    expect(await start({ CustomMessage }, logger)(customMessage)).toBe(customMessage);
    expect(service.requests).toEqual([]);
    expect(logger.lines).toMatchObject([{ level: 'error', message: 'chained function is this function' }]);
  });

  it('fails with type and message of the function', async () => {
    service.answer({
      headers: { 'x-amz-function-error': 'Unhandled' },
      body: { errorType: 'DomainRefused', errorMessage: 'No mail to this domain' },
    });

    await expect(start()(customMessage)).rejects.toMatchObject({
      name: 'DomainRefused',
      message: 'No mail to this domain',
    });
  });

  it('fails when the function failed without saying how', async () => {
    service.answer({ headers: { 'x-amz-function-error': 'Unhandled' }, body: '' });

    await expect(start()(customMessage)).rejects.toThrow('The chained function failed.');
  });

  it.each([
    ['is throttled', { status: 429 }, 'TransientError'],
    ['may not be called', { status: 403, headers: { 'x-amzn-errortype': 'AccessDeniedException' } }, 'PermanentError'],
    ['does not answer', { instead: 'reset' } as const, 'TransientError'],
  ])('is never skipped in silence: it fails when the function %s', async (_, answer, name) => {
    service.answer(answer);

    await expect(start()(customMessage)).rejects.toMatchObject({ name });
    expect(service.requests).toHaveLength(1);
  });
});
