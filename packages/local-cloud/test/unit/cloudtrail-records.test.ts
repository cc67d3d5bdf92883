import { describe, expect, it } from 'vitest';
import type { Caller } from '../../service.ts';
import { FUNCTION_ARN, FunctionError, refusal, startPool, toList } from './cognito-fixture.ts';

const HIDDEN = 'HIDDEN_DUE_TO_SECURITY_REASONS';

/** The records of what `act` does, without those of the preparation. */
async function recordsOf(pool: Awaited<ReturnType<typeof startPool>>, act: () => Promise<unknown>) {
  await pool.records();
  pool.entries.length = 0;
  await refusal(act());
  return pool.records();
}

// https://docs.aws.amazon.com/cognito/latest/developerguide/logging-using-cloudtrail.html
describe('the record of an administrator’s call', () => {
  it('names the pool and the sub, and hides every value that could name a person', async () => {
    const pool = await startPool();
    const { sub } = await pool.createUser('mary');
    await pool.clock.advance(1_999);

    const [record] = await recordsOf(pool, () =>
      pool.update('mary', { family_name: 'Jones' }, { ClientMetadata: { note: 'secret' } }),
    );

    expect(record).toEqual({
      eventVersion: '1.11',
      userIdentity: {
        type: 'IAMUser',
        principalId: 'AIDALOCALEXAMPLE',
        arn: 'arn:aws:iam::111122223333:user/local',
        accountId: '111122223333',
        userName: 'local',
      },
      eventTime: '2026-01-01T00:00:02Z',
      eventSource: 'cognito-idp.amazonaws.com',
      eventName: 'AdminUpdateUserAttributes',
      awsRegion: 'eu-west-1',
      sourceIPAddress: '127.0.0.1',
      userAgent: 'local-cloud',
      requestParameters: {
        userPoolId: pool.UserPoolId,
        username: HIDDEN,
        userAttributes: HIDDEN,
        clientMetadata: HIDDEN,
      },
      responseElements: null,
      additionalEventData: { sub },
      requestID: 'request-1',
      eventID: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      readOnly: false,
      eventType: 'AwsApiCall',
      managementEvent: true,
      recipientAccountId: '111122223333',
      eventCategory: 'Management',
    });
    expect(pool.entries).toMatchObject([
      { Source: 'aws.cognito-idp', DetailType: 'AWS API Call via CloudTrail', Time: new Date('2026-01-01T00:00:02Z') },
    ]);
  });

  it('names the role of a function', async () => {
    const pool = await startPool();
    await pool.createUser('mary');
    const caller: Caller = {
      kind: 'role',
      roleArn: 'arn:aws:iam::111122223333:role/worker-role',
      functionName: 'worker',
    };

    const [record] = await recordsOf(pool, () =>
      pool.call('AdminGetUser', { UserPoolId: pool.UserPoolId, Username: 'mary' }, caller),
    );

    expect(record).toMatchObject({
      readOnly: true,
      userIdentity: {
        type: 'AssumedRole',
        arn: 'arn:aws:sts::111122223333:assumed-role/worker-role/worker',
        sessionContext: {
          sessionIssuer: { arn: 'arn:aws:iam::111122223333:role/worker-role', userName: 'worker-role' },
        },
      },
    });
  });

  it('carries error code and message of a failed call, and the sub when the user was found', async () => {
    const pool = await startPool();
    const { sub } = await pool.createUser('mary');

    const [found] = await recordsOf(pool, () => pool.update('mary', { 'custom:none': 'x' }));
    const [missing] = await recordsOf(pool, () => pool.update('missing', { name: 'x' }));

    expect(found).toMatchObject({
      errorCode: 'InvalidParameterException',
      errorMessage: 'user.custom:none: Attribute does not exist in the schema.',
      additionalEventData: { sub },
    });
    expect(missing).toMatchObject({ errorCode: 'UserNotFoundException' });
    expect(missing).not.toHaveProperty('additionalEventData');
  });

  it('has no error code on success', async () => {
    const pool = await startPool();
    await pool.createUser('mary');

    const [record] = await recordsOf(pool, () => pool.update('mary', { name: 'x' }));

    expect(record).not.toHaveProperty('errorCode');
  });

  it('shows the members of a pool as they are', async () => {
    const pool = await startPool();

    const [record] = await recordsOf(pool, () =>
      pool.call('UpdateUserPool', { UserPoolId: pool.UserPoolId, LambdaConfig: { CustomMessage: FUNCTION_ARN } }),
    );

    expect(record?.requestParameters).toEqual({
      userPoolId: pool.UserPoolId,
      lambdaConfig: { customMessage: 'arn:aws:lambda:eu-west-1:111122223333:function:pool-trigger' },
    });
  });

  it('is not left by what the local cloud does not model', async () => {
    const pool = await startPool();

    const records = await recordsOf(pool, () => pool.createUser('mary', {}, { ValidationData: [] }));

    expect(records).toEqual([]);
  });
});

describe('the record of a call authorised by an access token', () => {
  it('names only the sub, and no pool', async () => {
    const pool = await startPool();
    const { sub } = await pool.createUser('mary');
    const { AccessToken } = await pool.signIn('mary', await pool.createClient());

    const [record] = await recordsOf(pool, () =>
      pool.call('UpdateUserAttributes', { AccessToken, UserAttributes: toList({ family_name: 'Jones' }) }),
    );

    expect(record).toMatchObject({
      eventName: 'UpdateUserAttributes',
      userIdentity: { type: 'Unknown', principalId: 'Anonymous' },
      requestParameters: { accessToken: HIDDEN, userAttributes: HIDDEN },
      additionalEventData: { sub },
      readOnly: false,
    });
    expect(JSON.stringify(record)).not.toContain(pool.UserPoolId);
  });

  it('hides passwords and codes, and shows the app client', async () => {
    const pool = await startPool({ AutoVerifiedAttributes: ['email'] });
    const ClientId = await pool.createClient();
    const UserAttributes = toList({ email: 'mary@example.com' });

    const records = await recordsOf(pool, async () => {
      await pool.call('SignUp', { ClientId, Username: 'mary', Password: 'Correct-horse-1', UserAttributes });
      await pool.call('ConfirmSignUp', { ClientId, Username: 'mary', ConfirmationCode: pool.lastCode() });
    });

    expect(records.map(({ requestParameters }) => requestParameters)).toEqual([
      { clientId: ClientId, username: HIDDEN, password: HIDDEN, userAttributes: HIDDEN },
      { clientId: ClientId, username: HIDDEN, confirmationCode: HIDDEN },
    ]);
  });

  it.each([
    ['GetUser', true],
    ['GetUserAttributeVerificationCode', false],
  ])('tells whether %s only read', async (operation, expected) => {
    const pool = await startPool({ AutoVerifiedAttributes: ['email'] });
    await pool.createUser('mary', { email: 'mary@example.com' });
    const { AccessToken } = await pool.signIn('mary', await pool.createClient());
    const AttributeName = operation === 'GetUser' ? undefined : 'email';

    const [record] = await recordsOf(pool, () => pool.call(operation, { AccessToken, AttributeName }));

    expect(record).toMatchObject({ eventName: operation, readOnly: expected });
  });
});

describe('a record', () => {
  it('is written after the caller is answered', async () => {
    const pool = await startPool();
    await pool.createUser('mary');
    await pool.records();
    pool.entries.length = 0;

    await pool.update('mary', { name: 'Mary' });

    expect(pool.entries).toEqual([]);
    expect(await pool.records()).toHaveLength(1);
  });

  it('is left by a call that its trigger failed', async () => {
    const settings = { AutoVerifiedAttributes: ['email'], LambdaConfig: { CustomMessage: FUNCTION_ARN } };
    const pool = await startPool(settings, () => {
      throw new FunctionError('boom');
    });
    await pool.createUser('mary');

    const [record] = await recordsOf(pool, () => pool.update('mary', { email: 'mary@example.com' }));

    expect(record).toMatchObject({ errorCode: 'UserLambdaValidationException' });
  });
});
