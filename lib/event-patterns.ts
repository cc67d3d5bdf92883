import type { EventPattern } from 'aws-cdk-lib/aws-events';

/** Calls that change a user's attributes, status or identities and carry the id of the pool. */
const ADMIN_EVENTS = [
  'AdminUpdateUserAttributes',
  'AdminDeleteUserAttributes',
  'AdminCreateUser',
  'AdminConfirmSignUp',
  'AdminEnableUser',
  'AdminDisableUser',
  'AdminDeleteUser',
  'AdminLinkProviderForUser',
  'AdminDisableProviderForUser',
  'AdminRespondToAuthChallenge',
] as const;

/** Calls that decide who belongs to a group: of interest where a group is the scope. */
const MEMBERSHIP_EVENTS = ['AdminAddUserToGroup', 'AdminRemoveUserFromGroup'] as const;

/** Calls that users make about themselves: authorized by a token or a code, so that no pool id is in the record. */
const SELF_SERVICE_EVENTS = [
  'UpdateUserAttributes',
  'VerifyUserAttribute',
  'DeleteUserAttributes',
  'ConfirmSignUp',
  'DeleteUser',
  'RespondToAuthChallenge',
] as const;

/** The only challenge whose answer may contain attributes. The others belong to every sign-in. */
const CHALLENGE = 'NEW_PASSWORD_REQUIRED';

/**
 * Pages by which a link in a message confirms something: of managed login and of the classic hosted UI.
 *
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/logging-using-cloudtrail.html
 */
const PAGE_EVENTS = ['confirmUser_GET', 'Confirm_With_Link_GET'] as const;

/**
 * Matches CloudTrail's records of successful {@link ADMIN_EVENTS} on one pool. Pure.
 *
 * @param options.membership - {@link MEMBERSHIP_EVENTS} too.
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html
 */
export const adminCallPattern = (userPoolId: string, options: { readonly membership: boolean }): EventPattern =>
  callPattern([...ADMIN_EVENTS, ...(options.membership ? MEMBERSHIP_EVENTS : [])], {
    userPoolId: [userPoolId],
  });

/** Matches CloudTrail's records of successful {@link SELF_SERVICE_EVENTS} on any pool of the account. Pure. */
export const selfServiceCallPattern = (): EventPattern => callPattern(SELF_SERVICE_EVENTS);

/**
 * Matches CloudTrail's records of successful {@link PAGE_EVENTS} of any pool of the account. Pure. Only a rule in the state
 * `ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS` surely gets them: they may count as reads.
 */
export const pageEventPattern = (): EventPattern => ({
  source: ['aws.cognito-idp'],
  detailType: ['AWS Service Event via CloudTrail'],
  detail: {
    eventSource: ['cognito-idp.amazonaws.com'],
    eventType: ['AwsServiceEvent'],
    eventName: PAGE_EVENTS,
    // Published records of pages that worked have an empty error code.
    errorCode: [{ exists: false }, ''],
  },
});

const callPattern = (eventNames: readonly string[], parameters: object = {}): EventPattern => ({
  source: ['aws.cognito-idp'],
  detailType: ['AWS API Call via CloudTrail'],
  detail: {
    eventSource: ['cognito-idp.amazonaws.com'],
    eventName: eventNames,
    // A call that failed changed nothing.
    errorCode: [{ exists: false }],
    // Only answers to a challenge have the member.
    requestParameters: { ...parameters, challengeName: [{ exists: false }, CHALLENGE] },
  },
});
