import { createHmac, randomBytes } from 'node:crypto';
import type { Digest } from '../ports.ts';

const hmac = (salt: string, value: string) => createHmac('sha256', salt).update(value).digest('base64url');

/** A salted digest of a value: rows keep it instead of the value. A fresh salt each time. */
export function digestOf(value: string): Digest {
  const salt = randomBytes(16).toString('base64url');
  return { salt, hash: hmac(salt, value) };
}

/** Whether `digest` was made of this very value. */
export const matches = (digest: Digest | undefined, value: string): boolean =>
  digest !== undefined && hmac(digest.salt, value) === digest.hash;
