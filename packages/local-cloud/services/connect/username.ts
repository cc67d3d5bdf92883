import { invalidParameter } from './errors.ts';
import type { IdentityManagementType } from './instances.ts';
import { text } from './members.ts';

const SAML_CHARACTERS = /^[a-zA-Z0-9_.@-]+$/;
const EMAIL_SHAPED = /^[^@\s]+@[^@\s.]+(\.[^@\s.]+)+$/;

/** User names as Salesforce provisions them. @see https://github.com/service-cloud-voice/ServiceCloudVoiceLambdas/issues/41 */
const ALIAS_USER_ORG = /^[^@\s]+@[^@\s]+@[^@\s]+$/;

/**
 * Checks the name of a new user: up to 20 characters, with SAML up to 64 of a limited set; `@` only in the form of an e-mail
 * address or of `alias@user@org`. Names are case-sensitive.
 *
 * @throws {AwsError} InvalidParameterException naming the rule.
 * @see https://docs.aws.amazon.com/connect/latest/APIReference/API_CreateUser.html
 */
export function checkUsername(value: unknown, type: IdentityManagementType): string {
  const username =
    type === 'SAML'
      ? text(value, 'Username', { min: 1, max: 64, pattern: SAML_CHARACTERS })
      : text(value, 'Username', { min: 1, max: 20 });
  if (username.includes('@') && !EMAIL_SHAPED.test(username) && !ALIAS_USER_ORG.test(username))
    throw invalidParameter('Username may contain @ only in the form of an e-mail address.');
  return username;
}
