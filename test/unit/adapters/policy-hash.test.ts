import { expect, it } from 'vitest';
import { policyHashOf } from '../../../lambda/adapters/policy-hash.ts';
import { policySchema } from '../../../lambda/core/policy.ts';

it('a policy keeps its name from version to version, so that an upgrade has no user reconciled again', () => {
  expect(policyHashOf(policySchema.parse({}))).toBe('759fc1f5fc97ebd0');
});
