import type {
  AdminDeleteUserAttributesRequest,
  AdminDeleteUserAttributesResponse,
  AdminUpdateUserAttributesRequest,
  AdminUpdateUserAttributesResponse,
  DeleteUserAttributesRequest,
  DeleteUserAttributesResponse,
  UpdateUserAttributesRequest,
  UpdateUserAttributesResponse,
} from '@aws-sdk/client-cognito-identity-provider';
import { checkClientMayWrite, toValues } from './attributes.ts';
import { type CognitoOperation, type Context, operation } from './context.ts';
import { authorize } from './tokens.ts';
import { findUser } from './users.ts';
import { writeAttributes } from './write-attributes.ts';

const blank = (names: readonly string[]) => new Map(names.map((name) => [name, '']));

/** The four operations that change or delete attributes: for an administrator and for the user. */
export const attributeOperations = (context: Context): Readonly<Record<string, CognitoOperation>> => ({
  AdminUpdateUserAttributes: operation<AdminUpdateUserAttributesRequest, AdminUpdateUserAttributesResponse>(
    ['UserPoolId', 'Username', 'UserAttributes'],
    ['ClientMetadata'],
    async ({ UserPoolId, Username, UserAttributes, ClientMetadata }, call) => {
      const { pool, user } = findUser(context, call, UserPoolId, Username);
      await writeAttributes(context, pool, user, toValues(UserAttributes), {
        writer: 'admin',
        clientMetadata: ClientMetadata,
      });
      return {};
    },
  ),

  AdminDeleteUserAttributes: operation<AdminDeleteUserAttributesRequest, AdminDeleteUserAttributesResponse>(
    ['UserPoolId', 'Username', 'UserAttributeNames'],
    [],
    async ({ UserPoolId, Username, UserAttributeNames }, call) => {
      const { pool, user } = findUser(context, call, UserPoolId, Username);
      await writeAttributes(context, pool, user, blank(UserAttributeNames), { writer: 'admin' });
      return {};
    },
  ),

  UpdateUserAttributes: operation<UpdateUserAttributesRequest, UpdateUserAttributesResponse>(
    ['UserAttributes', 'AccessToken'],
    ['ClientMetadata'],
    async ({ UserAttributes, AccessToken, ClientMetadata }, call) => {
      const { pool, user, client } = authorize(context, call, AccessToken);
      const changes = toValues(UserAttributes);
      checkClientMayWrite(
        pool.schema,
        client.settings.WriteAttributes,
        context.settings().defaultWriteAttributes,
        changes.keys(),
      );
      const options = { writer: 'self', clientId: client.id, clientMetadata: ClientMetadata } as const;
      return { CodeDeliveryDetailsList: await writeAttributes(context, pool, user, changes, options) };
    },
  ),

  DeleteUserAttributes: operation<DeleteUserAttributesRequest, DeleteUserAttributesResponse>(
    ['UserAttributeNames', 'AccessToken'],
    [],
    async ({ UserAttributeNames, AccessToken }, call) => {
      const { pool, user, client } = authorize(context, call, AccessToken);
      checkClientMayWrite(
        pool.schema,
        client.settings.WriteAttributes,
        context.settings().defaultWriteAttributes,
        UserAttributeNames,
      );
      await writeAttributes(context, pool, user, blank(UserAttributeNames), { writer: 'self', clientId: client.id });
      return {};
    },
  ),
});
