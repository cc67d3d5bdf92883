import type {
  AdminInitiateAuthRequest,
  AdminInitiateAuthResponse,
  ExplicitAuthFlowsType,
  InitiateAuthRequest,
  InitiateAuthResponse,
} from '@aws-sdk/client-cognito-identity-provider';
import { AwsError, unsupported } from '../../service.ts';
import {
  type CognitoCall,
  type CognitoOperation,
  type Context,
  invalid,
  notAuthorized,
  noteUser,
  operation,
  userNotFound,
} from './context.ts';
import { firePostAuthentication } from './lifecycle-triggers.ts';
import type { Client, Pool, User } from './model.ts';
import { checkSecretHash, issueTokens, openSession, redeem } from './tokens.ts';
import { findClient, findPool, lookUp } from './users.ts';

type Answer = InitiateAuthResponse;
type Parameters = Readonly<Record<string, string>>;
type Metadata = Readonly<Record<string, string>> | undefined;

function checkModelled(pool: Pool): void {
  const { PreAuthentication, PreTokenGeneration, PreTokenGenerationConfig } = pool.settings.LambdaConfig ?? {};
  if (PreAuthentication) throw unsupported('pre authentication triggers');
  if (PreTokenGeneration || PreTokenGenerationConfig) throw unsupported('pre token generation triggers');
  if (pool.settings.MfaConfiguration === 'ON') throw unsupported('multi-factor authentication');
}

/** Completes a sign-in: first the trigger, then the tokens. */
export async function completeSignIn(
  context: Context,
  pool: Pool,
  client: Client,
  user: User,
  clientMetadata: Metadata,
): Promise<Answer> {
  await firePostAuthentication(context, pool, user, client.id, clientMetadata);
  return { ChallengeParameters: {}, AuthenticationResult: issueTokens(context, pool, client, user) };
}

async function withPassword(
  context: Context,
  call: CognitoCall,
  pool: Pool,
  client: Client,
  parameters: Parameters,
  metadata: Metadata,
): Promise<Answer> {
  const { USERNAME, PASSWORD, SECRET_HASH } = parameters;
  if (USERNAME === undefined) throw invalid('Missing required parameter USERNAME');
  if (PASSWORD === undefined) throw invalid('Missing required parameter PASSWORD');
  checkSecretHash(client, USERNAME, SECRET_HASH);
  const user = lookUp(context, pool, USERNAME);
  if (user === undefined) {
    if (pool.settings.LambdaConfig?.UserMigration) throw unsupported('user migration triggers');
    throw client.settings.PreventUserExistenceErrors === 'ENABLED'
      ? notAuthorized('Incorrect username or password.')
      : userNotFound();
  }
  noteUser(call, user);
  if (!user.enabled) throw notAuthorized('User is disabled.');
  if (user.password === undefined || user.password !== PASSWORD) throw notAuthorized('Incorrect username or password.');
  if (user.status === 'UNCONFIRMED') throw new AwsError('UserNotConfirmedException', 'User is not confirmed.');
  if (user.passwordExpiresAt !== undefined && context.cloud.clock.now() >= user.passwordExpiresAt)
    throw notAuthorized('Temporary password has expired and must be reset by an administrator.');
  if (user.status === 'FORCE_CHANGE_PASSWORD') return newPasswordChallenge(context, pool, client, user);
  return completeSignIn(context, pool, client, user, metadata);
}

function newPasswordChallenge(context: Context, pool: Pool, client: Client, user: User): Answer {
  const { sub: _, ...attributes } = Object.fromEntries(user.attributes);
  const required = pool.schema.flatMap(({ Name = '', Required }) =>
    Required === true && Name !== 'sub' && !user.attributes.has(Name) ? [`userAttributes.${Name}`] : [],
  );
  return {
    ChallengeName: 'NEW_PASSWORD_REQUIRED',
    Session: openSession(context, pool, client, user),
    ChallengeParameters: {
      USER_ID_FOR_SRP: user.username,
      userAttributes: JSON.stringify(attributes),
      requiredAttributes: JSON.stringify(required),
    },
  };
}

function withRefreshToken(
  context: Context,
  call: CognitoCall,
  client: Client,
  { REFRESH_TOKEN = '' }: Parameters,
): Answer {
  const { pool, user, client: owner } = redeem(context, call, REFRESH_TOKEN, 'refresh', 'Refresh Token');
  if (owner !== client) throw notAuthorized('Invalid Refresh Token');
  return { ChallengeParameters: {}, AuthenticationResult: issueTokens(context, pool, client, user, false) };
}

const allows = (client: Client, ...flows: readonly ExplicitAuthFlowsType[]): boolean => {
  // An app client without flows allows the three flows that do not send a plain password.
  const allowed = client.settings.ExplicitAuthFlows ?? [
    'ALLOW_REFRESH_TOKEN_AUTH',
    'ALLOW_USER_SRP_AUTH',
    'ALLOW_CUSTOM_AUTH',
  ];
  return flows.some((flow) => allowed.includes(flow));
};

/**
 * Sign-in by password and by refresh token.
 *
 * @see https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_InitiateAuth.html
 */
export const signInOperations = (context: Context): Readonly<Record<string, CognitoOperation>> => ({
  InitiateAuth: operation<InitiateAuthRequest, InitiateAuthResponse>(
    ['AuthFlow', 'ClientId'],
    ['AuthParameters', 'ClientMetadata'],
    ({ AuthFlow, ClientId, AuthParameters = {}, ClientMetadata }, call) => {
      const { pool, client } = findClient(context, ClientId);
      checkModelled(pool);
      if (AuthFlow === 'REFRESH_TOKEN_AUTH' || AuthFlow === 'REFRESH_TOKEN')
        return withRefreshToken(context, call, client, AuthParameters);
      if (AuthFlow !== 'USER_PASSWORD_AUTH') throw unsupported(`the authentication flow ${AuthFlow}`);
      if (!allows(client, 'ALLOW_USER_PASSWORD_AUTH', 'USER_PASSWORD_AUTH'))
        throw invalid('USER_PASSWORD_AUTH flow not enabled for this client');
      return withPassword(context, call, pool, client, AuthParameters, ClientMetadata);
    },
  ),

  AdminInitiateAuth: operation<AdminInitiateAuthRequest, AdminInitiateAuthResponse>(
    ['UserPoolId', 'ClientId', 'AuthFlow'],
    ['AuthParameters', 'ClientMetadata'],
    ({ UserPoolId, ClientId, AuthFlow, AuthParameters = {}, ClientMetadata }, call) => {
      const { pool, client } = findClient(context, ClientId);
      if (findPool(context, UserPoolId) !== pool) throw invalid('Client does not belong to the user pool.');
      checkModelled(pool);
      if (AuthFlow === 'REFRESH_TOKEN_AUTH' || AuthFlow === 'REFRESH_TOKEN')
        return withRefreshToken(context, call, client, AuthParameters);
      if (AuthFlow !== 'ADMIN_USER_PASSWORD_AUTH' && AuthFlow !== 'ADMIN_NO_SRP_AUTH')
        throw unsupported(`the authentication flow ${AuthFlow}`);
      if (!allows(client, 'ALLOW_ADMIN_USER_PASSWORD_AUTH', 'ADMIN_NO_SRP_AUTH'))
        throw invalid('Auth flow not enabled for this client');
      return withPassword(context, call, pool, client, AuthParameters, ClientMetadata);
    },
  ),
});
