import type {
  AdminDeleteUserRequest,
  AdminDisableUserRequest,
  AdminDisableUserResponse,
  AdminEnableUserRequest,
  AdminEnableUserResponse,
  AdminGetUserRequest,
  AdminGetUserResponse,
  AdminSetUserPasswordRequest,
  AdminSetUserPasswordResponse,
  DeleteUserRequest,
  GetUserRequest,
  GetUserResponse,
} from '@aws-sdk/client-cognito-identity-provider';
import { unsupported } from '../../service.ts';
import { type CognitoOperation, type Context, operation } from './context.ts';
import type { User } from './model.ts';
import { checkPassword, temporaryUntil } from './passwords.ts';
import { authorize, revokeTokens } from './tokens.ts';
import { describeProfile, findUser, removeUser } from './users.ts';

function setEnabled(context: Context, user: User, enabled: boolean): object {
  user.enabled = enabled;
  user.modifiedAt = context.cloud.clock.now();
  return {};
}

/** Operations on one user: read, delete, enable, disable, set a password, sign out. */
export const userOperations = (context: Context): Readonly<Record<string, CognitoOperation>> => ({
  AdminGetUser: operation<AdminGetUserRequest, AdminGetUserResponse>(
    ['UserPoolId', 'Username'],
    [],
    ({ UserPoolId, Username }, call) => describeProfile(findUser(context, call, UserPoolId, Username).user),
  ),

  GetUser: operation<GetUserRequest, GetUserResponse>(['AccessToken'], [], ({ AccessToken }, call) => {
    const { user, client } = authorize(context, call, AccessToken);
    const { Username, UserAttributes = [] } = describeProfile(user);
    const { ReadAttributes } = client.settings;
    const readable = UserAttributes.filter(
      ({ Name = '' }) => Name === 'sub' || (ReadAttributes?.includes(Name) ?? true),
    );
    return { Username, UserAttributes: readable };
  }),

  AdminDeleteUser: operation<AdminDeleteUserRequest, object>(
    ['UserPoolId', 'Username'],
    [],
    ({ UserPoolId, Username }, call) => {
      const { pool, user } = findUser(context, call, UserPoolId, Username);
      removeUser(pool, user);
      return {};
    },
  ),

  DeleteUser: operation<DeleteUserRequest, object>(['AccessToken'], [], ({ AccessToken }, call) => {
    const { pool, user } = authorize(context, call, AccessToken);
    removeUser(pool, user);
    return {};
  }),

  AdminEnableUser: operation<AdminEnableUserRequest, AdminEnableUserResponse>(
    ['UserPoolId', 'Username'],
    [],
    ({ UserPoolId, Username }, call) => setEnabled(context, findUser(context, call, UserPoolId, Username).user, true),
  ),

  AdminDisableUser: operation<AdminDisableUserRequest, AdminDisableUserResponse>(
    ['UserPoolId', 'Username'],
    [],
    ({ UserPoolId, Username }, call) => {
      const { user } = findUser(context, call, UserPoolId, Username);
      revokeTokens(context, user);
      return setEnabled(context, user, false);
    },
  ),

  AdminSetUserPassword: operation<AdminSetUserPasswordRequest, AdminSetUserPasswordResponse>(
    ['UserPoolId', 'Username', 'Password'],
    ['Permanent'],
    ({ UserPoolId, Username, Password, Permanent = false }, call) => {
      const { pool, user } = findUser(context, call, UserPoolId, Username);
      if (user.status === 'EXTERNAL_PROVIDER') throw unsupported('passwords of federated users');
      checkPassword(pool, Password);
      user.password = Password;
      user.passwordExpiresAt = Permanent ? undefined : temporaryUntil(context, pool);
      user.status = Permanent ? 'CONFIRMED' : 'FORCE_CHANGE_PASSWORD';
      user.modifiedAt = context.cloud.clock.now();
      return {};
    },
  ),
});
