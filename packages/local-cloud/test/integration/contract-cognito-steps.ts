import type { CreateUserPoolClientResponse, CreateUserPoolResponse } from '@aws-sdk/client-cognito-identity-provider';
import { expect } from 'vitest';
import type { State, Step } from './contract-fixture.ts';

export const PASSWORD = 'Secret-1234';
export const inPool = ({ pool }: State) => ({ UserPoolId: pool });
export const mary = ({ pool }: State) => ({ UserPoolId: pool, Username: 'mary' });
export const attribute = (Name: string, Value: string) => ({ Name, Value });

/** Pools and app clients. */
export const POOLS: readonly Step[] = [
  {
    operation: 'CreateUserPool',
    input: () => ({ PoolName: 'people', AutoVerifiedAttributes: ['email'] }),
    answers: () => ({ UserPool: { Id: expect.stringMatching(/^eu-west-1_\w{9}$/), Name: 'people' } }),
    keep: (output, state) => {
      state.pool = (output as CreateUserPoolResponse).UserPool?.Id ?? '';
    },
  },
  {
    operation: 'AddCustomAttributes',
    input: (state) => ({
      ...inPool(state),
      CustomAttributes: [{ Name: 'CustomAttr1', AttributeDataType: 'String', Mutable: true }],
    }),
  },
  {
    operation: 'UpdateUserPool',
    input: (state) => ({ ...inPool(state), AutoVerifiedAttributes: ['email'], UserPoolTags: { stage: 'test' } }),
  },
  {
    operation: 'DescribeUserPool',
    input: inPool,
    answers: () => ({
      UserPool: {
        UserPoolTags: { stage: 'test' },
        SchemaAttributes: expect.arrayContaining([expect.objectContaining({ Name: 'custom:CustomAttr1' })]),
      },
    }),
  },
  {
    operation: 'DescribeUserPool',
    shows: 'refuses a pool that is not there',
    input: () => ({ UserPoolId: 'eu-west-1_Nowhere01' }),
    fails: { name: 'ResourceNotFoundException', status: 400 },
  },
  { operation: 'GetUserPoolMfaConfig', input: inPool, answers: () => ({ MfaConfiguration: 'OFF' }) },
  {
    operation: 'ListUserPools',
    input: () => ({ MaxResults: 10 }),
    answers: ({ pool }) => ({ UserPools: [{ Id: pool, Name: 'people' }] }),
  },
  {
    operation: 'CreateUserPoolClient',
    input: (state) => ({
      ...inPool(state),
      ClientName: 'app',
      ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_ADMIN_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
    }),
    answers: () => ({ UserPoolClient: { ClientName: 'app' } }),
    keep: (output, state) => {
      state.client = (output as CreateUserPoolClientResponse).UserPoolClient?.ClientId ?? '';
    },
  },
  {
    operation: 'ListUserPoolClients',
    input: inPool,
    answers: ({ client }) => ({ UserPoolClients: [{ ClientId: client }] }),
  },
];

/** What an administrator does with users and groups. */
export const ADMINISTRATION: readonly Step[] = [
  {
    operation: 'AdminCreateUser',
    input: (state) => ({
      ...mary(state),
      TemporaryPassword: PASSWORD,
      MessageAction: 'SUPPRESS',
      UserAttributes: [attribute('email', 'mary@example.com'), attribute('email_verified', 'true')],
    }),
    answers: () => ({ User: { Username: 'mary', UserStatus: 'FORCE_CHANGE_PASSWORD', Enabled: true } }),
  },
  {
    operation: 'AdminCreateUser',
    shows: 'refuses a name that is taken',
    input: mary,
    fails: { name: 'UsernameExistsException', status: 400 },
  },
  {
    operation: 'AdminInitiateAuth',
    input: ({ client, ...state }) => ({
      ...inPool(state),
      ClientId: client,
      AuthFlow: 'ADMIN_USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME: 'mary', PASSWORD },
    }),
    answers: () => ({ ChallengeName: 'NEW_PASSWORD_REQUIRED', Session: expect.any(String) }),
    keep: ({ Session }, state) => {
      state.session = String(Session);
    },
  },
  {
    operation: 'AdminRespondToAuthChallenge',
    input: ({ client, session, ...state }) => ({
      ...inPool(state),
      ClientId: client,
      Session: session,
      ChallengeName: 'NEW_PASSWORD_REQUIRED',
      ChallengeResponses: { USERNAME: 'mary', NEW_PASSWORD: PASSWORD },
    }),
    answers: () => ({ AuthenticationResult: { TokenType: 'Bearer' } }),
  },
  { operation: 'AdminSetUserPassword', input: (state) => ({ ...mary(state), Password: PASSWORD, Permanent: true }) },
  {
    operation: 'AdminUpdateUserAttributes',
    input: (state) => ({
      ...mary(state),
      UserAttributes: [attribute('given_name', 'Maria'), attribute('custom:CustomAttr1', 'Purple')],
      ClientMetadata: { source: 'test' },
    }),
  },
  {
    operation: 'AdminDeleteUserAttributes',
    input: (state) => ({ ...mary(state), UserAttributeNames: ['custom:CustomAttr1'] }),
  },
  {
    operation: 'AdminGetUser',
    input: mary,
    answers: () => ({
      Username: 'mary',
      UserStatus: 'CONFIRMED',
      UserAttributes: expect.arrayContaining([
        attribute('given_name', 'Maria'),
        attribute('email', 'mary@example.com'),
      ]),
    }),
  },
  {
    operation: 'AdminGetUser',
    shows: 'refuses a user who is not there',
    input: (state) => ({ ...inPool(state), Username: 'missing' }),
    fails: { name: 'UserNotFoundException', status: 400, message: /^User does not exist\.$/ },
  },
  { operation: 'CreateGroup', input: (state) => ({ ...inPool(state), GroupName: 'agents', Precedence: 1 }) },
  {
    operation: 'GetGroup',
    input: (state) => ({ ...inPool(state), GroupName: 'agents' }),
    answers: () => ({ Group: { GroupName: 'agents', Precedence: 1 } }),
  },
  { operation: 'AdminAddUserToGroup', input: (state) => ({ ...mary(state), GroupName: 'agents' }) },
  { operation: 'AdminListGroupsForUser', input: mary, answers: () => ({ Groups: [{ GroupName: 'agents' }] }) },
  {
    operation: 'ListUsersInGroup',
    input: (state) => ({ ...inPool(state), GroupName: 'agents' }),
    answers: () => ({ Users: [{ Username: 'mary' }] }),
  },
  { operation: 'AdminRemoveUserFromGroup', input: (state) => ({ ...mary(state), GroupName: 'agents' }) },
  { operation: 'DeleteGroup', input: (state) => ({ ...inPool(state), GroupName: 'agents' }) },
  { operation: 'AdminDisableUser', input: mary },
  { operation: 'AdminEnableUser', input: mary },
];
