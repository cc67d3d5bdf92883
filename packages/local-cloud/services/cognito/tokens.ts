import { createHmac } from 'node:crypto';
import type { AuthenticationResultType } from '@aws-sdk/client-cognito-identity-provider';
import { type CognitoCall, type Context, notAuthorized, noteUser, userNotFound } from './context.ts';
import type { Client, Pool, Token, User } from './model.ts';

const ACCESS_SECONDS = 3_600;
const REFRESH_SECONDS = 30 * 24 * 3_600;
const SESSION_SECONDS = 180;

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A string in the form of a JWT. Its signature is random, so it cannot be verified. */
function jwt(context: Context, claims: object): string {
  return `${encode({ kid: 'local', alg: 'RS256' })}.${encode(claims)}.${context.ids.text(86)}`;
}

function keep(context: Context, text: string, token: Omit<Token, 'expiresAt'>, seconds: number): string {
  context.tokens.set(text, { ...token, expiresAt: context.cloud.clock.now() + seconds * 1000 });
  return text;
}

/** Opens the session of a challenge that is not answered yet. */
export const openSession = (context: Context, pool: Pool, client: Client, user: User): string =>
  keep(
    context,
    context.ids.text(120),
    { use: 'session', poolId: pool.id, clientId: client.id, sub: user.sub },
    SESSION_SECONDS,
  );

/** Signs in a user: returns access token, ID token and, unless a refresh token was used, a refresh token. */
export function issueTokens(
  context: Context,
  pool: Pool,
  client: Client,
  user: User,
  withRefresh = true,
): AuthenticationResultType {
  const issuedAt = Math.floor(context.cloud.clock.now() / 1000);
  const shared = {
    sub: user.sub,
    iss: `https://cognito-idp.${context.cloud.region}.amazonaws.com/${pool.id}`,
    iat: issuedAt,
    exp: issuedAt + ACCESS_SECONDS,
    jti: context.ids.uuid(),
    ...(user.groups.size === 0 ? {} : { 'cognito:groups': [...user.groups] }),
  };
  const token = { poolId: pool.id, clientId: client.id, sub: user.sub };
  const access = {
    ...shared,
    token_use: 'access',
    client_id: client.id,
    username: user.username,
    scope: 'aws.cognito.signin.user.admin',
  };
  const id = {
    ...Object.fromEntries(user.attributes),
    ...shared,
    token_use: 'id',
    aud: client.id,
    'cognito:username': user.username,
  };
  return {
    AccessToken: keep(context, jwt(context, access), { use: 'access', ...token }, ACCESS_SECONDS),
    IdToken: jwt(context, id),
    ...(withRefresh && {
      RefreshToken: keep(context, context.ids.text(300), { use: 'refresh', ...token }, REFRESH_SECONDS),
    }),
    ExpiresIn: ACCESS_SECONDS,
    TokenType: 'Bearer',
  };
}

/** Ends every session of a user. */
export function revokeTokens(context: Context, user: User): void {
  for (const [text, token] of context.tokens) if (token.sub === user.sub) context.tokens.delete(text);
}

/**
 * Finds the user of a token.
 *
 * @throws {AwsError} `NotAuthorizedException` (unknown, revoked, expired, user disabled) or `UserNotFoundException`.
 */
export function redeem(context: Context, call: CognitoCall, text: string, use: Token['use'], label: string) {
  const token = context.tokens.get(text);
  if (token === undefined || token.use !== use) throw notAuthorized(`Invalid ${label}`);
  const pool = context.pools.get(token.poolId);
  const client = pool?.clients.get(token.clientId);
  const user = pool?.bySub.get(token.sub);
  if (pool === undefined || client === undefined || user === undefined) throw userNotFound();
  noteUser(call, user);
  if (context.cloud.clock.now() >= token.expiresAt) throw notAuthorized(`${label} has expired`);
  if (!user.enabled) throw notAuthorized('User is disabled.');
  return { pool, client, user };
}

/** {@link redeem} for the access token of a self-service call. */
export const authorize = (context: Context, call: CognitoCall, accessToken: string) =>
  redeem(context, call, accessToken, 'access', 'Access Token');

/**
 * Checks the secret hash of an app client that has a secret.
 *
 * @throws {AwsError} `NotAuthorizedException`.
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/signing-up-users-in-your-app.html#cognito-user-pools-computing-secret-hash
 */
export function checkSecretHash(client: Client, username: string, hash: string | undefined): void {
  if (client.secret === undefined) return;
  const expected = createHmac('sha256', client.secret).update(`${username}${client.id}`).digest('base64');
  if (hash !== expected) throw notAuthorized(`Unable to verify secret hash for client ${client.id}`);
}
