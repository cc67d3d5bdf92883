import { createHash } from 'node:crypto';
import type { Policy } from '../core/policy.ts';

/** Names a policy: rows carry it, so that a new policy makes old outcomes look old. */
export const policyHashOf = (policy: Policy): string =>
  createHash('sha256').update(JSON.stringify(policy)).digest('hex').slice(0, 16);
