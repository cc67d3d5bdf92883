import * as z from 'zod/mini';
import { subSchema } from './change.ts';

/** A member that is left out where it has another form: it may be a name or an address then. */
const kept = <Schema extends z.ZodMiniType>(schema: Schema) => z.optional(z.catch(z.optional(schema), undefined));
const text = (form: RegExp) => kept(z.string().check(z.regex(form)));
const userPoolId = text(/^[\w-]{1,55}$/);

/** Every member that `change-intake` reads of an event, and no other: no caller, no source address, no user name. */
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

/** An event of which only ids, codes and times are left. `change-intake` reads it as it reads the whole event. */
export type ReducedRecord = Readonly<z.infer<typeof reducedSchema>>;

/** A record that `change-intake` could not read or send. */
export interface DeadRecord {
  /** `unreadable-record`, `foreign-record` or `function-failed`. */
  readonly reason: string;
  /** The code of the error that led to it, where it is not the reason itself. */
  readonly code?: string;
  readonly record: ReducedRecord;
}

/** Reduces an event to what `change-intake` reads of it, where that has the form of an id, a code or a time. Pure; never throws. */
export function reduceRecord(event: unknown): ReducedRecord {
  const result = reducedSchema.safeParse(event);
  return result.success ? result.data : {};
}

/** The version of the body in which `change-intake` puts a reduced record into its dead-letter queue. */
const BODY_VERSION = 1;
const bodySchema = z.object({ v: z.literal(BODY_VERSION), event: z.record(z.string(), z.unknown()) });

/** The text that lies in the dead-letter queue. Pure. */
export const serializeReducedRecord = (record: ReducedRecord): string =>
  JSON.stringify({ v: BODY_VERSION, event: record });

/** The record in a parsed message of the dead-letter queue; `undefined` where `change-intake` has not written it. Pure. */
export function parseReducedRecord(body: unknown): ReducedRecord | undefined {
  const result = bodySchema.safeParse(body);
  return result.success ? reduceRecord(result.data.event) : undefined;
}
