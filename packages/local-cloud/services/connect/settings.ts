import { z } from 'zod';
import { invalidParameter } from './errors.ts';

/** Every served operation, by its API name. */
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

/** The undocumented behaviour of Amazon Connect, and its quotas. `ASSUMPTIONS` explains each setting. */
export type Settings = z.infer<typeof settingsSchema>;

/** A change of settings. Quotas are changed for each operation separately. */
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
 * Applies `patch` to `settings`. Pure.
 *
 * @throws {AwsError} InvalidParameterException that lists every problem with its path. Then nothing is applied.
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
