import * as sdk from '@aws-sdk/client-connect';
import { expect } from 'vitest';
import { bySdk, describeContract, type State } from './contract-fixture.ts';

const inInstance = ({ instance }: State) => ({ InstanceId: instance });
const onUser = ({ instance, user }: State) => ({ InstanceId: instance, UserId: user });
const IDENTITY = { FirstName: 'Mary', LastName: 'Smith', Email: 'mary@example.com' };

/** Each operation as https://docs.aws.amazon.com/connect/latest/APIReference/API_NAME.html has it. */
describeContract({
  service: 'connect',
  connect: bySdk(sdk, (config) => new sdk.ConnectClient(config)),
  prepare: async ({ services: { connect } }, state) => {
    state.instance = connect.instance.id;
    state.routing = connect.instance.routingProfiles[0]?.id ?? '';
    connect.seedUsers(Array.from({ length: 5 }, (_, index) => ({ Username: `seed-${index}`, IdentityInfo: IDENTITY })));
  },
  steps: [
    {
      operation: 'DescribeInstance',
      input: inInstance,
      answers: ({ instance }) => ({ Instance: { Id: instance, IdentityManagementType: 'CONNECT_MANAGED' } }),
    },
    {
      operation: 'ListSecurityProfiles',
      input: (state) => ({ ...inInstance(state), MaxResults: 1000 }),
      answers: () => ({
        SecurityProfileSummaryList: expect.arrayContaining([expect.objectContaining({ Name: 'Agent' })]),
      }),
      keep: (output, state) => {
        const { SecurityProfileSummaryList = [] } = output as sdk.ListSecurityProfilesResponse;
        state.profile = SecurityProfileSummaryList.find(({ Name }) => Name === 'Agent')?.Id ?? '';
      },
    },
    {
      operation: 'ListSecurityProfilePermissions',
      input: (state) => ({ ...inInstance(state), SecurityProfileId: state.profile }),
      answers: () => ({ Permissions: ['BasicAgentAccess', 'OutboundCallAccess'] }),
    },
    {
      operation: 'ListInstances',
      input: () => ({}),
      answers: ({ instance }) => ({
        InstanceSummaryList: [
          { Id: instance, InstanceAlias: 'local-contact-centre', IdentityManagementType: 'CONNECT_MANAGED' },
        ],
      }),
    },
    {
      operation: 'ListInstances',
      shows: 'has pages of ten at most',
      input: () => ({ MaxResults: 11 }),
      fails: { name: 'InvalidParameterException', status: 400 },
    },
    {
      operation: 'CreateUser',
      input: (state) => ({
        ...inInstance(state),
        Username: 'mary.smith',
        Password: 'Secret-1234',
        IdentityInfo: IDENTITY,
        PhoneConfig: { PhoneType: 'SOFT_PHONE' },
        SecurityProfileIds: [state.profile],
        RoutingProfileId: state.routing,
        Tags: { team: 'desk' },
      }),
      answers: ({ instance }) => ({ UserArn: expect.stringContaining(`instance/${instance}/agent/`) }),
      keep: ({ UserId, UserArn }, state) => {
        state.user = String(UserId);
        state.arn = String(UserArn);
      },
    },
    {
      operation: 'CreateUser',
      shows: 'refuses a name that is taken',
      input: (state) => ({
        ...inInstance(state),
        Username: 'mary.smith',
        Password: 'Secret-1234',
        IdentityInfo: IDENTITY,
        SecurityProfileIds: [state.profile],
        RoutingProfileId: state.routing,
      }),
      fails: { name: 'DuplicateResourceException', status: 409 },
    },
    {
      operation: 'DescribeUser',
      input: onUser,
      answers: ({ user, profile }) => ({
        User: { Id: user, Username: 'mary.smith', IdentityInfo: IDENTITY, SecurityProfileIds: [profile] },
      }),
    },
    {
      operation: 'UpdateUserIdentityInfo',
      input: (state) => ({
        ...onUser(state),
        IdentityInfo: { ...IDENTITY, LastName: 'Jones', SecondaryEmail: 'm@example.org', Mobile: '+15551234567' },
      }),
    },
    {
      operation: 'DescribeUser',
      shows: 'knows its users by ARN too',
      input: ({ instance, arn }) => ({ InstanceId: instance, UserId: arn }),
      answers: () => ({ User: { IdentityInfo: { LastName: 'Jones', Mobile: '+15551234567' } } }),
    },
    {
      operation: 'UpdateUserIdentityInfo',
      shows: 'refuses names that are not composed Unicode',
      input: (state) => ({ ...onUser(state), IdentityInfo: { FirstName: 'Zoe\u0308', LastName: 'X' } }),
      fails: { name: 'InvalidParameterException', status: 400 },
    },
    {
      operation: 'UpdateUserIdentityInfo',
      shows: 'refuses a user that is not there',
      input: (state) => ({ ...inInstance(state), UserId: 'missing', IdentityInfo: IDENTITY }),
      fails: { name: 'ResourceNotFoundException', status: 404 },
    },
    {
      operation: 'SearchUsers',
      input: (state) => ({
        ...inInstance(state),
        SearchCriteria: {
          StringCondition: { FieldName: 'Username', Value: 'mary.smith', ComparisonType: 'EXACT' },
        },
      }),
      answers: ({ user }) => ({ Users: [{ Id: user, Username: 'mary.smith' }], ApproximateTotalCount: 1 }),
    },
    {
      operation: 'ListUsers',
      shows: 'pages',
      input: (state) => ({ ...inInstance(state), MaxResults: 4 }),
      answers: () => ({ UserSummaryList: [{ Username: 'seed-0' }, {}, {}, {}], NextToken: expect.any(String) }),
      keep: ({ NextToken }, state) => {
        state.token = String(NextToken);
      },
    },
    {
      operation: 'ListUsers',
      shows: 'goes on where its token says',
      input: (state) => ({ ...inInstance(state), MaxResults: 4, NextToken: state.token }),
      answers: () => ({ UserSummaryList: [{ Username: 'seed-4' }, { Username: 'mary.smith' }] }),
    },
    {
      operation: 'ListUsers',
      shows: 'refuses a token that is none of its own',
      input: (state) => ({ ...inInstance(state), NextToken: 'stale' }),
      fails: { name: 'InvalidParameterException', status: 400 },
    },
    {
      operation: 'SearchUsers',
      shows: 'refuses the token of another operation',
      input: (state) => ({ ...inInstance(state), NextToken: state.token }),
      fails: { name: 'InvalidParameterException', status: 400 },
    },
    { operation: 'DeleteUser', input: onUser },
    {
      operation: 'DescribeUser',
      shows: 'finds a deleted user no more',
      input: onUser,
      fails: { name: 'ResourceNotFoundException', status: 404 },
    },
  ],
});
