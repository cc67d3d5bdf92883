import * as z from 'zod/mini';
import { PermanentError } from '../failures/errors.ts';

/**
 * What announced a change. `trigger` is special: Cognito runs the custom message trigger before it stores the value, so a
 * read may come too early.
 */
export const CAUSES = [
  'trigger',
  'post-confirmation',
  'post-authentication',
  'cloudtrail',
  'sweep',
  'operator',
] as const;

/** See {@link CAUSES}. */
export type Cause = (typeof CAUSES)[number];

/**
 * A Cognito `sub`: 36 characters in the form of a UUID. It may have a version or a variant that RFC 9562 does not allow.
 * @see https://github.com/uuidjs/uuid/issues/936 for such a sub
 */
export const subSchema = z.guid();

const changeSchema = z.strictObject({
  v: z.literal(1),
  userPoolId: z.string().check(z.regex(/^[\w-]{1,55}$/)),
  sub: subSchema,
  cause: z.enum(CAUSES),
  eventId: z.string().check(z.regex(/^[\w.:-]{1,128}$/)),
  /** Milliseconds since the epoch. From CloudTrail it is in whole seconds. */
  occurredAt: z.int().check(z.gte(0)),
});

/**
 * A message that says which Cognito user may have changed. It never says what changed, so no name or address is in a queue.
 * Replays, duplicates and disorder are harmless, because the worker reads the current state.
 */
export type Change = Readonly<z.infer<typeof changeSchema>>;

/** The body of the queue message. Pure. */
export const serializeChange = (change: Change): string => JSON.stringify(changeSchema.parse(change));

/**
 * Reads a queue message body. Pure.
 *
 * @throws {PermanentError} `malformed-message`. It names the wrong members, without their values.
 */
export function parseChange(body: string): Change {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    throw new PermanentError('malformed-message', `The message body is not JSON (${body.length} characters).`);
  }
  const result = changeSchema.safeParse(value);
  if (result.success) return result.data;
  const problems = result.error.issues.map(({ path, code }) => `${path.join('.') || 'body'}: ${code}`);
  throw new PermanentError('malformed-message', `The message is not a change of version 1. ${problems.join('; ')}.`);
}
