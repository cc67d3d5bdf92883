import { describe, expect, it } from 'vitest';
import { compilePattern } from '../../packages/local-cloud/services/events/pattern.ts';
import { createStack, ofType, POOL_ID, resourcesOf } from './stacks.ts';

type Event = { readonly [member: string]: unknown };

const patterns = ofType(resourcesOf(createStack()), 'AWS::Events::Rule').map(({ Properties }) =>
  compilePattern(JSON.stringify(Properties.EventPattern)),
);
const matchedBy = (event: Event) => patterns.map((matches) => matches(event));

const call = (eventName: string, detail: object = {}): Event => ({
  source: 'aws.cognito-idp',
  'detail-type': 'AWS API Call via CloudTrail',
  detail: {
    eventSource: 'cognito-idp.amazonaws.com',
    eventName,
    requestParameters: { userPoolId: POOL_ID, username: 'HIDDEN_DUE_TO_SECURITY_REASONS' },
    additionalEventData: { sub: '0b7c7bd9-65d0-4c5f-9ae0-0ffc3b6bc9a1' },
    ...detail,
  },
});

const page = (eventName: string, detail: object = {}): Event => ({
  source: 'aws.cognito-idp',
  'detail-type': 'AWS Service Event via CloudTrail',
  detail: {
    eventSource: 'cognito-idp.amazonaws.com',
    eventType: 'AwsServiceEvent',
    eventName,
    errorCode: '',
    additionalEventData: { responseParameters: { status: 200 }, sub: '0b7c7bd9-65d0-4c5f-9ae0-0ffc3b6bc9a1' },
    ...detail,
  },
});

describe('of the three rules', () => {
  it.each([
    'AdminUpdateUserAttributes',
    'AdminDeleteUserAttributes',
    'AdminCreateUser',
    'AdminConfirmSignUp',
    'AdminEnableUser',
    'AdminDisableUser',
    'AdminDeleteUser',
    'AdminLinkProviderForUser',
    'AdminDisableProviderForUser',
  ])('the first takes %s on our pool', (eventName) => {
    expect(matchedBy(call(eventName))).toEqual([true, false, false]);
  });

  it.each(['UpdateUserAttributes', 'VerifyUserAttribute', 'DeleteUserAttributes', 'ConfirmSignUp', 'DeleteUser'])(
    'the second takes %s, whose record names no pool',
    (eventName) => {
      expect(
        matchedBy(call(eventName, { requestParameters: { accessToken: 'HIDDEN_DUE_TO_SECURITY_REASONS' } })),
      ).toEqual([false, true, false]);
    },
  );

  it.each(['UpdateUserAttributes', 'DeleteUser'])('the second takes %s without request parameters', (eventName) => {
    expect(matchedBy(call(eventName, { requestParameters: null }))).toEqual([false, true, false]);
  });

  it.each([
    ['first', 'AdminRespondToAuthChallenge', { userPoolId: POOL_ID }, [true, false, false]],
    ['second', 'RespondToAuthChallenge', {}, [false, true, false]],
  ])('the %s takes %s when the answer sets a password and perhaps attributes, and no other', (...row) => {
    const [, eventName, parameters, taken] = row;
    const answer = (challengeName: string) =>
      matchedBy(call(eventName, { requestParameters: { ...parameters, challengeName } }));

    expect(answer('NEW_PASSWORD_REQUIRED')).toEqual(taken);
    expect(answer('PASSWORD_VERIFIER')).toEqual([false, false, false]);
  });

  it.each<[string, string | undefined, string]>([
    ['confirmUser_GET', '', 'with the empty error code of a page that worked'],
    ['confirmUser_GET', undefined, 'without an error code'],
    ['Confirm_With_Link_GET', '', 'of the classic hosted UI'],
  ])('the third takes the page %s with error code %j, %s', (eventName, errorCode) => {
    expect(matchedBy(page(eventName, { errorCode }))).toEqual([false, false, true]);
  });

  it.each([
    ['reads a user', call('AdminGetUser')],
    ['signs in', call('InitiateAuth')],
    ['changes a password', call('AdminSetUserPassword')],
    [
      'changes another pool',
      call('AdminUpdateUserAttributes', { requestParameters: { userPoolId: 'eu-west-1_OTHER' } }),
    ],
    ['failed', call('AdminUpdateUserAttributes', { errorCode: 'UserNotFoundException' })],
    ['failed for a user', call('UpdateUserAttributes', { errorCode: 'NotAuthorizedException' })],
    ['has no request parameters', call('AdminUpdateUserAttributes', { requestParameters: undefined })],
    ['is of another service', { ...call('AdminUpdateUserAttributes'), source: 'aws.iam' }],
    ['is of another page', page('login_POST')],
    ['is of a page that failed', page('confirmUser_GET', { errorCode: 'ExpiredCodeException' })],
    ['is of a page by another way', { ...page('confirmUser_GET'), 'detail-type': 'AWS API Call via CloudTrail' }],
    ['is a page event with the name of a call', page('ConfirmSignUp')],
    ['adds a user to a group, when the scope is not a group', call('AdminAddUserToGroup')],
  ])('none takes a record that %s', (_, event) => {
    expect(matchedBy(event)).toEqual([false, false, false]);
  });
});
