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
  ExpiredCodeException,
  GetUserCommand,
  InitiateAuthCommand,
  InvalidParameterException,
  InvalidPasswordException,
  NotAuthorizedException,
  ResourceNotFoundException,
  SignUpCommand,
  TooManyRequestsException,
  UserNotFoundException,
  UsernameExistsException,
  VerifyUserAttributeCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { describe, expect, it } from 'vitest';
import { createCognito } from '../../services/cognito/index.ts';
import { putLocal } from '../support/local-requests.ts';
import { startGateway } from './gateway-fixture.ts';

const FUNCTION_ARN = 'arn:aws:lambda:eu-west-1:000000000000:function:pool-trigger';
const PASSWORD = 'Correct-horse-1';

/** Cognito behind the gateway, with one pool, one user, and a trigger function that returns its event. */
async function startCognito() {
  const events: { readonly triggerSource: string }[] = [];
  const gateway = await startGateway({
    events: { operations: { PutEvents: () => ({ FailedEntryCount: 0, Entries: [] }) } },
    lambda: {
      operations: {
        Invoke: ({ Payload }: { readonly Payload: Uint8Array }) => {
          const event = JSON.parse(new TextDecoder().decode(Payload)) as { readonly triggerSource: string };
          events.push(event);
          return { StatusCode: 200, Payload };
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
  it('keeps milliseconds of UserLastModifiedDate over the wire', async () => {
    const { client, gateway, UserPoolId } = await startCognito();

    await gateway.clock.advance(1_234);
    await client.send(
      new AdminDeleteUserAttributesCommand({ UserPoolId, Username: 'mary', UserAttributeNames: ['nickname'] }),
    );

    const { UserLastModifiedDate } = await client.send(new AdminGetUserCommand({ UserPoolId, Username: 'mary' }));
    expect(UserLastModifiedDate?.toISOString()).toBe('2026-01-01T00:00:01.234Z');
  });

  it('answers each error as the class that the SDK knows it by', async () => {
    const { client, cognito, UserPoolId, ClientId, signIn, setEmail } = await startCognito();
    const AccessToken = await signIn();
    const verify = (Code: string) =>
      client.send(new VerifyUserAttributeCommand({ AccessToken, AttributeName: 'email', Code }));
    const create = (Username: string, TemporaryPassword = PASSWORD) =>
      client.send(new AdminCreateUserCommand({ UserPoolId, Username, TemporaryPassword, MessageAction: 'SUPPRESS' }));
    await create('john');

    expect(await failure(setEmail('x@example.com', 'missing'))).toBeInstanceOf(UserNotFoundException);
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
