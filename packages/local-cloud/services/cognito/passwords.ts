import { AwsError } from '../../service.ts';
import type { Context } from './context.ts';
import type { Pool } from './model.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const SYMBOL = /[\^$*.[\]{}()?"!@#%&/\\,><':;|_~`=+\- ]/;

/**
 * Checks a password against the policy of the pool. Pure.
 *
 * @throws {AwsError} `InvalidPasswordException` with AWS's reason.
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/managing-users-passwords.html
 */
export function checkPassword(pool: Pool, password: string): void {
  const policy = pool.settings.Policies?.PasswordPolicy ?? {};
  const reason =
    (password.length < (policy.MinimumLength ?? 8) && 'Password not long enough') ||
    (policy.RequireUppercase && !/[A-Z]/.test(password) && 'Password must have uppercase characters') ||
    (policy.RequireLowercase && !/[a-z]/.test(password) && 'Password must have lowercase characters') ||
    (policy.RequireNumbers && !/\d/.test(password) && 'Password must have numeric characters') ||
    (policy.RequireSymbols && !SYMBOL.test(password) && 'Password must have symbol characters');
  if (reason) throw new AwsError('InvalidPasswordException', `Password did not conform with policy: ${reason}`);
}

/** A temporary password that satisfies every possible policy of a pool. */
export const generatePassword = (context: Context, pool: Pool): string =>
  `${context.ids.text(Math.max(8, pool.settings.Policies?.PasswordPolicy?.MinimumLength ?? 8))}aA1!`;

/** When a temporary password that is given now expires, milliseconds since the epoch. */
export const temporaryUntil = (context: Context, pool: Pool): number => {
  const days =
    pool.settings.Policies?.PasswordPolicy?.TemporaryPasswordValidityDays ??
    pool.settings.AdminCreateUserConfig?.UnusedAccountValidityDays ??
    7;
  return context.cloud.clock.now() + days * DAY_MS;
};
