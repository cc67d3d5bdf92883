import * as sdk from '@aws-sdk/client-cognito-identity-provider';
import { expect } from 'vitest';
import type { LocalCloud } from '../../cloud.ts';
import { ADMINISTRATION, attribute, inPool, mary, PASSWORD, POOLS } from './contract-cognito-steps.ts';
import { bySdk, describeContract, type Step } from './contract-fixture.ts';

/** The newest code that a user was sent. */
const codeOf = ({ services }: LocalCloud, username: string): string | undefined =>
  services.cognito.outbox().findLast((message) => message.username === username)?.code;

const SELF_SERVICE: readonly Step[] = [
  {
    operation: 'SignUp',
    input: ({ client }) => ({
      ClientId: client,
      Username: 'john',
      Password: PASSWORD,
      UserAttributes: [attribute('email', 'john@example.com')],
    }),
    answers: () => ({ UserConfirmed: false, UserSub: expect.any(String) }),
  },
  {
    operation: 'ConfirmSignUp',
    shows: 'refuses a code that was not sent',
    input: ({ client }) => ({ ClientId: client, Username: 'john', ConfirmationCode: 'nonsense' }),
    fails: { name: 'CodeMismatchException', status: 400 },
  },
  {
    operation: 'ConfirmSignUp',
    input: ({ client }, local) => ({ ClientId: client, Username: 'john', ConfirmationCode: codeOf(local, 'john') }),
  },
  {
    operation: 'InitiateAuth',
    input: ({ client }) => ({
      ClientId: client,
      AuthFlow: 'USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME: 'john', PASSWORD },
    }),
    answers: () => ({ AuthenticationResult: { TokenType: 'Bearer', ExpiresIn: 3600 } }),
    keep: (output, state) => {
      state.token = (output as sdk.InitiateAuthResponse).AuthenticationResult?.AccessToken ?? '';
    },
  },
  {
    operation: 'InitiateAuth',
    shows: 'refuses a wrong password',
    input: ({ client }) => ({
      ClientId: client,
      AuthFlow: 'USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME: 'john', PASSWORD: 'Wrong-12345' },
    }),
    fails: { name: 'NotAuthorizedException', status: 400, message: /Incorrect username or password/ },
  },
  {
    operation: 'UpdateUserAttributes',
    input: ({ token }) => ({ AccessToken: token, UserAttributes: [attribute('email', 'j@example.com')] }),
    answers: () => ({ CodeDeliveryDetailsList: [{ AttributeName: 'email', DeliveryMedium: 'EMAIL' }] }),
  },
  {
    operation: 'GetUserAttributeVerificationCode',
    input: ({ token }) => ({ AccessToken: token, AttributeName: 'email' }),
    answers: () => ({ CodeDeliveryDetails: { AttributeName: 'email' } }),
  },
  {
    operation: 'VerifyUserAttribute',
    input: ({ token }, local) => ({ AccessToken: token, AttributeName: 'email', Code: codeOf(local, 'john') }),
  },
  {
    operation: 'GetUser',
    input: ({ token }) => ({ AccessToken: token }),
    answers: () => ({
      Username: 'john',
      UserAttributes: expect.arrayContaining([
        attribute('email', 'j@example.com'),
        attribute('email_verified', 'true'),
      ]),
    }),
  },
  {
    operation: 'UpdateUserAttributes',
    shows: 'sets a name',
    input: ({ token }) => ({ AccessToken: token, UserAttributes: [attribute('given_name', 'John')] }),
  },
  {
    operation: 'DeleteUserAttributes',
    input: ({ token }) => ({ AccessToken: token, UserAttributeNames: ['given_name'] }),
  },
  { operation: 'DeleteUser', input: ({ token }) => ({ AccessToken: token }) },
];

const ENDINGS: readonly Step[] = [
  {
    operation: 'SignUp',
    shows: 'makes a user for an administrator to confirm',
    input: ({ client }) => ({ ClientId: client, Username: 'anna', Password: PASSWORD }),
  },
  { operation: 'AdminConfirmSignUp', input: (state) => ({ ...inPool(state), Username: 'anna' }) },
  {
    operation: 'ListUsers',
    shows: 'pages',
    input: (state) => ({ ...inPool(state), Limit: 1 }),
    answers: () => ({ Users: [{ Username: 'mary' }], PaginationToken: expect.any(String) }),
    keep: ({ PaginationToken }, state) => {
      state.page = String(PaginationToken);
    },
  },
  {
    operation: 'ListUsers',
    shows: 'goes on where its token says',
    input: (state) => ({ ...inPool(state), Limit: 1, PaginationToken: state.page }),
    answers: () => ({ Users: [{ Username: 'anna' }] }),
  },
  {
    operation: 'ListUsers',
    shows: 'refuses the token of another question',
    input: (state) => ({ ...inPool(state), Filter: 'username = "mary"', PaginationToken: state.page }),
    fails: { name: 'InvalidParameterException', status: 400, message: /Invalid pagination token/ },
  },
  {
    operation: 'AdminCreateUser',
    shows: 'makes a user who has to change the password',
    input: (state) => ({
      ...{ ...inPool(state), Username: 'paul', TemporaryPassword: PASSWORD, MessageAction: 'SUPPRESS' },
    }),
  },
  {
    operation: 'InitiateAuth',
    shows: 'asks for a new password',
    input: ({ client }) => ({
      ClientId: client,
      AuthFlow: 'USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME: 'paul', PASSWORD },
    }),
    answers: () => ({ ChallengeName: 'NEW_PASSWORD_REQUIRED' }),
    keep: ({ Session }, state) => {
      state.session = String(Session);
    },
  },
  {
    operation: 'RespondToAuthChallenge',
    input: ({ client, session }) => ({
      ...{ ClientId: client, Session: session, ChallengeName: 'NEW_PASSWORD_REQUIRED' },
      ChallengeResponses: { USERNAME: 'paul', NEW_PASSWORD: PASSWORD },
    }),
    answers: () => ({ AuthenticationResult: { AccessToken: expect.any(String) } }),
  },
  { operation: 'AdminDeleteUser', input: mary },
  {
    operation: 'UpdateUserPoolClient',
    input: ({ client, ...state }) => ({ ...inPool(state), ClientId: client, ClientName: 'renamed' }),
    answers: () => ({ UserPoolClient: { ClientName: 'renamed' } }),
  },
  {
    operation: 'DescribeUserPoolClient',
    input: ({ client, ...state }) => ({ ...inPool(state), ClientId: client }),
    answers: () => ({ UserPoolClient: { ClientName: 'renamed' } }),
  },
  { operation: 'DeleteUserPoolClient', input: ({ client, ...state }) => ({ ...inPool(state), ClientId: client }) },
  { operation: 'DeleteUserPool', input: inPool },
];

/** Each operation as https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_NAME.html has it. */
describeContract({
  service: 'cognito',
  connect: bySdk(sdk, (config) => new sdk.CognitoIdentityProviderClient(config)),
  steps: [...POOLS, ...ADMINISTRATION, ...SELF_SERVICE, ...ENDINGS],
});
