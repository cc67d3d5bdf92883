import type { SearchUsersResponse, UserSearchCriteria } from '@aws-sdk/client-connect';
import { describe, expect, test } from 'vitest';
import type { SettingsPatch } from '../../services/connect/settings.ts';
import { INSTANCE_ARN, INSTANCE_ID, refusal, startConnect } from './connect-fixture.ts';

function withAgents(settings: SettingsPatch = {}) {
  const { connect, call } = startConnect({ settings });
  const [admin, agent] = connect.instance.securityProfiles;
  const users = connect.seedUsers([
    {
      Username: 'mary',
      IdentityInfo: { FirstName: 'Mary', LastName: 'Smith', Email: 'mary@example.com' },
      SecurityProfileIds: [admin?.id ?? '', agent?.id ?? ''],
      PhoneConfig: { PhoneType: 'SOFT_PHONE', AfterContactWorkTimeLimit: 30 },
      Tags: { sub: 'sub-1', team: 'north' },
    },
    { Username: 'Mary', IdentityInfo: { FirstName: 'Mary', LastName: 'Jones' }, Tags: { sub: 'sub-2', team: 'north' } },
    { Username: 'john', IdentityInfo: { FirstName: 'John', LastName: 'Smithers' } },
  ]);
  const search = (request: object) =>
    refusal(() => call('SearchUsers', { InstanceId: INSTANCE_ID, ...request })) as SearchUsersResponse;
  const names = (request: object) => search(request).Users?.map(({ Username }) => Username);
  return { connect, search, names, users };
}

const string = (FieldName: string, ComparisonType: string, Value: string) =>
  ({ StringCondition: { FieldName, ComparisonType, Value } }) as UserSearchCriteria;

describe('SearchUsers', () => {
  test('shows names only of an identity, and the after-contact-work limit in milliseconds', () => {
    const { search, users, connect } = withAgents();

    expect(search({ SearchCriteria: string('LastName', 'EXACT', 'Smith') })).toEqual({
      Users: [
        {
          Arn: `${INSTANCE_ARN}/agent/${users[0]?.Id}`,
          Id: users[0]?.Id,
          IdentityInfo: { FirstName: 'Mary', LastName: 'Smith' },
          PhoneConfig: { PhoneType: 'SOFT_PHONE', AfterContactWorkTimeLimit: 30_000 },
          RoutingProfileId: connect.instance.routingProfiles[0]?.id,
          SecurityProfileIds: connect.instance.securityProfiles.slice(0, 2).map(({ id }) => id),
          Tags: { sub: 'sub-1', team: 'north' },
          Username: 'mary',
        },
      ],
      ApproximateTotalCount: 1,
    });
  });

  test.each([
    [string('Username', 'EXACT', 'john'), ['john']],
    [string('FirstName', 'STARTS_WITH', 'Mar'), ['mary', 'Mary']],
    [string('LastName', 'CONTAINS', 'mith'), ['mary', 'john']],
    [string('Username', 'EXACT', 'missing'), []],
    [{ AndConditions: [string('FirstName', 'EXACT', 'Mary'), string('LastName', 'EXACT', 'Jones')] }, ['Mary']],
    [{ OrConditions: [string('LastName', 'EXACT', 'Jones'), string('Username', 'EXACT', 'john')] }, ['Mary', 'john']],
    [{}, ['mary', 'Mary', 'john']],
  ])('finds by %j', (SearchCriteria, expected) => {
    expect(withAgents().names({ SearchCriteria })).toEqual(expected);
  });

  test('finds by security profile, routing profile and id', () => {
    const { names, connect, users } = withAgents();
    const admin = connect.instance.securityProfiles[0]?.id ?? '';
    const routing = connect.instance.routingProfiles[0]?.id ?? '';

    expect(names({ SearchCriteria: string('SecurityProfileId', 'EXACT', admin) })).toEqual(['mary']);
    expect(names({ SearchCriteria: string('RoutingProfileId', 'EXACT', routing) })).toHaveLength(3);
    expect(names({ SearchCriteria: string('resourceId', 'EXACT', users[2]?.Id ?? '') })).toEqual(['john']);
  });

  test('ignores case unless searchCase is sensitive', () => {
    const request = { SearchCriteria: string('Username', 'EXACT', 'mary'), MaxResults: 2 };

    expect(withAgents().names(request)).toEqual(['mary', 'Mary']);
    expect(withAgents({ searchCase: 'sensitive' }).names(request)).toEqual(['mary']);
  });

  test.each([
    [{ TagCondition: { TagKey: 'sub', TagValue: 'sub-2' } }, ['Mary']],
    [{ TagCondition: { TagKey: 'sub', TagValue: 'SUB-2' } }, []],
    [
      {
        AndConditions: [
          { TagKey: 'team', TagValue: 'north' },
          { TagKey: 'sub', TagValue: 'sub-1' },
        ],
      },
      ['mary'],
    ],
    [
      { OrConditions: [[{ TagKey: 'sub', TagValue: 'sub-1' }], [{ TagKey: 'sub', TagValue: 'sub-2' }]] },
      ['mary', 'Mary'],
    ],
  ])('filters by the tags %j', (TagFilter, expected) => {
    expect(withAgents().names({ SearchFilter: { TagFilter } })).toEqual(expected);
  });

  test('pages, with the total of all matches on each page', () => {
    const { search } = withAgents();

    const first = search({ MaxResults: 2 });
    const second = search({ MaxResults: 2, NextToken: first.NextToken });

    expect([first.Users?.length, first.ApproximateTotalCount]).toEqual([2, 3]);
    expect([second.Users?.[0]?.Username, second.ApproximateTotalCount, second.NextToken]).toEqual([
      'john',
      3,
      undefined,
    ]);
  });

  test.each([
    [
      { SearchCriteria: string('Email', 'EXACT', 'mary@example.com') },
      '400 InvalidParameterException: FieldName must be one of Username, FirstName, LastName, RoutingProfileId, SecurityProfileId, resourceId.',
    ],
    [
      { SearchCriteria: string('Username', 'ENDS_WITH', 'ary') },
      '400 InvalidParameterException: ComparisonType must be one of EXACT, STARTS_WITH, CONTAINS.',
    ],
    [
      { SearchCriteria: string('Username', 'CONTAINS', 'm') },
      '400 InvalidParameterException: Value must have at least 2 characters, got 1.',
    ],
    [
      { SearchCriteria: string('Username', 'CONTAINS', 'm'.repeat(26)) },
      '400 InvalidParameterException: Value must have at most 25 characters, got 26.',
    ],
    [{ MaxResults: 501 }, '400 InvalidParameterException: MaxResults must be a whole number from 1 to 500, got 501.'],
    [{ InstanceId: 'nowhere' }, '404 ResourceNotFoundException: There is no instance nowhere.'],
    [
      { SearchFilter: { TagFilter: {}, UserAttributeFilter: {} } },
      '403 AccessDeniedException: SearchFilter may hold TagFilter or UserAttributeFilter, not both.',
    ],
    [
      { SearchCriteria: { HierarchyGroupCondition: { Value: 'x' } } },
      '501 UnsupportedOperation: The local cloud does not model HierarchyGroupCondition in SearchCriteria of SearchUsers. Supported: see packages/local-cloud/README.md.',
    ],
    [
      { SearchCriteria: { OrConditions: [], AndConditions: [] } },
      '501 UnsupportedOperation: The local cloud does not model OrConditions and AndConditions side by side in one SearchCriteria of SearchUsers. Supported: see packages/local-cloud/README.md.',
    ],
  ])('refuses %j', (request, expected) => {
    expect(withAgents().search(request)).toBe(expected);
  });
});
