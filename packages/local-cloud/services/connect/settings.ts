import { z } from 'zod';
import { invalidParameter } from './errors.ts';

/** Every operation served, by its API name. */
export const OPERATION_NAMES = [
  'CreateUser',
  'DeleteUser',
  'DescribeInstance',
  'DescribeUser',
  'ListInstances',
  'ListSecurityProfilePermissions',
  'ListSecurityProfiles',
  'ListUsers',
  'SearchUsers',
  'UpdateUserIdentityInfo',
] as const;

/** Name of a served operation. */
export type OperationName = (typeof OPERATION_NAMES)[number];

const quota = z.strictObject({ ratePerSecond: z.number().positive(), burst: z.int().positive() });

const settingsSchema = z.strictObject({
  identityUpdate: z.enum(['replace', 'merge']),
  throttleErrorName: z.enum(['ThrottlingException', 'TooManyRequestsException', 'none']),
  consistencyDelayMs: z.int().nonnegative(),
  quotas: z.partialRecord(z.enum([...OPERATION_NAMES, 'default']), quota),
  quotaScope: z.enum(['operation', 'account']),
  usersPerInstance: z.int().positive(),
  searchCase: z.enum(['insensitive', 'sensitive']),
  samlEmailOnCreate: z.enum(['refuse', 'accept']),
  primaryEmail: z.enum(['any', 'pattern']),
  emptyEmail: z.enum(['none', 'kept']),
  securityProfileIds: z.enum(['shown', 'omitted']),
});

/** How Amazon Connect behaves where AWS leaves it open, and its quotas; the meaning of each is in `ASSUMPTIONS`. */
export type Settings = z.infer<typeof settingsSchema>;

/** A change of settings; quotas are changed one operation at a time. */
export type SettingsPatch = Partial<Settings>;

/** @see https://docs.aws.amazon.com/connect/latest/adminguide/amazon-connect-service-limits.html */
export const PUBLISHED_QUOTA = { ratePerSecond: 2, burst: 5 };

/** The settings at the start. */
export const DEFAULT_SETTINGS: Settings = {
  identityUpdate: 'replace',
  throttleErrorName: 'ThrottlingException',
  consistencyDelayMs: 0,
  quotas: { default: PUBLISHED_QUOTA },
  quotaScope: 'operation',
  usersPerInstance: 500,
  searchCase: 'insensitive',
  samlEmailOnCreate: 'refuse',
  primaryEmail: 'any',
  emptyEmail: 'kept',
  securityProfileIds: 'shown',
};

/**
 * Returns `settings` with `patch` applied; pure.
 *
 * @throws {AwsError} InvalidParameterException listing every problem with its path; nothing is applied then.
 */
export function applyPatch(settings: Settings, patch: unknown): Settings {
  const parsed = settingsSchema.partial().safeParse(patch);
  if (!parsed.success)
    throw invalidParameter(
      parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'settings'}: ${message}`).join('; '),
    );
  const { quotas, ...rest } = parsed.data;
  const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
  return { ...settings, ...given, quotas: { ...settings.quotas, ...quotas } };
}
