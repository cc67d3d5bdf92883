import * as z from 'zod/mini';
import { digestSchema } from './digest.ts';

/**
 * A member that counts as absent when it has another form, because a later version may have written it. Use it only for
 * members whose loss makes reconciling slower, or asks a person again. A link, and members that guards of an address need,
 * must be readable.
 */
const ifReadable = <Schema extends z.ZodMiniType>(schema: Schema) => z.catch(z.optional(schema), undefined);

/** Digests of values by field. Fields of another version are left out. */
const fieldDigestsSchema = z.object({
  FirstName: ifReadable(digestSchema),
  LastName: ifReadable(digestSchema),
  Email: ifReadable(digestSchema),
  SecondaryEmail: ifReadable(digestSchema),
  Mobile: ifReadable(digestSchema),
});

/** See {@link fieldDigestsSchema}. */
export type FieldDigests = Readonly<z.infer<typeof fieldDigestsSchema>>;

/** Who ran a command: the ARN of the role. The session name is left out, because it may be the name of a person. */
const actSchema = z.object({ role: z.string(), at: z.number() });

/** See {@link actSchema}. */
export type OperatorAct = Readonly<z.infer<typeof actSchema>>;

const refusedValueSchema = z.object({ ...digestSchema.shape, code: z.string() });

/**
 * What is known of one Cognito user: ids, field names, codes, digests and times (milliseconds since the epoch), never a
 * value. Statuses, reasons and digests that another version has written are allowed.
 */
export const userRowSchema = z.object({
  sub: z.string(),
  connectUserId: z.optional(z.string()),
  /** When the link was made. */
  linkedAt: z.optional(z.number()),
  /** The link is new and its e-mail address has not been settled. */
  firstEmail: z.optional(z.boolean()),
  /** When a complete read of Cognito first did not find the user. */
  missingSince: z.optional(z.number()),
  /** When a read of Connect first did not find the linked user. */
  connectMissingSince: ifReadable(z.number()),
  /** When the last successful reconciliation began to read. */
  syncedReadAt: z.optional(z.number()),
  /** The same for the last one that compared both sides, and did not rely on `settled`. */
  comparedAt: z.optional(z.number()),
  /** The last change of an operator that was reconciled, and when that reconciliation began to read. */
  askedBy: ifReadable(z.object({ eventId: z.string(), readAt: z.number() })),
  /** When the last write was about to be sent, and its identity. */
  lastWriteAt: z.optional(z.number()),
  lastWrite: ifReadable(digestSchema),
  /** Connect has answered that it took this write. */
  writeAnswered: z.optional(z.boolean()),
  /** When the write before that one was about to be sent. */
  earlierWriteAt: z.optional(z.number()),
  /** How often the same identity has been written since `since`, because another writer changed it back. */
  repeats: ifReadable(z.object({ count: z.number(), since: z.number() })),
  /** Values that a person has released. A release counts only while its value is the desired one. */
  releases: ifReadable(fieldDigestsSchema),
  /** When the last release was given. */
  releasedAt: z.optional(z.number()),
  /** Who last ran each of these commands. */
  releasedBy: ifReadable(actSchema),
  linkedBy: ifReadable(actSchema),
  unlinkedBy: ifReadable(actSchema),
  redrivenBy: ifReadable(actSchema),
  /** The last outcome, and since when every outcome has been the same. */
  status: z.optional(z.string()),
  reason: z.optional(z.string()),
  changed: z.optional(z.array(z.string())),
  withheld: ifReadable(
    z.array(z.object({ field: z.string(), kind: z.string(), reason: z.string(), code: z.optional(z.string()) })),
  ),
  since: z.optional(z.number()),
  /** The Connect user that an adoption rule has found and must not link by itself. */
  candidateId: z.optional(z.string()),
  /** Desired values of the fields that are held. */
  holds: ifReadable(fieldDigestsSchema),
  /** What Connect refused, when it last did so, and how often in a row. */
  refused: ifReadable(
    z.object({
      at: z.number(),
      count: z.number(),
      values: z.object({
        Names: ifReadable(refusedValueSchema),
        Email: ifReadable(refusedValueSchema),
        SecondaryEmail: ifReadable(refusedValueSchema),
        Mobile: ifReadable(refusedValueSchema),
      }),
    }),
  ),
  /** The last try that failed, how many have failed in a row, and when the next one is due. */
  lastTry: ifReadable(
    z.object({
      at: z.number(),
      code: z.string(),
      count: z.number(),
      nextAt: z.number(),
      /** When the first of them failed. */
      since: z.optional(z.number()),
      /** The call that failed, for example `connect:DescribeUser`. */
      operation: z.optional(z.string()),
      /** When an operation was first answered with status 400 or 409 without a verdict on the values, by operation. */
      badRequestsSince: z.optional(z.record(z.string(), z.number())),
    }),
  ),
  /** The facts with which a read of Connect has shown that there is nothing to write. */
  settled: ifReadable(digestSchema),
  /**
   * The address that Connect showed when a write was delayed, because the write would have repeated it; and when that
   * was.
   */
  shownEmail: ifReadable(z.object({ ...digestSchema.shape, at: z.number() })),
  /** Cognito has had an address for this user. */
  hadEmail: z.optional(z.boolean()),
  /** The change that was reconciled last, and when it happened. */
  cause: z.optional(z.string()),
  eventId: z.optional(z.string()),
  occurredAt: z.optional(z.number()),
  /** When that change was reconciled. */
  concludedAt: z.optional(z.number()),
  /** The policy at that time. */
  policyHash: z.optional(z.string()),
  /** Modification times as read. Absent when unknown, for example after a write. */
  cognitoModifiedAt: z.optional(z.number()),
  connectModifiedAt: z.optional(z.number()),
});

/** See {@link userRowSchema}. */
export type UserRow = Readonly<z.infer<typeof userRowSchema>>;

/** A claim on a Connect user: the Cognito user that has it. Times in milliseconds since the epoch. */
export const claimSchema = z.object({ sub: z.string(), claimedAt: z.number(), orphanedAt: z.optional(z.number()) });

/** A claim that is older than this and that no row confirms is left over from a link that was never finished. */
const ABANDONED_CLAIM_MS = 15 * 60_000;

/** Whether a claim is old enough to be taken over, when the row of its user does not have the link. Pure. */
export const mayBeAbandoned = (
  { claimedAt, orphanedAt }: { readonly claimedAt: number; readonly orphanedAt?: number | undefined },
  now: number,
): boolean => orphanedAt === undefined && claimedAt + ABANDONED_CLAIM_MS < now;
