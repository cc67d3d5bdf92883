import { AwsError, unsupported } from '../../service.ts';
import { HIDDEN } from '../cloudtrail/index.ts';
import { applyValues, checkWrite, type Values } from './attributes.ts';
import type { PageVisit } from './audit.ts';
import type { Context } from './context.ts';
import { firePostAuthentication, firePostConfirmation } from './lifecycle-triggers.ts';
import type { Pool, User } from './model.ts';
import { toUser } from './new-user.ts';
import { NO_CLIENT } from './triggers.ts';
import { addUser, findPool, fold, storeAttributes } from './users.ts';
import { VERIFIABLE } from './verification.ts';

/** Body of `PUT /_local/cognito-idp/federated-sign-in`. */
interface FederatedSignIn {
  readonly userPoolId: string;
  readonly provider: string;
  readonly subject: string;
  /** Claims after mapping, by user pool attribute. */
  readonly attributes: Values;
}

function parse(body: unknown): FederatedSignIn {
  const { userPoolId, provider, subject, attributes = {} } = (body ?? {}) as Readonly<Record<string, unknown>>;
  const texts = [userPoolId, provider, subject].every((value) => typeof value === 'string' && value !== '');
  const claims = typeof attributes === 'object' && attributes !== null ? Object.entries(attributes) : undefined;
  if (!texts || claims === undefined || claims.some(([, value]) => typeof value !== 'string'))
    throw new AwsError(
      'ValidationException',
      'A federated sign-in needs {userPoolId, provider, subject, attributes: {name: text}}.',
    );
  return { userPoolId, provider, subject, attributes: new Map(claims) } as FederatedSignIn;
}

function identities(context: Context, { provider, subject }: FederatedSignIn): string {
  const identity = { userId: subject, providerName: provider, providerType: 'SAML', issuer: null, primary: true };
  return JSON.stringify([{ ...identity, dateCreated: context.cloud.clock.now() }]);
}

/**
 * The claims as they are stored. A mapped address is unverified after every sign-in, unless its flag is mapped as well.
 *
 * @see https://repost.aws/knowledge-center/cognito-email-verified-attribute
 */
const withFlag = (claims: Values): Values =>
  claims.has('email') && !claims.has('email_verified') ? new Map(claims).set('email_verified', 'false') : claims;

function create(context: Context, pool: Pool, signIn: FederatedSignIn): User {
  const sub = context.ids.sub();
  const values = new Map([['sub', sub], ['identities', identities(context, signIn)], ...withFlag(signIn.attributes)]);
  const username = `${signIn.provider}_${signIn.subject}`;
  return addUser(pool, toUser(context, pool, { username, sub, values }, 'EXTERNAL_PROVIDER'));
}

/**
 * Signs in a user of an identity provider. The first sign-in creates the profile, later ones rewrite every mapped attribute.
 * Neither has an API record, only those of the endpoints. An absent claim clears nothing. The pending-verification setting
 * does not apply. With an immutable mapped attribute every later sign-in fails.
 *
 * @throws {AwsError} an error of the post confirmation or post authentication trigger, and `InvalidParameterException`.
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-specifying-attribute-mapping.html
 */
export async function federatedSignIn(context: Context, visit: (page: PageVisit) => void, body: unknown) {
  const signIn = parse(body);
  const pool = findPool(context, signIn.userPoolId);
  if (pool.settings.LambdaConfig?.PreSignUp || pool.settings.LambdaConfig?.InboundFederation)
    throw unsupported('pre sign-up and inbound federation triggers');
  const known = pool.users.get(fold(pool, `${signIn.provider}_${signIn.subject}`));
  checkWrite(pool.schema, known?.attributes ?? new Map(), signIn.attributes, known === undefined ? 'creator' : 'admin');
  const user = known ?? create(context, pool, signIn);
  if (!user.enabled) throw new AwsError('NotAuthorizedException', 'User is disabled.');
  // assumption: every mapped attribute is rewritten, also an equal one, so the modification time always changes.
  if (known !== undefined) {
    for (const attribute of VERIFIABLE) if (signIn.attributes.has(attribute)) user.codes.delete(attribute);
    storeAttributes(context, user, applyValues(user.attributes, withFlag(signIn.attributes)));
  }
  const sub = context.settings().pageEventsCarrySub ? user.sub : undefined;
  for (const eventName of ['SAML2Response_POST', 'Token_POST'])
    visit({
      eventName,
      userPoolId: pool.id,
      parameters: { RelayState: [HIDDEN], SAMLResponse: [HIDDEN] },
      status: 302,
      sub,
    });
  const clientId = [...pool.clients.keys()][0] ?? NO_CLIENT;
  if (known === undefined) await firePostConfirmation(context, pool, user, clientId, undefined);
  else await firePostAuthentication(context, pool, user, clientId, undefined);
  return { username: user.username, sub: user.sub };
}
