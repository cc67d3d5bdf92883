/**
 * The triggers of a user pool that pool-trigger is made for, by the names that Cognito has for them: what `chain` calls the
 * function behind each, and the variable that names it to pool-trigger.
 */
export const POOL_TRIGGERS = {
  CustomMessage: { setting: 'customMessage', variable: 'CHAIN_CUSTOM_MESSAGE_ARN' },
  PostConfirmation: { setting: 'postConfirmation', variable: 'CHAIN_POST_CONFIRMATION_ARN' },
  PostAuthentication: { setting: 'postAuthentication', variable: 'CHAIN_POST_AUTHENTICATION_ARN' },
} as const;

/** A trigger as Cognito names it: the member of `LambdaConfig`, and the first part of a trigger source. */
export type TriggerSlot = keyof typeof POOL_TRIGGERS;

/** All of them. */
export const TRIGGER_SLOTS = Object.keys(POOL_TRIGGERS) as readonly TriggerSlot[];
