import type {
  GetUserAttributeVerificationCodeRequest,
  GetUserAttributeVerificationCodeResponse,
  VerifyUserAttributeRequest,
  VerifyUserAttributeResponse,
} from '@aws-sdk/client-cognito-identity-provider';
import { AwsError } from '../../service.ts';
import { type CognitoOperation, type Context, invalid, operation } from './context.ts';
import { CODE_LIFETIME_MS, composeMessage, deliveryDetails } from './messages.ts';
import type { CodePurpose, Pool, SentCode, User, VerifiableAttribute } from './model.ts';
import { authorize } from './tokens.ts';
import { claimAliases, storeAttributes } from './users.ts';
import { VERIFIABLE } from './verification.ts';

function toVerifiable(name: string): VerifiableAttribute {
  const attribute = VERIFIABLE.find((candidate) => candidate === name);
  if (attribute === undefined) throw invalid(`Attribute ${name} cannot be verified.`);
  return attribute;
}

/** The code last sent for a purpose while it works. An expired one goes, and a value waiting for it too [assumption]. */
function liveCode(context: Context, user: User, purpose: CodePurpose): SentCode | undefined {
  const sent = user.codes.get(purpose);
  if (sent === undefined || context.cloud.clock.now() < sent.expiresAt) return sent;
  user.codes.delete(purpose);
  return undefined;
}

/**
 * Checks a code without using it up.
 *
 * @throws {AwsError} `ExpiredCodeException` (none is waiting) or `CodeMismatchException`.
 */
export function checkCode(context: Context, user: User, purpose: CodePurpose, code: string): SentCode {
  const sent = liveCode(context, user, purpose);
  if (sent === undefined)
    throw new AwsError('ExpiredCodeException', 'Invalid code provided, please request a code again.');
  if (sent.code !== code)
    throw new AwsError('CodeMismatchException', 'Invalid verification code provided, please try again.');
  return sent;
}

/**
 * Makes the address that a code was sent to verified, and live if it waited for that.
 *
 * assumption: an address that has been replaced since is not verified by the code of its predecessor.
 *
 * @throws {AwsError} `AliasExistsException` when another user has it by now and `force` is not set.
 */
export function confirmAttribute(context: Context, pool: Pool, user: User, sent: SentCode, force = false): void {
  const { attribute, to, pending } = sent;
  if (!pending && user.attributes.get(attribute) !== to) return;
  const next = new Map(user.attributes).set(attribute, to).set(`${attribute}_verified`, 'true');
  claimAliases(pool, user, next, [attribute], force ? context.cloud.clock.now() : undefined);
  storeAttributes(context, user, next);
}

/** The two calls by which a user verifies an address. */
export const verifyOperations = (context: Context): Readonly<Record<string, CognitoOperation>> => ({
  GetUserAttributeVerificationCode: operation<
    GetUserAttributeVerificationCodeRequest,
    GetUserAttributeVerificationCodeResponse
  >(
    ['AccessToken', 'AttributeName'],
    ['ClientMetadata'],
    async ({ AccessToken, AttributeName, ClientMetadata }, call) => {
      const { pool, user, client } = authorize(context, call, AccessToken);
      const attribute = toVerifiable(AttributeName);
      // assumption: a value that waits for its code is the one a new code is sent to.
      const live = liveCode(context, user, attribute);
      const pending = live?.pending ?? false;
      const to = pending ? live?.to : user.attributes.get(attribute);
      if (to === undefined) throw invalid(`User does not have ${attribute} set.`);
      const code = context.ids.code();
      const message = await composeMessage(context, {
        pool,
        user,
        values: user.attributes,
        reason: 'VerifyUserAttribute',
        attribute,
        to,
        code,
        clientId: client.id,
        clientMetadata: ClientMetadata,
      });
      const expiresAt = context.cloud.clock.now() + CODE_LIFETIME_MS;
      user.codes.set(attribute, { code, expiresAt, attribute, to, pending });
      context.outbox.push(message);
      return { CodeDeliveryDetails: deliveryDetails(attribute, to) };
    },
  ),

  VerifyUserAttribute: operation<VerifyUserAttributeRequest, VerifyUserAttributeResponse>(
    ['AccessToken', 'AttributeName', 'Code'],
    [],
    ({ AccessToken, AttributeName, Code }, call) => {
      const { pool, user } = authorize(context, call, AccessToken);
      const attribute = toVerifiable(AttributeName);
      confirmAttribute(context, pool, user, checkCode(context, user, attribute, Code));
      user.codes.delete(attribute);
      return {};
    },
  ),
});
