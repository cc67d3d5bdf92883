import type { CodeDeliveryDetailsType } from '@aws-sdk/client-cognito-identity-provider';
import { applyValues, checkWrite, type Values } from './attributes.ts';
import type { Context } from './context.ts';
import { CODE_LIFETIME_MS, composeMessage, deliveryDetails } from './messages.ts';
import type { Pool, SentMessage, User } from './model.ts';
import { claimAliases, storeAttributes } from './users.ts';
import { planWrite } from './verification.ts';

/** Who writes, and what the trigger gets from the request. */
export interface WriteOptions {
  readonly writer: 'admin' | 'self';
  readonly clientId?: string | undefined;
  readonly clientMetadata?: Readonly<Record<string, string>> | undefined;
}

/**
 * Changes the attributes of a user. All operations that write attributes use it. It checks the rules, then calls the custom
 * message trigger for each code. Only after all of this succeeded, it stores values and sends messages.
 *
 * @returns the destinations of the codes.
 * @throws {AwsError} `InvalidParameterException`, `AliasExistsException`, and an error of the trigger.
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

  // assumption: when a trigger fails, nothing changes, so values are stored last. They are added to the current values,
  // because another call may have written while the trigger ran.
  for (const attribute of plan.settled) user.codes.delete(attribute);
  for (const [index, { attribute, to, pending }] of plan.send.entries()) {
    const expiresAt = context.cloud.clock.now() + CODE_LIFETIME_MS;
    const { code = '' } = messages[index] ?? {};
    user.codes.set(attribute, { code, expiresAt, attribute, to, pending });
  }
  // assumption: a pending value does not change UserLastModifiedDate.
  if (plan.store.size > 0) storeAttributes(context, user, applyValues(user.attributes, plan.store));
  context.outbox.push(...messages);
  return plan.send.map(({ attribute, to }) => deliveryDetails(attribute, to));
}

const unverified = (send: readonly { readonly attribute: string }[]): Values =>
  new Map(send.map(({ attribute }) => [`${attribute}_verified`, 'false']));
