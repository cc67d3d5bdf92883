import type { UpdateUserIdentityInfoRequest, UserIdentityInfo } from '@aws-sdk/client-connect';
import { type Context, spreadOf, userToWrite } from './context.ts';
import { checkIdentity, storedIdentity } from './identity.ts';
import type { IdentityManagementType } from './instances.ts';

/**
 * Changes the identity of a user. AWS does not document whether a member that is left out keeps its value. The setting
 * `identityUpdate` decides.
 *
 * @see https://docs.aws.amazon.com/connect/latest/APIReference/API_UpdateUserIdentityInfo.html
 */
export const createUpdateUserIdentityInfo =
  (context: Context) =>
  (input: UpdateUserIdentityInfoRequest): Record<string, never> => {
    const instance = context.instances.require(input.InstanceId);
    const record = userToWrite(context, instance, input.UserId);
    const settings = context.settings();
    const type = instance.identityManagementType;
    const given = checkIdentity(input.IdentityInfo, { type, operation: 'update', settings });
    const kept = settings.identityUpdate === 'merge' ? record.identity : ownedByDirectory(record.identity, type);
    const identity = storedIdentity({ ...kept, ...given }, settings);
    context.users.put({ ...record, identity }, spreadOf(context, record.id));
    return {};
  };

/** Members that an update cannot change: names and e-mail on an instance with a directory, none elsewhere. */
function ownedByDirectory(identity: UserIdentityInfo, type: IdentityManagementType): UserIdentityInfo {
  if (type !== 'EXISTING_DIRECTORY') return {};
  const { SecondaryEmail: _secondaryEmail, Mobile: _mobile, ...owned } = identity;
  return owned;
}
