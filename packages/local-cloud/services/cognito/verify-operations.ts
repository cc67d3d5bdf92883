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

/** The last valid code of a purpose. An expired code is dropped, together with its pending value [assumption]. */
function liveCode(context: Context, user: User, purpose: CodePurpose): SentCode | undefined {
  const sent = user.codes.get(purpose);
  if (sent === undefined || context.cloud.clock.now() < sent.expiresAt) return sent;
  user.codes.delete(purpose);
  return undefined;
}

/**
 * Checks a code. The code stays valid.
 *
 * @throws {AwsError} `ExpiredCodeException` (there is no valid code) or `CodeMismatchException`.
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
 * Makes the address of a code verified. A pending address is stored.
 *
 * assumption: when the address was replaced after the code was sent, the code does not verify the new one.
 *
 * @throws {AwsError} `AliasExistsException` when another user has it and `force` is not set.
 */
export function confirmAttribute(context: Context, pool: Pool, user: User, sent: SentCode, force = false): void {
  const { attribute, to, pending } = sent;
  if (!pending && user.attributes.get(attribute) !== to) return;
  const next = new Map(user.attributes).set(attribute, to).set(`${attribute}_verified`, 'true');
  claimAliases(pool, user, next, [attribute], force ? context.cloud.clock.now() : undefined);
  storeAttributes(context, user, next);
}

/** The two operations with which a user verifies an address. */
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
      // assumption: a new code is sent to the pending value.
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
