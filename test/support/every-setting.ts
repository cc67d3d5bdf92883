import type { CreateUserPoolCommandInput } from '@aws-sdk/client-cognito-identity-provider';

/**
 * Settings of a user pool of which none is what a pool has by itself.
 *
 * @param other - ARN of the function that has all triggers which are not ours to take.
 */
export const everySetting = (other: string): Partial<CreateUserPoolCommandInput> => ({
  Policies: {
    PasswordPolicy: {
      MinimumLength: 17,
      RequireUppercase: false,
      RequireLowercase: false,
      RequireNumbers: false,
      RequireSymbols: false,
      PasswordHistorySize: 4,
      TemporaryPasswordValidityDays: 3,
    },
    SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'EMAIL_OTP'] },
  },
  DeletionProtection: 'ACTIVE',
  LambdaConfig: {
    PreSignUp: other,
    PreTokenGeneration: other,
    PreTokenGenerationConfig: { LambdaArn: other, LambdaVersion: 'V2_0' },
    CustomEmailSender: { LambdaArn: other, LambdaVersion: 'V1_0' },
    KMSKeyID: 'arn:aws:kms:eu-west-1:000000000000:key/11111111-2222-3333-4444-555555555555',
  },
  AutoVerifiedAttributes: ['email', 'phone_number'],
  AliasAttributes: ['email'],
  SmsVerificationMessage: 'Your code is {####}',
  EmailVerificationMessage: 'Your code: {####}',
  EmailVerificationSubject: 'Your code',
  VerificationMessageTemplate: {
    DefaultEmailOption: 'CONFIRM_WITH_LINK',
    SmsMessage: 'Your code is {####}',
    EmailMessage: 'Your code: {####}',
    EmailMessageByLink: '{##Confirm##}',
    EmailSubjectByLink: 'Confirm',
  },
  SmsAuthenticationMessage: 'Sign in with {####}',
  UserAttributeUpdateSettings: { AttributesRequireVerificationBeforeUpdate: ['email'] },
  MfaConfiguration: 'OPTIONAL',
  DeviceConfiguration: { ChallengeRequiredOnNewDevice: true, DeviceOnlyRememberedOnUserPrompt: true },
  EmailConfiguration: {
    EmailSendingAccount: 'DEVELOPER',
    SourceArn: 'arn:aws:ses:eu-west-1:000000000000:identity/example.com',
    ReplyToEmailAddress: 'help@example.com',
    From: 'Agents <agents@example.com>',
    ConfigurationSet: 'agents',
  },
  SmsConfiguration: {
    SnsCallerArn: 'arn:aws:iam::000000000000:role/sms',
    ExternalId: 'external',
    SnsRegion: 'eu-west-1',
  },
  UserPoolTags: { owner: 'contact-centre' },
  AdminCreateUserConfig: {
    AllowAdminCreateUserOnly: true,
    InviteMessageTemplate: {
      EmailMessage: '{username} {####}',
      EmailSubject: 'Welcome',
      SMSMessage: '{username} {####}',
    },
  },
  UserPoolAddOns: {
    AdvancedSecurityMode: 'ENFORCED',
    AdvancedSecurityAdditionalFlows: { CustomAuthMode: 'AUDIT' },
  },
  DcrConfiguration: { EnableStatus: 'Enabled', OpenDcrEnabled: true },
  AccountRecoverySetting: { RecoveryMechanisms: [{ Name: 'admin_only', Priority: 1 }] },
  UserPoolTier: 'PLUS',
  KeyConfiguration: { KeyType: 'CUSTOMER_MANAGED_KEY', KmsKeyArn: 'arn:aws:kms:eu-west-1:000000000000:key/k' },
  IssuerConfiguration: { Type: 'UPDATED' },
  AcrConfiguration: { high: { AcrValue: 'urn:high' } },
});
