import type { CodeDeliveryDetailsType } from '@aws-sdk/client-cognito-identity-provider';
import { applyValues, checkWrite, type Values } from './attributes.ts';
import type { Context } from './context.ts';
import { CODE_LIFETIME_MS, composeMessage, deliveryDetails } from './messages.ts';
import type { Pool, SentMessage, User } from './model.ts';
import { claimAliases, storeAttributes } from './users.ts';
import { planWrite } from './verification.ts';

/** Who writes, and what travels to the trigger with it. */
export interface WriteOptions {
  readonly writer: 'admin' | 'self';
  readonly clientId?: string | undefined;
  readonly clientMetadata?: Readonly<Record<string, string>> | undefined;
}

/**
 * Changes a user's attributes: the one path behind every call that does. Rules first, then the custom message trigger
 * for each code about to be sent, and only when all of that succeeded is anything stored or sent.
 *
 * @returns where codes went.
 * @throws {AwsError} `InvalidParameterException`, `AliasExistsException`, and what the trigger causes.
 */
export async function writeAttributes(
  context: Context,
  pool: Pool,
  user: User,
  changes: Values,
  options: WriteOptions,
): Promise<CodeDeliveryDetailsType[]> {
  checkWrite(pool.schema, user.attributes, changes, options.writer);
  const plan = planWrite(pool.settings, user.attributes, changes);
  const changed = applyValues(applyValues(user.attributes, changes), plan.store);
  const requested = applyValues(changed, unverified(plan.send));
  claimAliases(pool, user, requested, changes.keys());

  const shown = context.settings().customMessageValues === 'old' ? user.attributes : requested;
  const messages: SentMessage[] = [];
  for (const { attribute, to } of plan.send) {
    const { clientId, clientMetadata } = options;
    const code = context.ids.code();
    const request = {
      pool,
      user,
      values: shown,
      reason: 'UpdateUserAttribute',
      attribute,
      to,
      code,
      clientId,
      clientMetadata,
    } as const;
    messages.push(await composeMessage(context, request));
  }

  // assumption: a failing trigger leaves everything as it was, so storing comes last; and on top of what is there now,
  // since another call may have written while the trigger ran.
  for (const attribute of plan.settled) user.codes.delete(attribute);
  for (const [index, { attribute, to, pending }] of plan.send.entries()) {
    const expiresAt = context.cloud.clock.now() + CODE_LIFETIME_MS;
    const { code = '' } = messages[index] ?? {};
    user.codes.set(attribute, { code, expiresAt, attribute, to, pending });
  }
  // assumption: a value that only waits for its code does not move UserLastModifiedDate.
  if (plan.store.size > 0) storeAttributes(context, user, applyValues(user.attributes, plan.store));
  context.outbox.push(...messages);
  return plan.send.map(({ attribute, to }) => deliveryDetails(attribute, to));
}

const unverified = (send: readonly { readonly attribute: string }[]): Values =>
  new Map(send.map(({ attribute }) => [`${attribute}_verified`, 'false']));
