import {
  AdminCreateUserCommand,
  AdminDeleteUserAttributesCommand,
  AdminGetUserCommand,
  AdminSetUserPasswordCommand,
  AdminUpdateUserAttributesCommand,
  AliasExistsException,
  CodeMismatchException,
  CognitoIdentityProviderClient,
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
  DescribeUserPoolCommand,
  ExpiredCodeException,
  GetUserAttributeVerificationCodeCommand,
  GetUserCommand,
  InitiateAuthCommand,
  InvalidLambdaResponseException,
  InvalidParameterException,
  InvalidPasswordException,
  ListUsersCommand,
  NotAuthorizedException,
  paginateListUsers,
  ResourceNotFoundException,
  SignUpCommand,
  TooManyRequestsException,
  UnexpectedLambdaException,
  UpdateUserAttributesCommand,
  UpdateUserPoolCommand,
  UserLambdaValidationException,
  UserNotFoundException,
  UsernameExistsException,
  VerifyUserAttributeCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { describe, expect, it } from 'vitest';
import { AwsError } from '../../../local/service.ts';
import { createCognito } from '../../../local/services/cognito/index.ts';
import { putLocal } from '../../support/local-requests.ts';
import { startGateway } from './gateway-fixture.ts';

const FUNCTION_ARN = 'arn:aws:lambda:eu-west-1:000000000000:function:pool-trigger';
const PASSWORD = 'Correct-horse-1';

interface Answer {
  readonly FunctionError?: string;
  readonly Payload: Uint8Array;
}
const bytes = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));

/** Cognito behind the gateway, with one pool, one signed-in user, and a trigger function that answers as told. */
async function startCognito(
  answer: (event: unknown) => Answer = (event) => ({ Payload: bytes(event) }),
  settings: object = {},
) {
  const events: { readonly triggerSource: string }[] = [];
  const gateway = await startGateway({
    events: { operations: { PutEvents: () => ({ FailedEntryCount: 0, Entries: [] }) } },
    lambda: {
      operations: {
        Invoke: ({ Payload }: { readonly Payload: Uint8Array }) => {
          const event = JSON.parse(new TextDecoder().decode(Payload)) as { readonly triggerSource: string };
          events.push(event);
          return { StatusCode: 200, ...answer(event) };
        },
      },
    },
  });
  const cognito = createCognito(gateway.cloud);
  gateway.register('cognito-idp', cognito);
  const client = new CognitoIdentityProviderClient(gateway.client);
  const { UserPool } = await client.send(
    new CreateUserPoolCommand({
      PoolName: 'staff',
      AliasAttributes: ['email'],
      AutoVerifiedAttributes: ['email'],
      LambdaConfig: { CustomMessage: FUNCTION_ARN },
      ...settings,
    }),
  );
  const UserPoolId = UserPool?.Id ?? '';
  const { UserPoolClient } = await client.send(
    new CreateUserPoolClientCommand({ UserPoolId, ClientName: 'app', ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'] }),
  );
  const ClientId = UserPoolClient?.ClientId ?? '';
  const UserAttributes = [
    { Name: 'email', Value: 'mary.smith@example.com' },
    { Name: 'email_verified', Value: 'true' },
  ];
  await client.send(
    new AdminCreateUserCommand({ UserPoolId, Username: 'mary', UserAttributes, MessageAction: 'SUPPRESS' }),
  );
  await client.send(
    new AdminSetUserPasswordCommand({ UserPoolId, Username: 'mary', Password: PASSWORD, Permanent: true }),
  );
  const signIn = async () => {
    const AuthParameters = { USERNAME: 'mary', PASSWORD };
    const { AuthenticationResult } = await client.send(
      new InitiateAuthCommand({ AuthFlow: 'USER_PASSWORD_AUTH', ClientId, AuthParameters }),
    );
    return AuthenticationResult?.AccessToken ?? '';
  };
  const setEmail = (email: string, Username = 'mary', more: readonly { Name: string; Value: string }[] = []) =>
    client.send(
      new AdminUpdateUserAttributesCommand({
        UserPoolId,
        Username,
        UserAttributes: [{ Name: 'email', Value: email }, ...more],
      }),
    );
  return { gateway, client, cognito, events, UserPoolId, ClientId, signIn, setEmail };
}

const failure = (act: Promise<unknown>): Promise<unknown> =>
  act.then(
    () => 'no failure',
    (error: unknown) => error,
  );

// Members and errors: https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/Welcome.html
describe('Cognito through the SDK', () => {
  it('changes, verifies and reads an e-mail', async () => {
    const { client, cognito, events, UserPoolId, signIn, setEmail } = await startCognito();
    const AccessToken = await signIn();

    const updated = await setEmail('mary.jones@example.com');
    const Code = cognito.outbox().at(-1)?.code;
    await client.send(new VerifyUserAttributeCommand({ AccessToken, AttributeName: 'email', Code }));
    const user = await client.send(new AdminGetUserCommand({ UserPoolId, Username: 'mary.jones@example.com' }));

    expect(updated.$metadata.httpStatusCode).toBe(200);
    expect(events.map(({ triggerSource }) => triggerSource)).toEqual(['CustomMessage_UpdateUserAttribute']);
    expect(user).toMatchObject({
      Username: 'mary',
      Enabled: true,
      UserStatus: 'CONFIRMED',
      UserCreateDate: new Date('2026-01-01T00:00:00Z'),
      UserLastModifiedDate: new Date('2026-01-01T00:00:00Z'),
    });
    expect(user.UserAttributes).toContainEqual({ Name: 'email', Value: 'mary.jones@example.com' });
    expect(user.UserAttributes).toContainEqual({ Name: 'email_verified', Value: 'true' });
  });

  it('keeps milliseconds of UserLastModifiedDate over the wire', async () => {
    const { client, gateway, UserPoolId } = await startCognito();

    await gateway.clock.advance(1_234);
    await client.send(
      new AdminDeleteUserAttributesCommand({ UserPoolId, Username: 'mary', UserAttributeNames: ['nickname'] }),
    );

    const { UserLastModifiedDate } = await client.send(new AdminGetUserCommand({ UserPoolId, Username: 'mary' }));
    expect(UserLastModifiedDate?.toISOString()).toBe('2026-01-01T00:00:01.234Z');
  });

  it('lets a user change and read what is theirs', async () => {
    const { client, signIn } = await startCognito();
    const AccessToken = await signIn();
    const UserAttributes = [{ Name: 'email', Value: 'mary.jones@example.com' }];

    const updated = await client.send(new UpdateUserAttributesCommand({ AccessToken, UserAttributes }));
    const resent = await client.send(
      new GetUserAttributeVerificationCodeCommand({ AccessToken, AttributeName: 'email' }),
    );
    const user = await client.send(new GetUserCommand({ AccessToken }));

    const delivery = { Destination: 'm***@e***', DeliveryMedium: 'EMAIL', AttributeName: 'email' };
    expect(updated.CodeDeliveryDetailsList).toEqual([delivery]);
    expect(resent.CodeDeliveryDetails).toEqual(delivery);
    expect(user.UserAttributes).toContainEqual({ Name: 'email_verified', Value: 'false' });
  });

  it('describes and updates a pool', async () => {
    const { client, UserPoolId } = await startCognito();

    await client.send(new UpdateUserPoolCommand({ UserPoolId, LambdaConfig: { PostConfirmation: FUNCTION_ARN } }));
    const { UserPool } = await client.send(new DescribeUserPoolCommand({ UserPoolId }));

    expect(UserPool?.LambdaConfig).toEqual({ PostConfirmation: FUNCTION_ARN });
    expect(UserPool).not.toHaveProperty('AutoVerifiedAttributes');
    expect(UserPool?.AliasAttributes).toEqual(['email']);
    expect(UserPool?.SchemaAttributes).toHaveLength(21);
  });

  it('lists users over pages with the SDK’s own paginator', async () => {
    const { client, UserPoolId } = await startCognito();
    for (const Username of ['anna', 'bert', 'cleo', 'dora'])
      await client.send(new AdminCreateUserCommand({ UserPoolId, Username, MessageAction: 'SUPPRESS' }));

    const pages: (string | undefined)[][] = [];
    for await (const { Users = [] } of paginateListUsers({ client, pageSize: 2 }, { UserPoolId }))
      pages.push(Users.map(({ Username }) => Username));
    const filtered = await client.send(new ListUsersCommand({ UserPoolId, Filter: 'username ^= "d"' }));

    expect(pages).toEqual([['mary', 'anna'], ['bert', 'cleo'], ['dora']]);
    expect(filtered.Users?.map(({ Username }) => Username)).toEqual(['dora']);
  });

  it('answers each error as the class that the SDK knows it by', async () => {
    const { client, cognito, UserPoolId, ClientId, signIn, setEmail } = await startCognito();
    const AccessToken = await signIn();
    const verify = (Code: string) =>
      client.send(new VerifyUserAttributeCommand({ AccessToken, AttributeName: 'email', Code }));
    const create = (Username: string, TemporaryPassword = PASSWORD) =>
      client.send(new AdminCreateUserCommand({ UserPoolId, Username, TemporaryPassword, MessageAction: 'SUPPRESS' }));
    await create('john');

    expect(await failure(setEmail('x@example.com', 'nobody'))).toBeInstanceOf(UserNotFoundException);
    expect(await failure(setEmail('no address'))).toBeInstanceOf(InvalidParameterException);
    expect(
      await failure(setEmail('mary.smith@example.com', 'john', [{ Name: 'email_verified', Value: 'true' }])),
    ).toBeInstanceOf(AliasExistsException);
    expect(await failure(create('mary'))).toBeInstanceOf(UsernameExistsException);
    expect(await failure(create('anna', 'weak'))).toBeInstanceOf(InvalidPasswordException);
    expect(await failure(client.send(new GetUserCommand({ AccessToken: 'none' })))).toBeInstanceOf(
      NotAuthorizedException,
    );
    expect(
      await failure(client.send(new AdminGetUserCommand({ UserPoolId: 'eu-west-1_none', Username: 'mary' }))),
    ).toBeInstanceOf(ResourceNotFoundException);
    expect(await failure(verify('000000'))).toBeInstanceOf(ExpiredCodeException);
    await setEmail('mary.jones@example.com');
    expect(await failure(verify('wrong'))).toBeInstanceOf(CodeMismatchException);
    expect(await failure(client.send(new SignUpCommand({ ClientId, Username: 'eve' })))).toBeInstanceOf(
      InvalidParameterException,
    );
    cognito.admin.settings?.({ quotas: { UserRead: 0.001 } });
    await client.send(new GetUserCommand({ AccessToken }));
    expect(await failure(client.send(new GetUserCommand({ AccessToken })))).toBeInstanceOf(TooManyRequestsException);
  });

  it('answers a failing trigger as the class that the SDK knows it by', async () => {
    const thrown = await startCognito(() => ({ FunctionError: 'Unhandled', Payload: bytes({ errorMessage: 'boom' }) }));
    const nonsense = await startCognito(() => ({ Payload: bytes('nonsense') }));
    const broken = await startCognito(() => {
      throw new AwsError('ResourceNotFoundException', 'Function not found', 404);
    });

    const error = await failure(thrown.setEmail('x@example.com'));
    expect(error).toBeInstanceOf(UserLambdaValidationException);
    expect((error as Error).message).toBe('CustomMessage failed with error boom.');
    expect(await failure(nonsense.setEmail('x@example.com'))).toBeInstanceOf(InvalidLambdaResponseException);
    expect(await failure(broken.setEmail('x@example.com'))).toBeInstanceOf(UnexpectedLambdaException);
  });

  it('shows its outbox and takes its settings beside the API', async () => {
    const { gateway, setEmail, events } = await startCognito();
    const put = await putLocal(gateway.endpoint, 'cognito-idp/settings', { customMessageValues: 'old' });
    await setEmail('mary.jones@example.com');
    const outbox = (await (await fetch(`${gateway.endpoint}/_local/outbox`)).json()) as {
      readonly 'cognito-idp': unknown;
    };

    expect(put.status).toBe(200);
    expect(events[0]).toMatchObject({ request: { userAttributes: { email: 'mary.smith@example.com' } } });
    expect(outbox['cognito-idp']).toMatchObject([{ to: 'mary.jones@example.com', medium: 'EMAIL', username: 'mary' }]);
  });
});
