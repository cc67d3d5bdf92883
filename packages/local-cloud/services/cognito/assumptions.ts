/** What AWS does not document, or documents in contradictory ways, and what the local cloud does. */
export const ASSUMPTIONS: readonly { readonly topic: string; readonly assumed: string; readonly switch?: string }[] = [
  {
    topic: 'CustomMessage event: old or new attribute values',
    assumed: 'The new values, with the changed address unverified.',
    switch: 'customMessageValues: new | old',
  },
  { topic: 'Attribute write whose trigger fails', assumed: 'Nothing is stored and no message is sent.' },
  { topic: 'Triggers that fail', assumed: 'Invoked once, never retried.' },
  { topic: 'Post confirmation trigger that fails', assumed: 'The caller fails; the account stays confirmed.' },
  {
    topic: 'Sub as Username',
    assumed: 'Accepted for local users in every pool, never for federated ones; a user name or alias comes first.',
    switch: 'subAsUsername: boolean',
  },
  {
    topic: 'App client without WriteAttributes',
    assumed: 'May write the standard attributes, not the custom ones.',
    switch: 'defaultWriteAttributes: standard | all',
  },
  { topic: 'Pending value whose code expires (24 h)', assumed: 'It is dropped; the old value stays.' },
  { topic: 'Pending value and UserLastModifiedDate', assumed: 'Does not move until the value becomes live.' },
  { topic: 'Writing back the current value over a pending one', assumed: 'The pending value is dropped; no message.' },
  { topic: 'Writing an unchanged value', assumed: 'No message, but UserLastModifiedDate moves.' },
  { topic: 'GetUserAttributeVerificationCode with a pending value', assumed: 'The code goes to the pending value.' },
  { topic: 'email_verified=false sent along with a pending change', assumed: 'Ignored: the old value stays verified.' },
  {
    topic: 'Code for an address that has been replaced since',
    assumed: 'Verifies nothing; the code of a sign-up still confirms the account.',
  },
  { topic: 'Flag of an address set by AdminCreateUser', assumed: 'Absent unless sent; sign-up stores false.' },
  { topic: 'Deleting an address', assumed: 'Its verification flag goes with it.' },
  {
    topic: 'AttributesRequireVerificationBeforeUpdate without AutoVerifiedAttributes',
    assumed: 'Refused as InvalidParameterException.',
  },
  { topic: 'UpdateUserPool without UserPoolTier', assumed: 'Reset to ESSENTIALS.' },
  { topic: 'E-mail or phone as user name', assumed: 'The name given at creation is stored as that attribute.' },
  {
    topic: 'Invitation without DesiredDeliveryMediums',
    assumed: 'Goes to the e-mail address, else the phone number, else nowhere.',
  },
  { topic: 'ForceAliasCreation', assumed: 'The previous owner keeps the address, unverified, and counts as modified.' },
  {
    topic: 'Federated sign-in',
    assumed:
      'Rewrites every mapped attribute and moves UserLastModifiedDate even when nothing differs. A mapped e-mail address is unverified after each sign-in unless its flag is mapped, too.',
  },
  { topic: 'Sign-in and UserLastModifiedDate', assumed: 'A password sign-in does not move it.' },
  {
    topic: 'ListUsers consistency',
    assumed: 'Immediate, in order of creation.',
    switch: 'listLagMs: number',
  },
  {
    topic: 'ListUsers: users without sub',
    assumed: 'None; the setting names the users that are shown without a sub.',
    switch: 'listWithoutSub: [user name, …]',
  },
  {
    topic: 'ListUsers: precision of UserLastModifiedDate',
    assumed: 'Milliseconds, as in a read of one user; `seconds` cuts it in lists only.',
    switch: 'listTimes: milliseconds | seconds',
  },
  {
    topic: 'Text of Boolean attributes',
    assumed:
      'Stored as it was sent: `True` stays `True`, and counts as true. Any text but true and false, in any case, is refused.',
  },
  {
    topic: 'A code and a link message in one VerificationMessageTemplate',
    assumed: 'Accepted and described; the text of the API reference is not clear.',
  },
  {
    topic: 'Rate quotas',
    assumed: 'None unless set.',
    switch: 'quotas: {UserRead: 120, …}',
  },
  {
    topic: 'Page events',
    assumed: 'Carry the pool id, no sub; a GET page is read-only.',
    switch: 'pageEventsCarrySub: boolean',
  },
  {
    topic: 'CloudTrail masking',
    assumed:
      'User name, attributes, attribute names, tokens, passwords, codes, ClientMetadata and filters become one string each.',
  },
];

/** What is missing from operations that are served in part. */
export const PARTIAL: Readonly<Record<string, string>> = {
  AdminCreateUser: 'no ValidationData, no pre sign-up trigger, no passwordless users',
  SignUp: 'no ValidationData, no pre sign-up trigger, no passwordless users',
  InitiateAuth:
    'USER_PASSWORD_AUTH and REFRESH_TOKEN_AUTH; no MFA, no pre authentication or pre token generation trigger',
  AdminInitiateAuth:
    'ADMIN_USER_PASSWORD_AUTH and REFRESH_TOKEN_AUTH; no MFA, no pre authentication or pre token generation trigger',
  ConfirmSignUp: 'no simulated answer for unknown users (PreventUserExistenceErrors)',
  GetUserPoolMfaConfig: 'what UpdateUserPool can set; there is no SetUserPoolMfaConfig',
  RespondToAuthChallenge: 'NEW_PASSWORD_REQUIRED only',
  AdminRespondToAuthChallenge: 'NEW_PASSWORD_REQUIRED only',
};
