import { AwsError } from '../../service.ts';
import { HIDDEN } from '../cloudtrail/index.ts';
import type { PageVisit } from './audit.ts';
import { type Context, userNotFound } from './context.ts';
import type { CodePurpose } from './model.ts';
import { confirmSignUp } from './sign-up.ts';
import { findPool, lookUp } from './users.ts';
import { checkCode, confirmAttribute } from './verify-operations.ts';

/**
 * Opens the link of a message, instead of entering its code. It confirms a sign-up or a changed address. Only a page event
 * is recorded. Body: `{userPoolId, username, code}`.
 *
 * @throws {AwsError} `UserNotFoundException`, `CodeMismatchException`, `ExpiredCodeException`.
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/logging-using-cloudtrail.html
 */
export async function confirmByLink(context: Context, visit: (page: PageVisit) => void, body: unknown) {
  const { userPoolId, username, code } = (body ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof userPoolId !== 'string' || typeof username !== 'string' || typeof code !== 'string')
    throw new AwsError('ValidationException', 'Opening a confirmation link needs {userPoolId, username, code}.');
  const pool = findPool(context, userPoolId);
  const user = lookUp(context, pool, username);
  if (user === undefined) throw userNotFound();
  const purpose = (['sign-up', 'email', 'phone_number'] as const satisfies readonly CodePurpose[]).find(
    (candidate) => user.codes.get(candidate)?.code === code,
  );
  const sent = checkCode(context, user, purpose ?? 'email', code);
  confirmAttribute(context, pool, user, sent);
  user.codes.delete(purpose ?? 'email');
  const sub = context.settings().pageEventsCarrySub ? user.sub : undefined;
  const parameters = { confirmation_code: [HIDDEN], user_name: [HIDDEN] };
  visit({ eventName: 'confirmUser_GET', userPoolId, parameters, status: 200, sub });
  if (purpose === 'sign-up') await confirmSignUp(context, pool, user, [...pool.clients.keys()][0] ?? '', undefined);
  return { username: user.username, sub: user.sub };
}
