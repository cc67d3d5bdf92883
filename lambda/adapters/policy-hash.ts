import { createHash } from 'node:crypto';
import type { Policy } from '../core/policy.ts';

/** A hash that identifies a policy. Rows have it, so that outcomes of an earlier policy are recognized. */
export const policyHashOf = (policy: Policy): string =>
  createHash('sha256').update(JSON.stringify(policy)).digest('hex').slice(0, 16);
