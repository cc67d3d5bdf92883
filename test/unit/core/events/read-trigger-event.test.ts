import { describe, expect, it } from 'vitest';
import { changeOfTrigger } from '../../../../lambda/core/events/read-trigger-event.ts';
import customMessage from '../../../fixtures/events/trigger-custom-message.json' with { type: 'json' };

const NOW = 1_767_268_800_000;
const read = (event: unknown, postAuthentication = false) =>
  changeOfTrigger(event, 'request-1', NOW, { postAuthentication });

describe('changeOfTrigger', () => {
  it('reads the user and the time, and no value', () => {
    expect(read(customMessage)).toEqual({
      v: 1,
      userPoolId: 'eu-central-1_EXAMPLE00',
      sub: '11111111-1111-4111-8111-111111111111',
      cause: 'trigger',
      eventId: 'request-1',
      occurredAt: 1_767_268_800_000,
    });
  });

  it.each([
    ['CustomMessage_UpdateUserAttribute', 'trigger'],
    ['CustomMessage_VerifyUserAttribute', 'trigger'],
    ['PostConfirmation_ConfirmSignUp', 'post-confirmation'],
  ])('takes %s for a change by %s', (triggerSource, cause) => {
    expect(read({ ...customMessage, triggerSource })?.cause).toBe(cause);
  });

  it('takes PostAuthentication_Authentication only where it is asked for', () => {
    const event = { ...customMessage, triggerSource: 'PostAuthentication_Authentication' };

    expect(read(event, false)).toBeUndefined();
    expect(read(event, true)?.cause).toBe('post-authentication');
  });

  it.each([
    'CustomMessage_SignUp',
    'CustomMessage_AdminCreateUser',
    'CustomMessage_ResendCode',
    'CustomMessage_ForgotPassword',
    'CustomMessage_Authentication',
    'PostConfirmation_ConfirmForgotPassword',
    'PreSignUp_SignUp',
    'PreAuthentication_Authentication',
    'TokenGeneration_HostedAuth',
    'toString',
    '__proto__',
    '',
  ])('sees no change in %s', (triggerSource) => {
    expect(read({ ...customMessage, triggerSource }, true)).toBeUndefined();
  });

  it.each([[null], [undefined], [42], ['text'], [[]], [{}], [{ triggerSource: 42 }]])(
    'sees no change in %j',
    (event) => {
      expect(read(event, true)).toBeUndefined();
    },
  );

  it.each([
    ['without a sub', { ...customMessage, request: { userAttributes: { email: 'mary.jones@example.com' } } }],
    ['whose sub is none', { ...customMessage, request: { userAttributes: { sub: 'mary.jones' } } }],
    ['without a request', { ...customMessage, request: undefined }],
    ['without a pool', { ...customMessage, userPoolId: undefined }],
  ])('throws on an event of a known source %s', (_, event) => {
    expect(() => read(event)).toThrow();
  });
});
