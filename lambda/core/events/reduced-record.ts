import * as z from 'zod/mini';
import { subSchema } from './change.ts';

/** A member that is left out when it has another form, because it may then be a name or an address. */
const kept = <Schema extends z.ZodMiniType>(schema: Schema) => z.optional(z.catch(z.optional(schema), undefined));
const text = (form: RegExp) => kept(z.string().check(z.regex(form)));
const userPoolId = text(/^[\w-]{1,55}$/);

/** The members that `change-intake` reads of an event, and no others: no caller, no source address, no user name. */
const reducedSchema = z.object({
  account: text(/^\d{12}$/),
  region: text(/^[a-z0-9-]{1,30}$/),
  detail: kept(
    z.object({
      eventSource: text(/^[a-z.-]{1,100}$/),
      eventName: text(/^\w{1,100}$/),
      eventID: kept(z.guid()),
      eventTime: kept(z.iso.datetime()),
      errorCode: text(/^\w{1,100}$/),
      eventType: text(/^\w{1,100}$/),
      requestParameters: kept(z.object({ userPoolId })),
      additionalEventData: kept(z.object({ sub: kept(subSchema), userPoolId })),
    }),
  ),
});

/** An event reduced to ids, codes and times. `change-intake` reads it as it reads the whole event. */
export type ReducedRecord = Readonly<z.infer<typeof reducedSchema>>;

/** A record that `change-intake` could not read or send. */
export interface DeadRecord {
  /** `unreadable-record`, `foreign-record` or `function-failed`. */
  readonly reason: string;
  /** The code of the error, when the reason is not this code. */
  readonly code?: string;
  readonly record: ReducedRecord;
}

/** Reduces an event to the members that `change-intake` reads and that have the form of an id, a code or a time. Pure; never throws. */
export function reduceRecord(event: unknown): ReducedRecord {
  const result = reducedSchema.safeParse(event);
  return result.success ? result.data : {};
}

/** The version of the body in which `change-intake` puts a reduced record into its dead-letter queue. */
const BODY_VERSION = 1;
const bodySchema = z.object({ v: z.literal(BODY_VERSION), event: z.record(z.string(), z.unknown()) });

/** The body of a message in the dead-letter queue of `change-intake`. Pure. */
export const serializeReducedRecord = (record: ReducedRecord): string =>
  JSON.stringify({ v: BODY_VERSION, event: record });

/** The record in a parsed message of the dead-letter queue. `undefined` when `change-intake` did not write the message. Pure. */
export function parseReducedRecord(body: unknown): ReducedRecord | undefined {
  const result = bodySchema.safeParse(body);
  return result.success ? reduceRecord(result.data.event) : undefined;
}
