import type { CreateUserRequest, CreateUserResponse, UserPhoneConfig } from '@aws-sdk/client-connect';
import { unsupported } from '../../service.ts';
import { type Context, requireProfile, spreadOf } from './context.ts';
import { duplicate, invalidParameter, invalidRequest, limitExceeded } from './errors.ts';
import { resourceArn } from './identifiers.ts';
import { checkIdentity, storedIdentity } from './identity.ts';
import type { Instance } from './instances.ts';
import { oneOf, optionalText, tagMap, text, wholeNumber } from './members.ts';
import type { Spread, UserRecord } from './user-store.ts';
import { checkUsername } from './username.ts';

const NOT_MODELLED = [
  'HierarchyGroupId',
  'AutoAcceptConfigs',
  'AfterContactWorkConfigs',
  'PhoneNumberConfigs',
  'PersistentConnectionConfigs',
  'VoiceEnhancementConfigs',
] as const;

/** @see https://docs.aws.amazon.com/connect/latest/APIReference/API_CreateUser.html */
export const createCreateUser =
  (context: Context) =>
  (input: CreateUserRequest): CreateUserResponse => {
    const instance = context.instances.require(input.InstanceId);
    const { usersPerInstance } = context.settings();
    if (context.users.listNewest(instance.id).length >= usersPerInstance)
      throw limitExceeded(`Instance ${instance.id} may hold ${usersPerInstance} users.`);
    const { id, arn } = addUser(context, input, (id) => spreadOf(context, id));
    return { UserId: id, UserArn: arn };
  };

/**
 * Checks and stores a new user, without a check of quotas. Reads show the user after its spread.
 *
 * @throws {AwsError} as CreateUser does for its input.
 */
export function addUser(context: Context, input: CreateUserRequest, spread: (id: string) => Spread): UserRecord {
  for (const member of NOT_MODELLED)
    if (input[member] !== undefined) throw unsupported(`${member} of CreateUser in Amazon Connect`);
  const instance = context.instances.require(input.InstanceId);
  const type = instance.identityManagementType;
  const username = checkUsername(input.Username, type);
  checkCredentials(input, instance);
  const profile = (id: unknown) => requireProfile(context, instance, id, 'security-profile', 'SecurityProfileIds').id;
  const fields = {
    instanceId: instance.id,
    username,
    identity: storedIdentity(
      checkIdentity(type === 'EXISTING_DIRECTORY' ? (input.IdentityInfo ?? {}) : input.IdentityInfo, {
        type,
        operation: 'create',
        settings: context.settings(),
      }),
      context.settings(),
    ),
    phoneConfig: input.PhoneConfig === undefined ? undefined : checkPhoneConfig(input.PhoneConfig),
    directoryUserId: input.DirectoryUserId,
    securityProfileIds: readList(input.SecurityProfileIds).map(profile),
    routingProfileId: requireProfile(context, instance, input.RoutingProfileId, 'routing-profile', 'RoutingProfileId')
      .id,
    tags: input.Tags === undefined ? {} : tagMap(input.Tags, 'Tags'),
  };
  if (context.users.newestByUsername(instance.id, username) !== undefined)
    throw duplicate(`Instance ${instance.id} already has a user of this Username.`);
  const id = context.newId();
  return context.users.put({ ...fields, id, arn: resourceArn(context.cloud, instance.id, 'agent', id) }, spread(id));
}

function checkCredentials(input: CreateUserRequest, { identityManagementType: type }: Instance): void {
  if (type === 'CONNECT_MANAGED')
    text(input.Password, 'Password', { pattern: /^(?=.*[a-z])(?=.*[A-Z])(?=.*\d)\S{8,64}$/ });
  else if (input.Password !== undefined) throw invalidRequest(`Password is not allowed on a ${type} instance.`);
  if (type === 'SAML' && input.DirectoryUserId !== undefined)
    throw invalidRequest('DirectoryUserId is not allowed on a SAML instance.');
}

function readList(ids: readonly string[] | undefined): readonly string[] {
  if (ids === undefined) throw invalidRequest('SecurityProfileIds is required and was not given.');
  if (!Array.isArray(ids) || ids.length < 1 || ids.length > 10)
    throw invalidParameter('SecurityProfileIds must hold 1 to 10 ids.');
  return ids;
}

/** @see https://docs.aws.amazon.com/connect/latest/APIReference/API_UserPhoneConfig.html */
function checkPhoneConfig(config: UserPhoneConfig): UserPhoneConfig {
  oneOf(config.PhoneType ?? 'SOFT_PHONE', 'PhoneType', ['SOFT_PHONE', 'DESK_PHONE']);
  wholeNumber(config.AfterContactWorkTimeLimit, 'AfterContactWorkTimeLimit', 0, 2_000_000, 0);
  optionalText(config.DeskPhoneNumber, 'DeskPhoneNumber', { pattern: /^\+[1-9]\d{1,14}$/ });
  return config;
}
