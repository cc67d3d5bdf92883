import * as z from 'zod/mini';
import type { IDENTITY_FIELDS } from './identity/identity.ts';

/** A member that may be left out, with its default and its description. */
const setting = <Schema extends z.core.$ZodType>(
  schema: Schema,
  byDefault: z.util.NoUndefined<z.output<Schema>>,
  meaning: string,
) => z._default(schema, byDefault).check(z.describe(meaning));

const attributeName = z
  .string()
  .check(z.regex(/^\S{1,40}$/, 'expected the name of a Cognito attribute, for example "given_name" or "custom:title"'));

const fieldMapping = z.strictObject({
  from: z
    .array(attributeName)
    .check(
      z.minLength(1),
      z.describe(
        'Cognito attributes; the first one that is not empty is used. "name.first" and "name.last" are the two parts of "name", split at its comma or its last space. A name of one word, with a title, a suffix or brackets is not split, and the field is rejected.',
      ),
    ),
  blank: setting(
    z.enum(['keep', 'clear', 'reject']),
    'keep',
    'What an empty source does: keep what Connect has, clear it, or reject the field.',
  ),
});

/** A mapping entry; `null` in the configuration means that the field is never touched. */
export type FieldMapping = z.infer<typeof fieldMapping> | null;

const optionalField = z.nullable(fieldMapping);
const requiredField = z.nullable(
  fieldMapping.check(
    z.refine(({ blank }) => blank !== 'clear', {
      error: 'Connect does not let this field be cleared: use "keep" or "reject"',
      path: ['blank'],
    }),
  ),
);

const mapping = z.strictObject({
  FirstName: setting(requiredField, { from: ['given_name', 'name.first'], blank: 'keep' }, 'Source of the first name.'),
  LastName: setting(requiredField, { from: ['family_name', 'name.last'], blank: 'keep' }, 'Source of the last name.'),
  Email: setting(requiredField, { from: ['email'], blank: 'keep' }, 'Source of the address for password resets.'),
  SecondaryEmail: setting(optionalField, null, 'Source of the address for notifications.'),
  Mobile: setting(optionalField, null, 'Source of the mobile number.'),
} satisfies Record<(typeof IDENTITY_FIELDS)[number], unknown>);

const adoptionRule = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('username'),
    attribute: z
      .optional(attributeName)
      .check(z.describe('Cognito attribute that holds the Connect user name. Default: the Cognito user name itself.')),
    ignoreCase: z
      .optional(z.boolean())
      .check(
        z.describe(
          'Also link where exactly one Connect user and exactly one Cognito user in scope have the name without regard to case. The sweep finds them, and lists the whole scope for it. Default: false.',
        ),
      ),
  }),
]);

/** How a Connect user is found for a Cognito user who has none yet. */
export type AdoptionRule = z.infer<typeof adoptionRule>;

const domain = z
  .string()
  .check(z.toLowerCase(), z.regex(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/, 'expected a domain name such as "example.com"'));

const adoption = z.strictObject({
  rules: setting(
    z.array(adoptionRule).check(z.minLength(1)),
    [{ kind: 'username' }],
    'Rules by which the Connect user of a Cognito user is found, tried in this order.',
  ),
  trustFirstEmail: setting(
    z.boolean(),
    false,
    'Write the e-mail address of a newly linked user without waiting for a person to release it.',
  ),
});

const scope = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('everyone') }),
  z.strictObject({
    kind: z.literal('group'),
    group: z
      .string()
      .check(z.minLength(1), z.maxLength(128), z.describe('Cognito group whose members are synchronized.')),
  }),
  z.strictObject({
    kind: z.literal('attribute'),
    attribute: attributeName.check(z.describe('Cognito attribute that decides.')),
    equals: z.string().check(z.minLength(1), z.describe('Its value for users who are synchronized.')),
  }),
]);

/** Security profiles that are protected by default: the one of Connect's administrators. */
const DEFAULT_PROTECTED_PROFILES = ['Admin'];

/**
 * Whether only the default profiles are protected. The instance may lack a default profile: then no user holds it. The
 * instance lacks a configured profile when its name is misspelt: then every address is held. Pure.
 */
export const isDefaultProtection = (names: readonly string[]): boolean =>
  names.length === DEFAULT_PROTECTED_PROFILES.length &&
  names.every((name) => DEFAULT_PROTECTED_PROFILES.includes(name));

const email = z.strictObject({
  requireVerified: setting(
    z.boolean(),
    true,
    'Write only addresses that Cognito has verified. Switching this off lets people take over accounts.',
  ),
  trustedProviders: setting(
    z.array(z.string().check(z.minLength(1), z.maxLength(32))),
    [],
    'Identity providers whose e-mail addresses count as verified.',
  ),
  allowedDomains: setting(z.array(domain), [], 'Domains an address may be in. Empty: every domain.'),
  protectedSecurityProfiles: setting(
    z.array(z.string().check(z.minLength(1))),
    DEFAULT_PROTECTED_PROFILES,
    'New addresses of Connect users with these security profiles are held.',
  ),
  maxUsersPerHour: setting(
    z.int().check(z.gte(1), z.lte(10_000)),
    50,
    'Users whose address may change within one clock hour; further ones are held.',
  ),
});

/**
 * What the worker may write, and for which users: the part of the configuration without names of resources. Every member
 * has a default, so `{}` is a valid policy. The defaults are the safest values.
 */
export const policySchema = z.strictObject({
  identityManagementType: z
    .optional(
      z.enum(['CONNECT_MANAGED', 'SAML'], {
        error: ({ input }) =>
          input === 'EXISTING_DIRECTORY'
            ? 'EXISTING_DIRECTORY instances take names and e-mail addresses from their directory: Connect refuses to change them, so there is nothing to synchronize'
            : undefined,
      }),
    )
    .check(z.describe('Identity management of the Connect instance. Default: asked of Connect (DescribeInstance).')),
  mode: setting(
    z.enum(['sync', 'observe']),
    'sync',
    'sync writes to Connect; observe makes links and records what would be written, and writes nothing to Connect.',
  ),
  identityUpdate: setting(
    z.enum(['whole', 'changed']),
    'whole',
    'What a write to Connect carries: the whole identity, because AWS does not say whether a member left out is kept; or only what changes, for accounts where that was measured.',
  ),
  scope: setting(scope, { kind: 'everyone' }, 'Which users of the pool are synchronized; all others are left alone.'),
  mapping: z.prefault(mapping, {}),
  adoption: z.prefault(adoption, {}),
  email: z.prefault(email, {}),
});

/** See {@link policySchema}. */
export type Policy = z.infer<typeof policySchema>;

/** Whether the functions look at what users of app clients may write: only where an adoption rule reads an attribute. Pure. */
export const readsAppClients = ({ adoption }: Policy): boolean =>
  adoption.rules.some(({ attribute }) => attribute !== undefined);
