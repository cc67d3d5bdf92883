import { createHmac } from 'node:crypto';
import * as z from 'zod/mini';

/** A salted hash of a value. It can be compared with a value, and it does not reveal the value. */
export const digestSchema = z.object({ salt: z.string(), hash: z.string() });

/** See {@link digestSchema}. */
export type Digest = Readonly<z.infer<typeof digestSchema>>;

/**
 * The digest of a value: rows keep it instead of the value. Pure.
 *
 * @param salt - unpredictable text, a new one for each digest.
 */
export const digestOf = (value: string, salt: string): Digest => ({
  salt,
  hash: createHmac('sha256', salt).update(value).digest('base64url'),
});

/** Whether `digest` was made of exactly this value. Pure. */
export const matches = (digest: Digest | undefined, value: string): boolean =>
  digest !== undefined && digestOf(value, digest.salt).hash === digest.hash;
