import { describe, expect, it } from 'vitest';
import { keepBadRequests } from '../../../../lambda/core/failures/bad-requests.ts';

const KNOWN = {
  'dynamodb:GetItem': 1,
  'cognito-idp:AdminGetUser': 2,
  'connect:DescribeUser': 3,
  'connect:SearchUsers': 4,
  'connect:UpdateUserIdentityInfo': 5,
};

describe('operations answered with status 400 without a verdict', () => {
  it.each([
    ['connect:UpdateUserIdentityInfo', ['connect:UpdateUserIdentityInfo']],
    ['connect:DescribeUser', ['connect:DescribeUser', 'connect:SearchUsers', 'connect:UpdateUserIdentityInfo']],
    [
      'cognito-idp:AdminGetUser',
      ['cognito-idp:AdminGetUser', 'connect:DescribeUser', 'connect:SearchUsers', 'connect:UpdateUserIdentityInfo'],
    ],
    ['dynamodb:UpdateItem', Object.keys(KNOWN)],
    ['none', Object.keys(KNOWN)],
  ])('stay in doubt when %s has failed unless they are called before it', (failed, kept) => {
    expect(Object.keys(keepBadRequests(KNOWN, failed))).toEqual(kept);
    expect(keepBadRequests({ 'connect:UpdateUserIdentityInfo': 5 }, failed)).toEqual({
      'connect:UpdateUserIdentityInfo': 5,
    });
  });

  it('are none where none were known', () => {
    expect(keepBadRequests(undefined, 'connect:DescribeUser')).toEqual({});
  });
});
