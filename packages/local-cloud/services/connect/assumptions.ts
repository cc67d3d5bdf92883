/** What AWS does not document, what this service does instead, and the setting that changes it. */
export const ASSUMPTIONS: readonly { readonly topic: string; readonly assumed: string; readonly switch?: string }[] = [
  {
    topic: 'UpdateUserIdentityInfo: members left out',
    assumed:
      'The identity is replaced as a whole: a member that is left out is cleared. AWS does not document it; `merge` keeps the member.',
    switch: 'identityUpdate: replace | merge',
  },
  {
    topic: 'Name of the throttling error',
    assumed:
      'As in the API model. Code published by AWS checks for `TooManyRequestsException`; `none` answers a 429 without an error name.',
    switch: 'throttleErrorName: ThrottlingException | TooManyRequestsException | none',
  },
  {
    topic: 'Time until reads show a write',
    assumed:
      'None. AWS says seconds, sometimes minutes. Until then reads show the old state, and a new user is not found by reads or writes; user names are reserved at once.',
    switch: 'consistencyDelayMs',
  },
  {
    topic: 'Request quotas',
    assumed:
      'The published 2 a second, burst 5, for every operation; buckets start full and refill steadily; a refused call takes no token, an invalid one does.',
    switch: 'quotas: { default | operation: { ratePerSecond, burst } }',
  },
  {
    topic: 'What shares a quota',
    assumed:
      'All callers and instances of the account and Region, for each operation separately. The best-practice page also mentions one rate for all operations: `account`.',
    switch: 'quotaScope: operation | account',
  },
  {
    topic: 'Users per instance',
    assumed: 'The published default, 500: one more is `LimitExceededException`. Seeding in process is not limited.',
    switch: 'usersPerInstance',
  },
  {
    topic: 'SearchUsers: upper and lower case',
    assumed: 'Ignored in every comparison, so a caller must compare the results.',
    switch: 'searchCase: insensitive | sensitive',
  },
  {
    topic: 'CreateUser with Email on a SAML instance',
    assumed: 'Refused, as the page of UserIdentityInfo says; the page of CreateUser says the contrary.',
    switch: 'samlEmailOnCreate: refuse | accept',
  },
  {
    topic: 'Characters of the primary Email',
    assumed: 'Any: no pattern is documented. `pattern` applies the pattern of SecondaryEmail.',
    switch: 'primaryEmail: any | pattern',
  },
  {
    topic: 'Empty Email',
    assumed:
      'Accepted, kept and shown as it was sent; `none` drops it. Empty SecondaryEmail and Mobile break their patterns.',
    switch: 'emptyEmail: kept | none',
  },
  {
    topic: 'DescribeUser: security profiles',
    assumed: 'Always shown. They are optional in the API model; `omitted` leaves them out.',
    switch: 'securityProfileIds: shown | omitted',
  },
  {
    topic: 'SecondaryEmail and Mobile from before their rules',
    assumed:
      'Shown as they are, and refused when they are sent back. None exist until `/_local/connect/set-identity` stores them.',
  },
  {
    topic: 'Which 400',
    assumed:
      '`InvalidParameterException` for a member that breaks its length, pattern or set of values; `InvalidRequestException` for one that is missing or not allowed on this kind of instance (Email on SAML, directory-owned names, a password without CONNECT_MANAGED).',
  },
  {
    topic: 'Names left out of UpdateUserIdentityInfo',
    assumed:
      'Refused on CONNECT_MANAGED and SAML, where both are documented as required, whatever `identityUpdate` is.',
  },
  {
    topic: 'Lengths of names',
    assumed:
      'Counted in Unicode characters. CONNECT_MANAGED 1-255 and 1-256, SAML 0-255 and 0-300; older pages and tools stop at 100.',
  },
  {
    topic: 'UpdateUserIdentityInfo on an EXISTING_DIRECTORY instance',
    assumed:
      'FirstName, LastName or Email in the request is refused, even when equal; SecondaryEmail and Mobile are taken.',
  },
  { topic: 'SecondaryEmail and Mobile on a SAML instance', assumed: 'Accepted: no restriction is documented.' },
  {
    topic: 'User names without SAML',
    assumed:
      'Any characters, up to 20, `@` only in an address or in `alias@user@org`, on SAML as well. The name of a deleted user is free at once.',
  },
  {
    topic: 'Instances, users and profiles that are not there',
    assumed: '`ResourceNotFoundException`, also for malformed ids and for ARNs of another account, Region or instance.',
  },
  { topic: 'LastModifiedTime', assumed: 'Changes with every applied write of the identity, also of an equal one.' },
  { topic: 'Order of lists and search results', assumed: 'Order of creation.' },
  {
    topic: 'NextToken that is expired (24 hours) or foreign',
    assumed: '`InvalidParameterException`; only the status 400 is documented.',
  },
];

/** Operations served in part: what is missing is refused by name. */
export const PARTIAL: Readonly<Record<string, string>> = {
  CreateUser: 'no hierarchy groups, no settings by channel',
  SearchUsers: 'no list and hierarchy conditions, no UserAttributeFilter, one condition a node',
};
