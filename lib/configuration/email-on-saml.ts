import { isDeepStrictEqual } from 'node:util';
import { type Problem, policySchema } from '../../lambda/config.ts';

/** The part of a policy that may conflict, as it was written; any shape. */
interface Given {
  readonly identityManagementType?: unknown;
  readonly mapping?: unknown;
}

const PROBLEM: Problem = {
  path: 'mapping.Email',
  message:
    'is set beside identityManagementType "SAML"; a SAML instance takes no Email: leave mapping.Email out, or map the address to SecondaryEmail',
};

/**
 * Finds a mapping of `Email` that was set for a SAML instance. The default one does not apply there, and is no problem. Pure.
 *
 * @param options.filledIn - defaults may have been filled in: then a mapping that is the default counts as not set.
 * @see https://docs.aws.amazon.com/connect/latest/APIReference/API_UserIdentityInfo.html
 */
export function findEmailOnSaml(
  { identityManagementType, mapping }: Given,
  { filledIn }: { readonly filledIn: boolean },
): readonly Problem[] {
  const email = typeof mapping === 'object' && mapping !== null ? Reflect.get(mapping, 'Email') : undefined;
  if (identityManagementType !== 'SAML' || email === undefined || email === null) return [];
  const isDefault = isDeepStrictEqual(email, policySchema.parse({}).mapping.Email);
  return filledIn && isDefault ? [] : [PROBLEM];
}
