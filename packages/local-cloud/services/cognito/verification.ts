import { isTrue, type Values } from './attributes.ts';
import type { PoolSettings, VerifiableAttribute } from './model.ts';

/** The attributes that a code can verify, in the order of the messages. */
export const VERIFIABLE: readonly VerifiableAttribute[] = ['email', 'phone_number'];

/** What a write of attributes does: see {@link planWrite}. */
export interface WritePlan {
  /** Values to store now. */
  readonly store: Values;
  /** Codes to send. A pending value is stored only after its code was entered. */
  readonly send: readonly {
    readonly attribute: VerifiableAttribute;
    readonly to: string;
    readonly pending: boolean;
  }[];
  /** Attributes whose earlier code or pending value is dropped. */
  readonly settled: readonly VerifiableAttribute[];
}

/**
 * Decides which values are stored now, which are pending, and which codes are sent. Pure.
 *
 * A code is sent for a changed e-mail address or phone number of an auto-verified attribute, unless the same request
 * declares it verified. With `AttributesRequireVerificationBeforeUpdate` the old value stays until the code is entered.
 *
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/signing-up-users-in-your-app.html#verifying-when-users-change-their-email-or-phone-number
 */
export function planWrite(settings: PoolSettings, current: Values, changes: Values): WritePlan {
  const waits = settings.UserAttributeUpdateSettings?.AttributesRequireVerificationBeforeUpdate ?? [];
  const verifies = settings.AutoVerifiedAttributes ?? [];
  const store = new Map(changes);
  const send: WritePlan['send'][number][] = [];
  const settled: VerifiableAttribute[] = [];
  for (const attribute of VERIFIABLE) {
    const value = changes.get(attribute);
    if (value === undefined) continue;
    settled.push(attribute);
    const flag = `${attribute}_verified`;
    if (value === '' || value === current.get(attribute) || isTrue(changes.get(flag))) continue;
    if (waits.includes(attribute)) {
      store.delete(attribute);
      // assumption: a `false` in the same request is about the new value, which is not stored yet.
      store.delete(flag);
      send.push({ attribute, to: value, pending: true });
      continue;
    }
    store.set(flag, 'false');
    if (verifies.includes(attribute)) send.push({ attribute, to: value, pending: false });
  }
  return { store, send, settled };
}
