import type {
  AdminResetUserPasswordRequest,
  AdminResetUserPasswordResponse,
  ConfirmForgotPasswordRequest,
  ConfirmForgotPasswordResponse,
  ForgotPasswordRequest,
  ForgotPasswordResponse,
} from '@aws-sdk/client-cognito-identity-provider';
import { type CognitoOperation, type Context, invalid, notAuthorized, operation } from './context.ts';
import { firePostConfirmation } from './lifecycle-triggers.ts';
import { CODE_LIFETIME_MS, composeMessage, deliveryDetails } from './messages.ts';
import type { Pool, User, VerifiableAttribute } from './model.ts';
import { checkPassword } from './passwords.ts';
import { findByClient } from './sign-up.ts';
import { findUser } from './users.ts';
import { checkCode } from './verify-operations.ts';

type Metadata = Readonly<Record<string, string>> | undefined;

/** assumption: without `AccountRecoverySetting` by SMS where the number is verified, else by e-mail. */
function recoveryTarget(pool: Pool, user: User): VerifiableAttribute | undefined {
  const configured = pool.settings.AccountRecoverySetting?.RecoveryMechanisms?.toSorted(
    (left, right) => (left.Priority ?? 0) - (right.Priority ?? 0),
  ).map(({ Name }) =>
    Name === 'verified_email' ? 'email' : Name === 'verified_phone_number' ? 'phone_number' : undefined,
  );
  return (configured ?? (['phone_number', 'email'] as const)).find(
    (attribute) => attribute !== undefined && user.attributes.get(`${attribute}_verified`) === 'true',
  );
}

async function sendResetCode(
  context: Context,
  pool: Pool,
  user: User,
  clientId: string | undefined,
  clientMetadata: Metadata,
) {
  const attribute = recoveryTarget(pool, user);
  if (attribute === undefined)
    throw invalid('Cannot reset password for the user as there is no registered/verified email or phone_number');
  const to = user.attributes.get(attribute) ?? '';
  const code = context.ids.code();
  const values = user.attributes;
  const message = await composeMessage(context, {
    pool,
    user,
    values,
    reason: 'ForgotPassword',
    attribute,
    to,
    code,
    clientId,
    clientMetadata,
  });
  user.codes.set('password', {
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
 * Password reset, asked for by the user or by an administrator.
 *
 * @see https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ForgotPassword.html
 */
export const passwordRecoveryOperations = (context: Context): Readonly<Record<string, CognitoOperation>> => ({
  ForgotPassword: operation<ForgotPasswordRequest, ForgotPasswordResponse>(
    ['ClientId', 'Username'],
    ['SecretHash', 'ClientMetadata'],
    async ({ ClientId, Username, SecretHash, ClientMetadata }, call) => {
      const { pool, client, user } = findByClient(context, call, ClientId, Username, SecretHash);
      if (!user.enabled) throw notAuthorized('User is disabled.');
      if (user.status === 'FORCE_CHANGE_PASSWORD' || user.status === 'EXTERNAL_PROVIDER')
        throw notAuthorized('User password cannot be reset in the current state.');
      return { CodeDeliveryDetails: await sendResetCode(context, pool, user, client.id, ClientMetadata) };
    },
  ),

  ConfirmForgotPassword: operation<ConfirmForgotPasswordRequest, ConfirmForgotPasswordResponse>(
    ['ClientId', 'Username', 'ConfirmationCode', 'Password'],
    ['SecretHash', 'ClientMetadata'],
    async ({ ClientId, Username, ConfirmationCode, Password, SecretHash, ClientMetadata }, call) => {
      const { pool, client, user } = findByClient(context, call, ClientId, Username, SecretHash);
      checkCode(context, user, 'password', ConfirmationCode);
      checkPassword(pool, Password);
      user.codes.delete('password');
      user.password = Password;
      user.status = 'CONFIRMED';
      user.modifiedAt = context.cloud.clock.now();
      await firePostConfirmation(context, pool, user, client.id, ClientMetadata, 'ConfirmForgotPassword');
      return {};
    },
  ),

  AdminResetUserPassword: operation<AdminResetUserPasswordRequest, AdminResetUserPasswordResponse>(
    ['UserPoolId', 'Username'],
    ['ClientMetadata'],
    async ({ UserPoolId, Username, ClientMetadata }, call) => {
      const { pool, user } = findUser(context, call, UserPoolId, Username);
      if (user.status === 'FORCE_CHANGE_PASSWORD' || user.status === 'EXTERNAL_PROVIDER')
        throw notAuthorized('User password cannot be reset in the current state.');
      await sendResetCode(context, pool, user, undefined, ClientMetadata);
      user.status = 'RESET_REQUIRED';
      user.modifiedAt = context.cloud.clock.now();
      return {};
    },
  ),
});
