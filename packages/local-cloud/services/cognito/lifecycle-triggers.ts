import type { Context } from './context.ts';
import type { Pool, User } from './model.ts';
import { eventAttributes, fireTrigger, triggerEvent } from './triggers.ts';

type Metadata = Readonly<Record<string, string>> | undefined;

/**
 * Runs the post confirmation trigger of a pool that has one. When it fails, the call fails.
 *
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-post-confirmation.html
 */
export async function firePostConfirmation(
  context: Context,
  pool: Pool,
  user: User,
  clientId: string,
  clientMetadata: Metadata,
): Promise<void> {
  await fireTrigger(context, pool, 'PostConfirmation', {
    ...triggerEvent(context, pool, user.username, clientId, 'PostConfirmation_ConfirmSignUp'),
    request: { userAttributes: eventAttributes(user, user.attributes), ...(clientMetadata && { clientMetadata }) },
    response: {},
  });
}

/**
 * Runs the post authentication trigger of a pool that has one. When it fails, the sign-in fails.
 *
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-post-authentication.html
 */
export async function firePostAuthentication(
  context: Context,
  pool: Pool,
  user: User,
  clientId: string,
  clientMetadata: Metadata,
): Promise<void> {
  await fireTrigger(context, pool, 'PostAuthentication', {
    ...triggerEvent(context, pool, user.username, clientId, 'PostAuthentication_Authentication'),
    request: {
      userAttributes: eventAttributes(user, user.attributes),
      newDeviceUsed: false,
      ...(clientMetadata && { clientMetadata }),
    },
    response: {},
  });
}
