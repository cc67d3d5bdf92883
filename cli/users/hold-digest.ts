import { createHmac } from 'node:crypto';
import { IDENTITY_FIELDS } from '../../lambda/core/identity.ts';
import type { Digest, FieldDigests } from '../../lambda/ports.ts';

/** A short name of a held value, for people; another value has another one. Pure. */
export const holdIdOf = ({ hash }: Digest): string => hash.replace(/[^A-Za-z0-9]/g, '').slice(0, 8);

/** Whether a digest was made of this very value. Pure. */
export const isDigestOf = ({ salt, hash }: Digest, value: string): boolean =>
  createHmac('sha256', salt).update(value).digest('base64url') === hash;

/** The id of the value that is held for a field; `undefined` when there is none. Pure. */
export function holdIdIn(holds: FieldDigests, name: string): string | undefined {
  const field = IDENTITY_FIELDS.find((known) => known === name);
  const digest = field === undefined ? undefined : holds[field];
  return digest && holdIdOf(digest);
}
