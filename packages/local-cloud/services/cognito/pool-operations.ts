import type {
  AddCustomAttributesRequest,
  AddCustomAttributesResponse,
  CreateUserPoolRequest,
  CreateUserPoolResponse,
  DeleteUserPoolRequest,
  DescribeUserPoolRequest,
  DescribeUserPoolResponse,
  GetUserPoolMfaConfigRequest,
  GetUserPoolMfaConfigResponse,
  ListUserPoolsRequest,
  ListUserPoolsResponse,
  UpdateUserPoolRequest,
  UpdateUserPoolResponse,
  UserPoolType,
} from '@aws-sdk/client-cognito-identity-provider';
import { type CognitoOperation, type Context, invalid, operation } from './context.ts';
import type { Pool } from './model.ts';
import { pageOf } from './paging.ts';
import { resolveSettings, UPDATABLE } from './pool-settings.ts';
import { addToSchema, buildSchema } from './schema.ts';
import { findPool } from './users.ts';

const describe = (pool: Pool): UserPoolType =>
  structuredClone({
    Id: pool.id,
    Name: pool.name,
    Arn: pool.arn,
    CreationDate: new Date(pool.createdAt),
    LastModifiedDate: new Date(pool.modifiedAt),
    SchemaAttributes: [...pool.schema],
    EstimatedNumberOfUsers: pool.users.size,
    ...pool.fixed,
    ...pool.settings,
  });

/** User pools: create, describe, update, delete, list. */
export const poolOperations = (context: Context): Readonly<Record<string, CognitoOperation>> => ({
  CreateUserPool: operation<CreateUserPoolRequest, CreateUserPoolResponse>(
    ['PoolName'],
    ['AliasAttributes', 'UsernameAttributes', 'UsernameConfiguration', 'Schema', ...UPDATABLE],
    ({ PoolName, AliasAttributes, UsernameAttributes, UsernameConfiguration, Schema = [], ...settings }) => {
      if (AliasAttributes?.length && UsernameAttributes?.length)
        throw invalid('Only one of the aliasAttributes or usernameAttributes can be set in a user pool.');
      const { region, accountId, clock } = context.cloud;
      const id = `${region}_${context.ids.text(9)}`;
      const pool: Pool = {
        id,
        arn: `arn:aws:cognito-idp:${region}:${accountId}:userpool/${id}`,
        createdAt: clock.now(),
        modifiedAt: clock.now(),
        name: PoolName,
        settings: resolveSettings(settings),
        fixed: structuredClone({
          ...(AliasAttributes && { AliasAttributes }),
          ...(UsernameAttributes && { UsernameAttributes }),
          ...(UsernameConfiguration && { UsernameConfiguration }),
        }),
        schema: buildSchema(Schema),
        users: new Map(),
        bySub: new Map(),
        clients: new Map(),
        groups: new Map(),
        nextOrdinal: 0,
      };
      context.pools.set(id, pool);
      return { UserPool: describe(pool) };
    },
  ),

  DescribeUserPool: operation<DescribeUserPoolRequest, DescribeUserPoolResponse>(
    ['UserPoolId'],
    [],
    ({ UserPoolId }) => ({
      UserPool: describe(findPool(context, UserPoolId)),
    }),
  ),

  GetUserPoolMfaConfig: operation<GetUserPoolMfaConfigRequest, GetUserPoolMfaConfigResponse>(
    ['UserPoolId'],
    [],
    ({ UserPoolId }) => {
      const { MfaConfiguration, SmsConfiguration, SmsAuthenticationMessage } = findPool(context, UserPoolId).settings;
      const sms = structuredClone({ SmsConfiguration, SmsAuthenticationMessage });
      return { MfaConfiguration, ...(SmsConfiguration && { SmsMfaConfiguration: sms }) };
    },
  ),

  UpdateUserPool: operation<UpdateUserPoolRequest, UpdateUserPoolResponse>(
    ['UserPoolId'],
    ['PoolName', ...UPDATABLE],
    ({ UserPoolId, PoolName, ...settings }) => {
      const pool = findPool(context, UserPoolId);
      pool.settings = resolveSettings(settings, pool.settings);
      // assumption: only the name and DcrConfiguration keep their value when they are not sent.
      pool.name = PoolName ?? pool.name;
      pool.modifiedAt = context.cloud.clock.now();
      return {};
    },
  ),

  AddCustomAttributes: operation<AddCustomAttributesRequest, AddCustomAttributesResponse>(
    ['UserPoolId', 'CustomAttributes'],
    [],
    ({ UserPoolId, CustomAttributes }) => {
      const pool = findPool(context, UserPoolId);
      pool.schema = addToSchema(pool.schema, CustomAttributes);
      pool.modifiedAt = context.cloud.clock.now();
      return {};
    },
  ),

  DeleteUserPool: operation<DeleteUserPoolRequest, object>(['UserPoolId'], [], ({ UserPoolId }) => {
    const pool = findPool(context, UserPoolId);
    if (pool.settings.DeletionProtection === 'ACTIVE')
      throw invalid(
        'The user pool cannot be deleted because deletion protection is activated. Deletion protection must be inactivated first.',
      );
    context.pools.delete(pool.id);
    return {};
  }),

  ListUserPools: operation<ListUserPoolsRequest, ListUserPoolsResponse>(
    ['MaxResults'],
    ['NextToken'],
    ({ MaxResults, NextToken }) => {
      const { items, next } = pageOf(context, [...context.pools.values()], MaxResults, NextToken, 'pools');
      return {
        UserPools: items.map((pool) => ({
          Id: pool.id,
          Name: pool.name,
          LambdaConfig: structuredClone(pool.settings.LambdaConfig ?? {}),
          LastModifiedDate: new Date(pool.modifiedAt),
          CreationDate: new Date(pool.createdAt),
        })),
        ...(next !== undefined && { NextToken: next }),
      };
    },
  ),
});
