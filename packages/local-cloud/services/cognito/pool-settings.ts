import type { UpdateUserPoolRequest } from '@aws-sdk/client-cognito-identity-provider';
import { invalid } from './context.ts';
import type { PoolSettings } from './model.ts';

/**
 * Every member that `UpdateUserPool` can change, with its value when it is not sent; `undefined` means absent.
 *
 * @see https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UpdateUserPool.html
 */
const DEFAULTS: { readonly [Member in keyof Required<PoolSettings>]: PoolSettings[Member] } = {
  Policies: {
    PasswordPolicy: {
      MinimumLength: 8,
      RequireUppercase: true,
      RequireLowercase: true,
      RequireNumbers: true,
      RequireSymbols: true,
      TemporaryPasswordValidityDays: 7,
    },
    SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD'] },
  },
  DeletionProtection: 'INACTIVE',
  LambdaConfig: {},
  AutoVerifiedAttributes: undefined,
  SmsVerificationMessage: undefined,
  EmailVerificationMessage: undefined,
  EmailVerificationSubject: undefined,
  VerificationMessageTemplate: { DefaultEmailOption: 'CONFIRM_WITH_CODE' },
  SmsAuthenticationMessage: undefined,
  UserAttributeUpdateSettings: undefined,
  MfaConfiguration: 'OFF',
  DeviceConfiguration: undefined,
  EmailConfiguration: { EmailSendingAccount: 'COGNITO_DEFAULT' },
  SmsConfiguration: undefined,
  UserPoolTags: {},
  AdminCreateUserConfig: { AllowAdminCreateUserOnly: false },
  UserPoolAddOns: undefined,
  DcrConfiguration: undefined,
  AccountRecoverySetting: undefined,
  // assumption: it is reset like the rest. AWS's page contradicts itself about it.
  UserPoolTier: 'ESSENTIALS',
  KeyConfiguration: undefined,
  IssuerConfiguration: undefined,
  AcrConfiguration: undefined,
};

/** Names of the members that can be updated. */
export const UPDATABLE = Object.keys(DEFAULTS) as readonly (keyof PoolSettings)[];

function checkSettings(settings: PoolSettings): void {
  const { AutoVerifiedAttributes = [], UserAttributeUpdateSettings, LambdaConfig } = settings;
  // assumption: refused, because no code would be sent for it.
  for (const attribute of UserAttributeUpdateSettings?.AttributesRequireVerificationBeforeUpdate ?? [])
    if (!AutoVerifiedAttributes.includes(attribute))
      throw invalid(
        `AttributesRequireVerificationBeforeUpdate holds ${attribute}, which is not in AutoVerifiedAttributes.`,
      );
  const { PreTokenGeneration, PreTokenGenerationConfig } = LambdaConfig ?? {};
  if (PreTokenGeneration && PreTokenGenerationConfig && PreTokenGeneration !== PreTokenGenerationConfig.LambdaArn)
    throw invalid('PreTokenGeneration and PreTokenGenerationConfig must name the same function.');
  const days = settings.Policies?.PasswordPolicy?.TemporaryPasswordValidityDays;
  const unused = settings.AdminCreateUserConfig?.UnusedAccountValidityDays;
  if (days !== undefined && unused !== undefined && days !== unused)
    throw invalid('Please use TemporaryPasswordValidityDays in PasswordPolicy instead of UnusedAccountValidityDays');
}

/**
 * The settings of a pool after a request. Pure. As in AWS, a member that is not sent returns to its default. Only
 * `DcrConfiguration` keeps its value.
 *
 * @param current - settings before an update; `undefined` for a new pool.
 * @throws {AwsError} `InvalidParameterException` for members that contradict each other.
 */
export function resolveSettings(sent: Partial<UpdateUserPoolRequest>, current?: PoolSettings): PoolSettings {
  const settings = Object.fromEntries(
    UPDATABLE.flatMap((member) => {
      const kept = member === 'DcrConfiguration' ? current?.[member] : undefined;
      const value = sent[member] ?? kept ?? DEFAULTS[member];
      return value === undefined ? [] : [[member, structuredClone(value)]];
    }),
  ) as PoolSettings;
  checkSettings(settings);
  return settings;
}
