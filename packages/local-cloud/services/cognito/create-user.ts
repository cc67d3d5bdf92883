import type { AdminCreateUserRequest, AdminCreateUserResponse } from '@aws-sdk/client-cognito-identity-provider';
import { AwsError } from '../../service.ts';
import { checkWrite, toValues } from './attributes.ts';
import { type CognitoOperation, type Context, noteUser, operation, type Sent, userNotFound } from './context.ts';
import { composeMessage } from './messages.ts';
import type { Pool, User, VerifiableAttribute } from './model.ts';
import { draftUser, toUser } from './new-user.ts';
import { checkPassword, generatePassword, temporaryUntil } from './passwords.ts';
import { addUser, describeUser, findPool, lookUp } from './users.ts';

type Request = Sent<AdminCreateUserRequest>;

/** assumption: without DesiredDeliveryMediums the invitation goes to the e-mail address, or else to the phone number. */
function invitationTargets(user: User, mediums: Request['DesiredDeliveryMediums']): readonly VerifiableAttribute[] {
  const wanted = (mediums ?? ['EMAIL', 'SMS']).map((medium) => (medium === 'EMAIL' ? 'email' : 'phone_number'));
  const reachable = wanted.filter((attribute) => user.attributes.has(attribute));
  return mediums === undefined ? reachable.slice(0, 1) : reachable;
}

async function invite(context: Context, pool: Pool, user: User, code: string, input: Request) {
  const messages = [];
  for (const attribute of invitationTargets(user, input.DesiredDeliveryMediums)) {
    const to = user.attributes.get(attribute) ?? '';
    const { ClientMetadata: clientMetadata } = input;
    const values = user.attributes;
    messages.push(
      await composeMessage(context, {
        pool,
        user,
        values,
        reason: 'AdminCreateUser',
        attribute,
        to,
        code,
        clientMetadata,
      }),
    );
  }
  return messages;
}

function findInvited(context: Context, pool: Pool, name: string): User {
  const user = lookUp(context, pool, name);
  if (user === undefined) throw userNotFound();
  if (user.status !== 'FORCE_CHANGE_PASSWORD')
    throw new AwsError(
      'UnsupportedUserStateException',
      "Resend not possible. User's status is not FORCE_CHANGE_PASSWORD",
    );
  return user;
}

/**
 * Creates a user for an administrator, with or without an invitation.
 *
 * @see https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminCreateUser.html
 */
export const createUserOperations = (context: Context): Readonly<Record<string, CognitoOperation>> => ({
  AdminCreateUser: operation<AdminCreateUserRequest, AdminCreateUserResponse>(
    ['UserPoolId', 'Username'],
    [
      'UserAttributes',
      'TemporaryPassword',
      'ForceAliasCreation',
      'MessageAction',
      'DesiredDeliveryMediums',
      'ClientMetadata',
    ],
    async (input, call) => {
      const pool = findPool(context, input.UserPoolId);
      const changes = toValues(input.UserAttributes);
      checkWrite(pool.schema, new Map(), changes, 'creator');
      if (input.TemporaryPassword) checkPassword(pool, input.TemporaryPassword);
      const password = input.TemporaryPassword || generatePassword(context, pool);
      const user =
        input.MessageAction === 'RESEND'
          ? findInvited(context, pool, input.Username)
          : toUser(
              context,
              pool,
              draftUser(context, pool, input.Username, changes, input.ForceAliasCreation),
              'FORCE_CHANGE_PASSWORD',
            );
      const messages = input.MessageAction === 'SUPPRESS' ? [] : await invite(context, pool, user, password, input);
      user.password = password;
      user.passwordExpiresAt = temporaryUntil(context, pool);
      context.outbox.push(...messages);
      return { User: describeUser(noteUser(call, addUser(pool, user))) };
    },
  ),
});
