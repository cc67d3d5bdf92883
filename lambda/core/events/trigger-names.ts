/**
 * The triggers of a user pool that pool-trigger handles, by Cognito's name. `setting` is the member of `chain` that names
 * the chained function, `variable` the environment variable that passes it to pool-trigger.
 */
export const POOL_TRIGGERS = {
  CustomMessage: { setting: 'customMessage', variable: 'CHAIN_CUSTOM_MESSAGE_ARN' },
  PostConfirmation: { setting: 'postConfirmation', variable: 'CHAIN_POST_CONFIRMATION_ARN' },
  PostAuthentication: { setting: 'postAuthentication', variable: 'CHAIN_POST_AUTHENTICATION_ARN' },
} as const;

/** A trigger as Cognito names it: the member of `LambdaConfig`, and the first part of a trigger source. */
export type TriggerSlot = keyof typeof POOL_TRIGGERS;

/** All slots. */
export const TRIGGER_SLOTS = Object.keys(POOL_TRIGGERS) as readonly TriggerSlot[];
