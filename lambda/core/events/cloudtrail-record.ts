import * as z from 'zod/mini';
import { PermanentError } from '../failures/errors.ts';
import { type Change, subSchema } from './change.ts';

/**
 * The members of a CloudTrail record that must have a known form. Masked members change their type to a string.
 * `requestParameters` and `additionalEventData` may be absent or null. AWS does not document the form of the other members.
 */
const eventSchema = z.object({
  account: z.string().check(z.regex(/^\d{12}$/)),
  region: z.string().check(z.regex(/^[a-z0-9-]{1,30}$/)),
  detail: z.object({
    eventSource: z.literal('cognito-idp.amazonaws.com'),
    eventName: z.string().check(z.regex(/^\w{1,100}$/)),
    eventID: z.guid(),
    eventTime: z.iso.datetime(),
    errorCode: z.nullish(z.string()),
    eventType: z.nullish(z.string()),
    requestParameters: z.optional(z.unknown()),
    additionalEventData: z.optional(z.unknown()),
  }),
});

/** What CloudTrail writes in place of a value that it hides. */
const MASKED = 'HIDDEN_DUE_TO_SECURITY_REASONS';

/** The change that an event announces, or why the event is ignored. */
export type RecordReading =
  /** `namesPool` is false where the call carries no pool id: the user may belong to another pool. */
  | { readonly kind: 'change'; readonly change: Change; readonly namesPool: boolean }
  | { readonly kind: 'ignored'; readonly why: 'failed-call' | 'another-user-pool' | 'names-no-user' | 'no-sub' };

/** Where the user pool is. Records of other accounts and Regions are refused. */
export interface Home {
  readonly userPoolId: string;
  /** 12 digits. */
  readonly account: string;
  readonly region: string;
}

/**
 * Reads an event of Cognito that came through CloudTrail: an API call, or an event of a page where a user confirmed by a
 * link. Pure.
 *
 * @throws {PermanentError} `unreadable-record` when a required member is missing or wrong, `foreign-record` when the record
 *   is of another account or Region. The message has no value of a user.
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/logging-using-cloudtrail.html
 */
export function readCloudTrailEvent(event: unknown, { userPoolId, account, region }: Home): RecordReading {
  const result = eventSchema.safeParse(event);
  if (!result.success) throw unreadable(result.error.issues.map(({ path, code }) => `${path.join('.')}: ${code}`));
  const { detail } = result.data;
  if (result.data.account !== account || result.data.region !== region) {
    throw new PermanentError(
      'foreign-record',
      `The event is of account ${result.data.account}, Region ${result.data.region}; the pool is in ${account}, ${region}.`,
    );
  }
  // A successful page event carries an empty error code.
  if (detail.errorCode) return { kind: 'ignored', why: 'failed-call' };
  // A page event may name the pool beside the request.
  const poolId = shown(detail.requestParameters, 'userPoolId') ?? shown(detail.additionalEventData, 'userPoolId');
  if (poolId !== undefined && poolId !== userPoolId) return { kind: 'ignored', why: 'another-user-pool' };
  const named = shown(detail.additionalEventData, 'sub');
  // A record without a user is not worth a second try. The sweep finds the user.
  if (named === undefined) {
    return { kind: 'ignored', why: poolId === undefined ? 'names-no-user' : 'no-sub' };
  }
  const sub = subSchema.safeParse(named);
  if (!sub.success && (poolId === undefined || detail.eventType === 'AwsServiceEvent')) {
    return { kind: 'ignored', why: 'names-no-user' };
  }
  if (!sub.success) throw unreadable([`detail.additionalEventData.sub: no sub in ${detail.eventName}`]);
  return {
    kind: 'change',
    namesPool: poolId !== undefined,
    change: {
      v: 1,
      userPoolId,
      sub: sub.data,
      cause: 'cloudtrail',
      eventId: detail.eventID,
      occurredAt: Date.parse(detail.eventTime),
    },
  };
}

/** A member that is there, is not empty and is not masked. */
function shown(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  const found = (value as Readonly<Record<string, unknown>>)[name];
  return found === null || found === '' || found === MASKED ? undefined : found;
}

const unreadable = (problems: readonly string[]) =>
  new PermanentError('unreadable-record', `The event is not a usable CloudTrail record. ${problems.join('; ')}.`);
