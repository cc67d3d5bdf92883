import { describe, expect, it } from 'vitest';
import { AwsError } from '../../service.ts';
import { FUNCTION_ARN, FunctionError, refusal, startPool, type TriggerFunction } from './cognito-fixture.ts';

const CUSTOM_MESSAGE = { AutoVerifiedAttributes: ['email'], LambdaConfig: { CustomMessage: FUNCTION_ARN } };
const LIFECYCLE = { LambdaConfig: { PostConfirmation: FUNCTION_ARN, PostAuthentication: FUNCTION_ARN } };
const MARY = { email: 'mary.smith@example.com', email_verified: 'true' };

const fail: TriggerFunction = () => {
  throw new FunctionError('boom');
};

// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminUpdateUserAttributes.html (errors)
describe('a trigger that fails', () => {
  it('is a UserLambdaValidationException with the error of the function', async () => {
    const { createUser, update, read } = await startPool(CUSTOM_MESSAGE, fail);
    await createUser('mary', MARY);

    const answer = await refusal(update('mary', { email: 'mary.jones@example.com' }));

    expect(answer).toBe('400 UserLambdaValidationException: CustomMessage failed with error boom.');
    expect(await read('mary')).toEqual(MARY);
  });

  it('is an UnexpectedLambdaException when Cognito may not invoke the function', async () => {
    const { createUser, update, read } = await startPool(CUSTOM_MESSAGE, () => {
      throw new AwsError('AccessDeniedException', 'not permitted', 403);
    });
    await createUser('mary', MARY);

    const answer = await refusal(update('mary', { email: 'mary.jones@example.com' }));

    expect(answer).toBe(
      '400 UnexpectedLambdaException: CustomMessage invocation failed due to error AccessDeniedException.',
    );
    expect(await read('mary')).toEqual(MARY);
  });

  it('is an UnexpectedLambdaException after 5 seconds without an answer, and what comes later changes nothing', async () => {
    const late = Promise.withResolvers<unknown>();
    const { createUser, update, read, clock } = await startPool(CUSTOM_MESSAGE, () => late.promise);
    await createUser('mary', MARY);

    let settled = false;
    const answer = refusal(update('mary', { email: 'mary.jones@example.com' })).finally(() => {
      settled = true;
    });
    await clock.advance(4_999);
    expect(settled).toBe(false);
    await clock.advance(1);
    late.resolve({ response: {} });

    expect(await answer).toBe(
      '400 UnexpectedLambdaException: CustomMessage invocation failed due to error Socket timeout while invoking Lambda function.',
    );
    expect(await read('mary')).toEqual(MARY);
  });

  it('is invoked once only', async () => {
    const { createUser, update, triggers } = await startPool(CUSTOM_MESSAGE, fail);
    await createUser('mary', MARY);

    await refusal(update('mary', { email: 'mary.jones@example.com' }));

    expect(triggers()).toEqual(['CustomMessage_UpdateUserAttribute']);
  });

  it('keeps an invited user from being created', async () => {
    const { createUser, cognito, read } = await startPool(CUSTOM_MESSAGE, fail);

    const answer = await refusal(createUser('mary', MARY, { MessageAction: undefined }));

    expect(answer).toBe('400 UserLambdaValidationException: CustomMessage failed with error boom.');
    expect(await refusal(read('mary'))).toBe('400 UserNotFoundException: User does not exist.');
    expect(cognito.outbox()).toEqual([]);
  });
});

describe('two creations of one name while a trigger runs', () => {
  it('leave one user', async () => {
    const gate = Promise.withResolvers<void>();
    const { createUser } = await startPool(CUSTOM_MESSAGE, async (event) => {
      await gate.promise;
      return event;
    });

    const first = refusal(createUser('mary', MARY, { MessageAction: undefined }));
    const second = refusal(createUser('mary', MARY, { MessageAction: undefined }));
    gate.resolve();

    expect(await first).toMatchObject({ username: 'mary' });
    expect(await second).toBe('400 UsernameExistsException: User account already exists');
  });
});

describe('a trigger that is not modelled', () => {
  it.each([
    ['PreAuthentication', 'pre authentication triggers'],
    ['PreTokenGeneration', 'pre token generation triggers'],
  ])('refuses the sign-in that would fire %s', async (trigger, name) => {
    const { createUser, createClient, signIn } = await startPool({ LambdaConfig: { [trigger]: FUNCTION_ARN } });
    await createUser('mary');

    const answer = await refusal(signIn('mary', await createClient()));

    expect(answer).toBe(
      `501 UnsupportedOperation: The local cloud does not model ${name}. Supported: see packages/local-cloud/README.md.`,
    );
  });

  it('refuses the registration that would fire PreSignUp', async () => {
    const { createUser } = await startPool({ LambdaConfig: { PreSignUp: FUNCTION_ARN } });

    expect(await refusal(createUser('mary'))).toContain('does not model pre sign-up triggers');
  });
});

// https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-working-with-lambda-triggers.html
describe('post confirmation and post authentication', () => {
  const signUp = {
    Username: 'mary',
    Password: 'Correct-horse-1',
    UserAttributes: [{ Name: 'email', Value: MARY.email }],
  };

  it('tell of a confirmed sign-up and of a sign-in', async () => {
    const pool = await startPool({ ...LIFECYCLE, AutoVerifiedAttributes: ['email'] });
    const ClientId = await pool.createClient();
    await pool.call('SignUp', { ClientId, ...signUp });

    await pool.call('ConfirmSignUp', { ClientId, Username: 'mary', ConfirmationCode: pool.lastCode() });
    await pool.signIn('mary', ClientId);

    expect(pool.triggers()).toEqual(['PostConfirmation_ConfirmSignUp', 'PostAuthentication_Authentication']);
    expect(pool.invocations[0]?.event).toMatchObject({
      userName: 'mary',
      callerContext: { clientId: ClientId },
      request: {
        userAttributes: { 'cognito:user_status': 'CONFIRMED', email: 'mary.smith@example.com', email_verified: 'true' },
      },
    });
    expect(pool.invocations[1]?.event.request.newDeviceUsed).toBe(false);
  });

  it('tell of a confirmation by an administrator', async () => {
    const pool = await startPool(LIFECYCLE);
    await pool.call('SignUp', { ClientId: await pool.createClient(), ...signUp });

    await pool.call('AdminConfirmSignUp', { UserPoolId: pool.UserPoolId, Username: 'mary' });

    expect(pool.triggers()).toEqual(['PostConfirmation_ConfirmSignUp']);
    expect(pool.invocations[0]?.event.callerContext).toMatchObject({ clientId: 'CLIENT_ID_NOT_APPLICABLE' });
  });

  it('fail the caller when they fail; the account is confirmed all the same [assumption]', async () => {
    const pool = await startPool(LIFECYCLE, fail);
    const ClientId = await pool.createClient();
    await pool.call('SignUp', { ClientId, ...signUp });

    const confirmed = await refusal(pool.call('AdminConfirmSignUp', { UserPoolId: pool.UserPoolId, Username: 'mary' }));
    const signedIn = await refusal(pool.signIn('mary', ClientId));

    expect(confirmed).toBe('400 UserLambdaValidationException: PostConfirmation failed with error boom.');
    expect(signedIn).toBe('400 UserLambdaValidationException: PostAuthentication failed with error boom.');
    expect(await pool.call('AdminGetUser', { UserPoolId: pool.UserPoolId, Username: 'mary' })).toMatchObject({
      UserStatus: 'CONFIRMED',
    });
  });

  it('leave a pool without them alone', async () => {
    const pool = await startPool();
    await pool.createUser('mary');

    await pool.signIn('mary', await pool.createClient());

    expect(pool.invocations).toEqual([]);
  });
});
