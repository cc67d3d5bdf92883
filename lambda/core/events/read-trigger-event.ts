import * as z from 'zod/mini';
import { type Cause, type Change, subSchema } from './change.ts';

/** The trigger sources that announce a change of attributes. All others are ignored. */
const CAUSE_BY_SOURCE: Readonly<Record<string, Cause>> = {
  CustomMessage_UpdateUserAttribute: 'trigger',
  CustomMessage_VerifyUserAttribute: 'trigger',
  PostConfirmation_ConfirmSignUp: 'post-confirmation',
  PostAuthentication_Authentication: 'post-authentication',
};

const eventSchema = z.object({
  triggerSource: z.string(),
  userPoolId: z.string(),
  request: z.object({ userAttributes: z.object({ sub: subSchema }) }),
});

/**
 * Reads a Cognito trigger event: the change it announces, or `undefined` when it announces none. Pure.
 *
 * @param eventId - identifies this invocation.
 * @param occurredAt - milliseconds since the epoch.
 * @throws {ZodError} when an event that announces a change lacks the pool or the sub.
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-working-with-lambda-triggers.html
 */
export function changeOfTrigger(
  event: unknown,
  eventId: string,
  occurredAt: number,
  options: { readonly postAuthentication: boolean },
): Change | undefined {
  const source = (event as { readonly triggerSource?: unknown } | null)?.triggerSource;
  const cause = typeof source === 'string' && Object.hasOwn(CAUSE_BY_SOURCE, source) && CAUSE_BY_SOURCE[source];
  if (!cause || (cause === 'post-authentication' && !options.postAuthentication)) return undefined;
  const { userPoolId, request } = eventSchema.parse(event);
  return { v: 1, userPoolId, sub: request.userAttributes.sub, cause, eventId, occurredAt };
}
