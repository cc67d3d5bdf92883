import type {
  AdminRespondToAuthChallengeRequest,
  AdminRespondToAuthChallengeResponse,
  RespondToAuthChallengeRequest,
  RespondToAuthChallengeResponse,
} from '@aws-sdk/client-cognito-identity-provider';
import { unsupported } from '../../service.ts';
import { checkClientMayWrite, checkRequired, type Values } from './attributes.ts';
import { type CognitoCall, type CognitoOperation, type Context, invalid, operation } from './context.ts';
import { checkPassword } from './passwords.ts';
import { completeSignIn } from './sign-in.ts';
import { checkSecretHash, redeem } from './tokens.ts';
import { writeAttributes } from './write-attributes.ts';

const PREFIX = 'userAttributes.';

/** What both operations take. */
type ChallengeAnswer = RespondToAuthChallengeRequest | AdminRespondToAuthChallengeRequest;

async function setNewPassword(context: Context, call: CognitoCall, answer: ChallengeAnswer) {
  const { ChallengeName, Session = '', ChallengeResponses = {}, ClientId, ClientMetadata: clientMetadata } = answer;
  if (ChallengeName !== 'NEW_PASSWORD_REQUIRED') throw unsupported(`the challenge ${ChallengeName}`);
  const { pool, client, user } = redeem(context, call, Session, 'session', 'session for the user');
  if (client.id !== ClientId) throw invalid('Session does not belong to this client.');
  const { NEW_PASSWORD, USERNAME = '', SECRET_HASH } = ChallengeResponses;
  checkSecretHash(client, USERNAME, SECRET_HASH);
  if (NEW_PASSWORD === undefined) throw invalid('Missing required parameter NEW_PASSWORD');
  checkPassword(pool, NEW_PASSWORD);
  const changes: Values = new Map(
    Object.entries(ChallengeResponses).flatMap(([name, value]) =>
      name.startsWith(PREFIX) ? [[name.slice(PREFIX.length), value]] : [],
    ),
  );
  checkClientMayWrite(
    pool.schema,
    client.settings.WriteAttributes,
    context.settings().defaultWriteAttributes,
    changes.keys(),
  );
  checkRequired(pool.schema, new Map([...user.attributes, ...changes]));
  if (changes.size > 0)
    await writeAttributes(context, pool, user, changes, { writer: 'self', clientId: client.id, clientMetadata });
  context.tokens.delete(Session);
  user.password = NEW_PASSWORD;
  user.passwordExpiresAt = undefined;
  user.status = 'CONFIRMED';
  user.modifiedAt = context.cloud.clock.now();
  return completeSignIn(context, pool, client, user, clientMetadata);
}

/**
 * The answer to the only modelled challenge: a new password at first sign-in. It may also have new attributes.
 *
 * @see https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_RespondToAuthChallenge.html
 */
export const challengeOperations = (context: Context): Readonly<Record<string, CognitoOperation>> => ({
  RespondToAuthChallenge: operation<RespondToAuthChallengeRequest, RespondToAuthChallengeResponse>(
    ['ClientId', 'ChallengeName'],
    ['Session', 'ChallengeResponses', 'ClientMetadata'],
    (request, call) => setNewPassword(context, call, request),
  ),

  AdminRespondToAuthChallenge: operation<AdminRespondToAuthChallengeRequest, AdminRespondToAuthChallengeResponse>(
    ['UserPoolId', 'ClientId', 'ChallengeName'],
    ['Session', 'ChallengeResponses', 'ClientMetadata'],
    (request, call) => setNewPassword(context, call, request),
  ),
});
