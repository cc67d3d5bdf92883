import type { CodeDeliveryDetailsType } from '@aws-sdk/client-cognito-identity-provider';
import { AwsError, unsupported } from '../../service.ts';
import type { Values } from './attributes.ts';
import type { Context } from './context.ts';
import type { Pool, SentMessage, User, VerifiableAttribute } from './model.ts';
import { eventAttributes, fireTrigger, NO_CLIENT, triggerEvent } from './triggers.ts';

/** How long a verification code is valid. @see https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html */
export const CODE_LIFETIME_MS = 24 * 60 * 60 * 1000;

const CODE_PARAMETER = '{####}';
const USERNAME_PARAMETER = '{username}';

/** Why a message is sent: the second part of its trigger source. */
type MessageReason = 'SignUp' | 'AdminCreateUser' | 'UpdateUserAttribute' | 'VerifyUserAttribute';

/** A message that is about to be sent. */
export interface MessageRequest {
  readonly pool: Pool;
  readonly user: Pick<User, 'username' | 'sub' | 'status'>;
  /** Attribute values as the custom message event shows them. */
  readonly values: Values;
  readonly reason: MessageReason;
  readonly attribute: VerifiableAttribute;
  readonly to: string;
  readonly code: string;
  /** App client of the caller. Admin calls have none. */
  readonly clientId?: string | undefined;
  readonly clientMetadata?: Readonly<Record<string, string>> | undefined;
}

const PARTS = ['smsMessage', 'emailMessage', 'emailSubject'] as const;

function readParts(pool: Pool, reason: MessageReason, response: Readonly<Record<string, unknown>> | undefined) {
  const parts = { smsMessage: '', emailMessage: '', emailSubject: '' };
  for (const part of PARTS) {
    const value = response?.[part];
    if (value === undefined || value === null || value === '') continue;
    const needed =
      part === 'emailSubject'
        ? []
        : reason === 'AdminCreateUser'
          ? [CODE_PARAMETER, USERNAME_PARAMETER]
          : [CODE_PARAMETER];
    if (typeof value !== 'string' || needed.some((placeholder) => !value.includes(placeholder)))
      throw new AwsError('InvalidLambdaResponseException', `CustomMessage returned an unusable ${part}.`);
    if (part !== 'smsMessage' && pool.settings.EmailConfiguration?.EmailSendingAccount !== 'DEVELOPER')
      throw new AwsError(
        'InvalidLambdaResponseException',
        `CustomMessage may set ${part} only when EmailSendingAccount is DEVELOPER.`,
      );
    parts[part] = value;
  }
  return parts;
}

/**
 * Calls the custom message trigger and composes the message. It does not send it: put the result into the outbox after
 * everything else of the call has succeeded.
 *
 * @throws {AwsError} as {@link fireTrigger} does, and `InvalidLambdaResponseException` for a body without its placeholder.
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-custom-message.html
 */
export async function composeMessage(context: Context, request: MessageRequest): Promise<SentMessage> {
  const { pool, user, reason, attribute, code } = request;
  const medium = attribute === 'email' ? 'EMAIL' : 'SMS';
  const { CustomEmailSender, CustomSMSSender } = pool.settings.LambdaConfig ?? {};
  if ((medium === 'EMAIL' ? CustomEmailSender : CustomSMSSender) !== undefined)
    throw unsupported(`custom ${medium} sender triggers`);
  const triggerSource = `CustomMessage_${reason}`;
  const response = await fireTrigger(context, pool, 'CustomMessage', {
    ...triggerEvent(context, pool, user.username, request.clientId ?? NO_CLIENT, triggerSource),
    request: {
      userAttributes: eventAttributes(user, request.values),
      codeParameter: CODE_PARAMETER,
      linkParameter: '{##Click Here##}',
      usernameParameter: reason === 'AdminCreateUser' ? USERNAME_PARAMETER : null,
      ...(request.clientMetadata === undefined ? {} : { clientMetadata: request.clientMetadata }),
    },
    response: { smsMessage: null, emailMessage: null, emailSubject: null },
  });
  const custom = readParts(pool, reason, response);
  const invitation = reason === 'AdminCreateUser';
  const standard = invitation
    ? `Your username is ${USERNAME_PARAMETER} and temporary password is ${CODE_PARAMETER}.`
    : `Your verification code is ${CODE_PARAMETER}.`;
  const body = (medium === 'EMAIL' ? custom.emailMessage : custom.smsMessage) || standard;
  return {
    to: request.to,
    medium,
    userPoolId: pool.id,
    username: user.username,
    code,
    triggerSource,
    subject:
      medium === 'SMS'
        ? ''
        : custom.emailSubject || (invitation ? 'Your temporary password' : 'Your verification code'),
    body: body.replaceAll(CODE_PARAMETER, () => code).replaceAll(USERNAME_PARAMETER, () => user.username),
    sentAt: context.cloud.clock.now(),
  };
}

const maskWord = (word: string): string => `${word.charAt(0)}***`;

/** The destination of a code, masked as AWS masks it. */
export function deliveryDetails(attribute: VerifiableAttribute, to: string): CodeDeliveryDetailsType {
  const Destination =
    attribute === 'email'
      ? to.split('@').map(maskWord).join('@')
      : `+${'*'.repeat(Math.max(0, to.length - 5))}${to.slice(-4)}`;
  return { Destination, DeliveryMedium: attribute === 'email' ? 'EMAIL' : 'SMS', AttributeName: attribute };
}
