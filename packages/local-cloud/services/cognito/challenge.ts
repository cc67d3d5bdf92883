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

type Metadata = Readonly<Record<string, string>> | undefined;

const PREFIX = 'userAttributes.';

interface ChallengeAnswer {
  readonly name: string;
  readonly session: string | undefined;
  readonly responses: Readonly<Record<string, string>>;
  readonly clientId: string;
  readonly clientMetadata: Metadata;
}

async function setNewPassword(context: Context, call: CognitoCall, answer: ChallengeAnswer) {
  if (answer.name !== 'NEW_PASSWORD_REQUIRED') throw unsupported(`the challenge ${answer.name}`);
  const { pool, client, user } = redeem(context, call, answer.session ?? '', 'session', 'session for the user');
  if (client.id !== answer.clientId) throw invalid('Session does not belong to this client.');
  const { NEW_PASSWORD, USERNAME = '', SECRET_HASH } = answer.responses;
  checkSecretHash(client, USERNAME, SECRET_HASH);
  if (NEW_PASSWORD === undefined) throw invalid('Missing required parameter NEW_PASSWORD');
  checkPassword(pool, NEW_PASSWORD);
  const changes: Values = new Map(
    Object.entries(answer.responses).flatMap(([name, value]) =>
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
  const { clientMetadata } = answer;
  if (changes.size > 0)
    await writeAttributes(context, pool, user, changes, { writer: 'self', clientId: client.id, clientMetadata });
  context.tokens.delete(answer.session ?? '');
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
    ({ ClientId, ChallengeName, Session, ChallengeResponses = {}, ClientMetadata }, call) =>
      setNewPassword(context, call, {
        name: ChallengeName,
        session: Session,
        responses: ChallengeResponses,
        clientId: ClientId,
        clientMetadata: ClientMetadata,
      }),
  ),

  AdminRespondToAuthChallenge: operation<AdminRespondToAuthChallengeRequest, AdminRespondToAuthChallengeResponse>(
    ['UserPoolId', 'ClientId', 'ChallengeName'],
    ['Session', 'ChallengeResponses', 'ClientMetadata'],
    ({ ClientId, ChallengeName, Session, ChallengeResponses = {}, ClientMetadata }, call) =>
      setNewPassword(context, call, {
        name: ChallengeName,
        session: Session,
        responses: ChallengeResponses,
        clientId: ClientId,
        clientMetadata: ClientMetadata,
      }),
  ),
});
