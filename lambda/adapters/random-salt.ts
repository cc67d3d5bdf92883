import { randomBytes } from 'node:crypto';

/** A salt for a digest: 128 unpredictable bits as text. */
export const newSalt = (): string => randomBytes(16).toString('base64url');
