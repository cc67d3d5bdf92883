import { describe, expect, it } from 'vitest';
import { FUNCTION_ARN, refusal, startPool, type TriggerFunction } from './cognito-fixture.ts';

const VERIFIED = { AutoVerifiedAttributes: ['email'] };
const WITH_TRIGGER = { ...VERIFIED, LambdaConfig: { CustomMessage: FUNCTION_ARN } };
const MARY = { email: 'mary.smith@example.com', email_verified: 'true', family_name: 'Smith' };

const startWithMary = async (settings: object, answer?: TriggerFunction) => {
  const pool = await startPool(settings, answer);
  const { sub } = await pool.createUser('mary', MARY);
  return { ...pool, sub };
};

// https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-custom-message.html
describe('the custom message trigger', () => {
  it.each([
    ['a name alone', { family_name: 'Jones' }, []],
    ['an e-mail', { email: 'mary.jones@example.com' }, ['CustomMessage_UpdateUserAttribute']],
    [
      'an e-mail with a name',
      { email: 'mary.jones@example.com', family_name: 'Jones' },
      ['CustomMessage_UpdateUserAttribute'],
    ],
    ['an e-mail declared verified', { email: 'mary.jones@example.com', email_verified: 'true' }, []],
    ['an e-mail that is the same', { email: 'mary.smith@example.com' }, []],
    ['a deleted e-mail', { email: '' }, []],
    ['a phone number that the pool does not verify', { phone_number: '+49301234567' }, []],
  ])('fires as AWS documents for %s', async (_, changes, expected) => {
    const { update, triggers } = await startWithMary(WITH_TRIGGER);

    await update('mary', changes);

    expect(triggers()).toEqual(expected);
  });

  it('is called through the LambdaConfig of the pool, as Cognito acting for the pool', async () => {
    const { update, invocations, poolArn } = await startWithMary(WITH_TRIGGER);

    await update('mary', { email: 'mary.jones@example.com' });

    expect(invocations[0]?.functionName).toBe('arn:aws:lambda:eu-west-1:111122223333:function:pool-trigger');
    expect(invocations[0]?.caller).toEqual({
      kind: 'service',
      principal: 'cognito-idp.amazonaws.com',
      sourceArn: poolArn,
    });
  });

  it('sees the event that AWS documents, with the new values and every value a string', async () => {
    const { update, invocations, UserPoolId, sub } = await startWithMary(WITH_TRIGGER);

    await update(
      'mary',
      { email: 'mary.jones@example.com', family_name: 'Jones' },
      { ClientMetadata: { ticket: '42' } },
    );

    expect(invocations[0]?.event).toEqual({
      version: '1',
      region: 'eu-west-1',
      userPoolId: UserPoolId,
      userName: 'mary',
      callerContext: { awsSdkVersion: 'aws-sdk-unknown-unknown', clientId: 'CLIENT_ID_NOT_APPLICABLE' },
      triggerSource: 'CustomMessage_UpdateUserAttribute',
      request: {
        userAttributes: {
          sub,
          'cognito:user_status': 'FORCE_CHANGE_PASSWORD',
          email: 'mary.jones@example.com',
          email_verified: 'false',
          family_name: 'Jones',
        },
        codeParameter: '{####}',
        linkParameter: '{##Click Here##}',
        usernameParameter: null,
        clientMetadata: { ticket: '42' },
      },
      response: { smsMessage: null, emailMessage: null, emailSubject: null },
    });
  });

  it('sees the old values when the switch says so [assumption: AWS documents neither]', async () => {
    const { update, invocations, cognito } = await startWithMary(WITH_TRIGGER);
    cognito.admin.settings?.({ customMessageValues: 'old' });

    await update('mary', { email: 'mary.jones@example.com' });

    expect(invocations[0]?.event.request.userAttributes).toMatchObject({
      email: 'mary.smith@example.com',
      email_verified: 'true',
    });
  });

  it('runs before the value is stored', async () => {
    const seen: unknown[] = [];
    const pool = await startWithMary(WITH_TRIGGER, async (event) => {
      seen.push((await pool.read('mary')).email);
      return event;
    });

    await pool.update('mary', { email: 'mary.jones@example.com' });

    expect(seen).toEqual(['mary.smith@example.com']);
    expect((await pool.read('mary')).email).toBe('mary.jones@example.com');
  });

  it('fires once for each address when both change', async () => {
    const { update, triggers, cognito } = await startWithMary({
      ...WITH_TRIGGER,
      AutoVerifiedAttributes: ['email', 'phone_number'],
    });

    await update('mary', { email: 'mary.jones@example.com', phone_number: '+49301234567' });

    expect(triggers()).toEqual(['CustomMessage_UpdateUserAttribute', 'CustomMessage_UpdateUserAttribute']);
    expect(cognito.outbox().map(({ medium, to }) => [medium, to])).toEqual([
      ['EMAIL', 'mary.jones@example.com'],
      ['SMS', '+49301234567'],
    ]);
  });

  it('writes the message when the pool sends through its own sender', async () => {
    const settings = { ...WITH_TRIGGER, EmailConfiguration: { EmailSendingAccount: 'DEVELOPER' } };
    const { update, cognito, lastCode } = await startWithMary(settings, (event) => ({
      ...event,
      response: { emailSubject: 'Please confirm', emailMessage: 'Code: {####}', smsMessage: null },
    }));

    await update('mary', { email: 'mary.jones@example.com' });

    expect(cognito.outbox()[0]).toMatchObject({ subject: 'Please confirm', body: `Code: ${lastCode()}` });
  });
});

// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminUpdateUserAttributes.html (errors)
describe('a custom message trigger that fails', () => {
  it.each<[string, TriggerFunction, string]>([
    ['nothing usable', () => 'nonsense', '400 InvalidLambdaResponseException: Unrecognizable lambda output'],
    ['no response member', () => ({}), '400 InvalidLambdaResponseException: Unrecognizable lambda output'],
    [
      'a message for the built-in sender',
      (event) => ({ ...event, response: { emailMessage: 'Code {####}' } }),
      '400 InvalidLambdaResponseException: CustomMessage may set emailMessage only when EmailSendingAccount is DEVELOPER.',
    ],
    [
      'a message without the code',
      (event) => ({ ...event, response: { smsMessage: 'no code' } }),
      '400 InvalidLambdaResponseException: CustomMessage returned an unusable smsMessage.',
    ],
  ])('fails the caller and stores nothing when it returns %s', async (_, answer, expected) => {
    const { update, read, cognito } = await startWithMary(WITH_TRIGGER, answer);

    const answered = await refusal(update('mary', { email: 'mary.jones@example.com', family_name: 'Jones' }));

    expect(answered).toBe(expected);
    expect(await read('mary')).toEqual(MARY);
    expect(cognito.outbox()).toEqual([]);
  });
});
