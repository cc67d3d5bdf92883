import type { UserIdentityInfo } from '@aws-sdk/client-connect';
import { invalidParameter, invalidRequest } from './errors.ts';
import type { IdentityManagementType } from './instances.ts';
import { optionalText, text } from './members.ts';
import type { Settings } from './settings.ts';

/** Lengths by identity management type. For a directory they are the largest of the API model. */
const NAME_LENGTHS = {
  CONNECT_MANAGED: { FirstName: { min: 1, max: 255 }, LastName: { min: 1, max: 256 } },
  SAML: { FirstName: { min: 0, max: 255 }, LastName: { min: 0, max: 300 } },
  EXISTING_DIRECTORY: { FirstName: { min: 0, max: 255 }, LastName: { min: 0, max: 300 } },
} as const;

const DIRECTORY_OWNED = ['FirstName', 'LastName', 'Email'] as const;

const SECONDARY_EMAIL = /^(?=.{0,265}$)[a-zA-Z0-9._%+-]+@[a-zA-Z0-9.-]+\.[a-zA-Z]{2,63}$/;

/** The pattern of the CloudFormation schema. The one of the API model is escaped twice and refuses every number. */
const E164 = /^\+[1-9]\d{1,14}$/;

/** The facts that decide which identity is allowed. */
export interface IdentityRules {
  readonly type: IdentityManagementType;
  readonly operation: 'create' | 'update';
  readonly settings: Settings;
}

/**
 * Checks the identity in a request against the rules of the instance's identity management type and returns the
 * members that were given.
 *
 * @throws {AwsError} InvalidParameterException or InvalidRequestException naming the member.
 * @see https://docs.aws.amazon.com/connect/latest/APIReference/API_UserIdentityInfo.html
 * @see https://docs.aws.amazon.com/connect/latest/APIReference/API_UpdateUserIdentityInfo.html
 */
export function checkIdentity(given: UserIdentityInfo | undefined, rules: IdentityRules): UserIdentityInfo {
  if (given === undefined || given === null) throw invalidRequest('IdentityInfo is required and was not given.');
  if (typeof given !== 'object') throw invalidParameter('IdentityInfo must be a structure.');
  refuseForeignMembers(given, rules);
  const names = NAME_LENGTHS[rules.type];
  const read = rules.type === 'EXISTING_DIRECTORY' ? optionalText : text;
  const identity = {
    FirstName: read(given.FirstName, 'FirstName', names.FirstName),
    LastName: read(given.LastName, 'LastName', names.LastName),
    Email: readEmail(given.Email, rules.settings),
    SecondaryEmail: optionalText(given.SecondaryEmail, 'SecondaryEmail', { pattern: SECONDARY_EMAIL }),
    Mobile: optionalText(given.Mobile, 'Mobile', { pattern: E164 }),
  };
  for (const member of ['FirstName', 'LastName'] as const)
    if (identity[member] !== identity[member]?.normalize('NFC'))
      throw invalidParameter(`${member} must be in Unicode Normalization Form C (NFC).`);
  return Object.fromEntries(Object.entries(identity).filter(([, value]) => value !== undefined));
}

function refuseForeignMembers(given: UserIdentityInfo, { type, operation, settings }: IdentityRules): void {
  const emailAccepted = operation === 'create' && settings.samlEmailOnCreate === 'accept';
  // assumption: AWS says "an error is returned" without naming it
  if (type === 'SAML' && (given.Email ?? undefined) !== undefined && !emailAccepted)
    throw invalidRequest('Email is not allowed on an instance that uses SAML for identity management.');
  if (type !== 'EXISTING_DIRECTORY' || operation === 'create') return;
  // assumption: the error is not documented; SecondaryEmail and Mobile are not in the documented restriction
  const owned = DIRECTORY_OWNED.filter((member) => (given[member] ?? undefined) !== undefined);
  if (owned.length > 0)
    throw invalidRequest(`${owned.join(', ')} cannot be updated: the existing directory of the instance owns them.`);
}

// assumption: Email has no documented rule; whether the one of SecondaryEmail applies is unknown
const readEmail = (value: unknown, { primaryEmail }: Settings): string | undefined =>
  optionalText(value, 'Email', primaryEmail === 'pattern' && value !== '' ? { pattern: SECONDARY_EMAIL } : {});

/** An identity as it is stored: as it was sent, but without an empty Email if the setting drops it. Pure. */
export function storedIdentity(identity: UserIdentityInfo, { emptyEmail }: Settings): UserIdentityInfo {
  const { Email, ...rest } = identity;
  return Email === undefined || (Email === '' && emptyEmail === 'none') ? rest : identity;
}
