import type {
  AdminConfirmSignUpRequest,
  AdminConfirmSignUpResponse,
  ConfirmSignUpRequest,
  ConfirmSignUpResponse,
  SignUpRequest,
  SignUpResponse,
} from '@aws-sdk/client-cognito-identity-provider';
import { unsupported } from '../../service.ts';
import { checkClientMayWrite, checkRequired, checkWrite, toValues, type Values } from './attributes.ts';
import {
  type CognitoCall,
  type CognitoOperation,
  type Context,
  invalid,
  notAuthorized,
  noteUser,
  operation,
  userNotFound,
} from './context.ts';
import { firePostConfirmation } from './lifecycle-triggers.ts';
import { CODE_LIFETIME_MS, composeMessage, deliveryDetails } from './messages.ts';
import type { Client, Pool, User, VerifiableAttribute } from './model.ts';
import { draftUser, toUser } from './new-user.ts';
import { checkPassword } from './passwords.ts';
import { checkSecretHash } from './tokens.ts';
import { NO_CLIENT } from './triggers.ts';
import { addUser, findClient, findUser, lookUp } from './users.ts';
import { checkCode, confirmAttribute } from './verify-operations.ts';

type Metadata = Readonly<Record<string, string>> | undefined;

/** The address of a user who signs up is unverified, with the flag false. */
const withFlags = (values: Values): Values =>
  new Map(
    [...values].flatMap(([name, value]) =>
      name === 'email' || name === 'phone_number'
        ? [
            [name, value],
            [`${name}_verified`, 'false'],
          ]
        : [[name, value]],
    ),
  );

/** The destination of a sign-up code: SMS when the pool verifies both and the user has both. */
function codeTarget(pool: Pool, user: User): VerifiableAttribute | undefined {
  const verifies = pool.settings.AutoVerifiedAttributes ?? [];
  return (['phone_number', 'email'] as const).find(
    (attribute) => verifies.includes(attribute) && user.attributes.has(attribute),
  );
}

async function sendSignUpCode(context: Context, pool: Pool, client: Client, user: User, clientMetadata: Metadata) {
  const attribute = codeTarget(pool, user);
  if (attribute === undefined) return undefined;
  const to = user.attributes.get(attribute) ?? '';
  const code = context.ids.code();
  const values = user.attributes;
  const message = await composeMessage(context, {
    pool,
    user,
    values,
    reason: 'SignUp',
    attribute,
    to,
    code,
    clientId: client.id,
    clientMetadata,
  });
  user.codes.set('sign-up', {
    code,
    attribute,
    to,
    pending: false,
    expiresAt: context.cloud.clock.now() + CODE_LIFETIME_MS,
  });
  context.outbox.push(message);
  return deliveryDetails(attribute, to);
}

/**
 * Confirms an account and runs the post confirmation trigger. When the trigger fails, the call fails.
 *
 * assumption: the account stays confirmed when the trigger fails.
 *
 * @throws {AwsError} `NotAuthorizedException` unless the account is unconfirmed, and an error of the trigger.
 */
export async function confirmSignUp(
  context: Context,
  pool: Pool,
  user: User,
  clientId: string,
  clientMetadata: Metadata,
): Promise<object> {
  user.status = 'CONFIRMED';
  user.modifiedAt = context.cloud.clock.now();
  await firePostConfirmation(context, pool, user, clientId, clientMetadata);
  return {};
}

function checkUnconfirmed(user: User): void {
  if (user.status !== 'UNCONFIRMED') throw notAuthorized(`User cannot be confirmed. Current status is ${user.status}`);
}

/**
 * The user of a request of an app client, after a check of the secret hash.
 *
 * @throws {AwsError} `ResourceNotFoundException`, `NotAuthorizedException`, `UserNotFoundException`.
 */
function findByClient(
  context: Context,
  call: CognitoCall,
  clientId: string,
  name: string,
  secretHash: string | undefined,
) {
  const { pool, client } = findClient(context, clientId);
  checkSecretHash(client, name, secretHash);
  const user = lookUp(context, pool, name);
  if (user !== undefined) return { pool, client, user: noteUser(call, user) };
  if (client.settings.PreventUserExistenceErrors === 'ENABLED')
    throw unsupported('the simulated answer for an unknown user');
  throw userNotFound();
}

/** Sign-up by users, and its confirmation. */
export const signUpOperations = (context: Context): Readonly<Record<string, CognitoOperation>> => ({
  SignUp: operation<SignUpRequest, SignUpResponse>(
    ['ClientId', 'Username'],
    ['SecretHash', 'Password', 'UserAttributes', 'ClientMetadata'],
    async ({ ClientId, Username, Password, SecretHash, UserAttributes, ClientMetadata }, call) => {
      const { pool, client } = findClient(context, ClientId);
      checkSecretHash(client, Username, SecretHash);
      if (pool.settings.AdminCreateUserConfig?.AllowAdminCreateUserOnly === true)
        throw notAuthorized('SignUp is not permitted for this user pool');
      const changes = toValues(UserAttributes);
      checkWrite(pool.schema, new Map(), changes, 'creator');
      checkClientMayWrite(
        pool.schema,
        client.settings.WriteAttributes,
        context.settings().defaultWriteAttributes,
        changes.keys(),
      );
      if (Password === undefined) throw invalid('Password is required: this pool has no passwordless sign-in.');
      checkPassword(pool, Password);
      const draft = draftUser(context, pool, Username, changes);
      checkRequired(pool.schema, draft.values);
      const user = toUser(context, pool, { ...draft, values: withFlags(draft.values) }, 'UNCONFIRMED');
      user.password = Password;
      const details = await sendSignUpCode(context, pool, client, user, ClientMetadata);
      addUser(pool, noteUser(call, user));
      return { UserConfirmed: false, UserSub: user.sub, ...(details && { CodeDeliveryDetails: details }) };
    },
  ),

  ConfirmSignUp: operation<ConfirmSignUpRequest, ConfirmSignUpResponse>(
    ['ClientId', 'Username', 'ConfirmationCode'],
    ['SecretHash', 'ForceAliasCreation', 'ClientMetadata'],
    async ({ ClientId, Username, ConfirmationCode, SecretHash, ForceAliasCreation, ClientMetadata }, call) => {
      const { pool, client, user } = findByClient(context, call, ClientId, Username, SecretHash);
      checkUnconfirmed(user);
      confirmAttribute(context, pool, user, checkCode(context, user, 'sign-up', ConfirmationCode), ForceAliasCreation);
      user.codes.delete('sign-up');
      return confirmSignUp(context, pool, user, client.id, ClientMetadata);
    },
  ),

  AdminConfirmSignUp: operation<AdminConfirmSignUpRequest, AdminConfirmSignUpResponse>(
    ['UserPoolId', 'Username'],
    ['ClientMetadata'],
    ({ UserPoolId, Username, ClientMetadata }, call) => {
      const { pool, user } = findUser(context, call, UserPoolId, Username);
      checkUnconfirmed(user);
      return confirmSignUp(context, pool, user, NO_CLIENT, ClientMetadata);
    },
  ),
});
