import type {
  CreateUserPoolClientRequest,
  CreateUserPoolClientResponse,
  DeleteUserPoolClientRequest,
  DescribeUserPoolClientRequest,
  DescribeUserPoolClientResponse,
  ListUserPoolClientsRequest,
  ListUserPoolClientsResponse,
  UpdateUserPoolClientRequest,
  UpdateUserPoolClientResponse,
  UserPoolClientType,
} from '@aws-sdk/client-cognito-identity-provider';
import { type CognitoOperation, type Context, invalid, notFound, operation } from './context.ts';
import type { Client, Pool } from './model.ts';
import { pageOf } from './paging.ts';
import { findPool } from './users.ts';

type Settings = Client['settings'];

/**
 * Members of an app client that can be updated, with their values when they are not sent; `undefined` means absent.
 *
 * @see https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UpdateUserPoolClient.html
 */
const DEFAULTS: { readonly [Member in keyof Required<Omit<Settings, 'ClientName'>>]: Settings[Member] } = {
  RefreshTokenValidity: 30,
  AccessTokenValidity: undefined,
  IdTokenValidity: undefined,
  TokenValidityUnits: undefined,
  ReadAttributes: undefined,
  WriteAttributes: undefined,
  ExplicitAuthFlows: undefined,
  SupportedIdentityProviders: undefined,
  CallbackURLs: undefined,
  LogoutURLs: undefined,
  DefaultRedirectURI: undefined,
  AllowedOAuthFlows: undefined,
  AllowedOAuthScopes: undefined,
  AllowedOAuthFlowsUserPoolClient: false,
  AnalyticsConfiguration: undefined,
  PreventUserExistenceErrors: undefined,
  EnableTokenRevocation: true,
  EnablePropagateAdditionalUserContextData: false,
  AuthSessionValidity: 3,
  RefreshTokenRotation: undefined,
};
const MEMBERS = Object.keys(DEFAULTS) as readonly (keyof typeof DEFAULTS)[];

function resolve(pool: Pool, sent: Partial<Settings>, ClientName: string): Settings {
  const known = new Set(pool.schema.map(({ Name }) => Name));
  for (const [kind, names] of [
    ['write', sent.WriteAttributes],
    ['read', sent.ReadAttributes],
  ] as const)
    for (const name of names ?? [])
      if (!known.has(name) || (kind === 'write' && (name.endsWith('_verified') || name === 'sub')))
        throw invalid(`Invalid ${kind} attributes specified while creating a client`);
  const settings = MEMBERS.flatMap((member) => {
    const value = sent[member] ?? DEFAULTS[member];
    return value === undefined ? [] : [[member, structuredClone(value)]];
  });
  return { ClientName, ...Object.fromEntries(settings) };
}

const describe = (pool: Pool, client: Client): UserPoolClientType =>
  structuredClone({
    UserPoolId: pool.id,
    ClientId: client.id,
    ...(client.secret !== undefined && { ClientSecret: client.secret }),
    CreationDate: new Date(client.createdAt),
    LastModifiedDate: new Date(client.modifiedAt),
    ...client.settings,
  });

function find(context: Context, poolId: string, clientId: string) {
  const pool = findPool(context, poolId);
  const client = pool.clients.get(clientId);
  if (client === undefined) throw notFound(`User pool client ${clientId} does not exist.`);
  return { pool, client };
}

/** App clients: create, describe, update, delete, list. */
export const clientOperations = (context: Context): Readonly<Record<string, CognitoOperation>> => ({
  CreateUserPoolClient: operation<CreateUserPoolClientRequest, CreateUserPoolClientResponse>(
    ['UserPoolId', 'ClientName'],
    ['GenerateSecret', ...MEMBERS],
    ({ UserPoolId, ClientName, GenerateSecret, ...settings }) => {
      const pool = findPool(context, UserPoolId);
      const now = context.cloud.clock.now();
      const client: Client = {
        id: context.ids.text(26, 'abcdefghijklmnopqrstuvwxyz0123456789'),
        secret: GenerateSecret ? context.ids.text(51) : undefined,
        createdAt: now,
        modifiedAt: now,
        settings: resolve(pool, settings, ClientName),
      };
      pool.clients.set(client.id, client);
      return { UserPoolClient: describe(pool, client) };
    },
  ),

  DescribeUserPoolClient: operation<DescribeUserPoolClientRequest, DescribeUserPoolClientResponse>(
    ['UserPoolId', 'ClientId'],
    [],
    ({ UserPoolId, ClientId }) => {
      const { pool, client } = find(context, UserPoolId, ClientId);
      return { UserPoolClient: describe(pool, client) };
    },
  ),

  UpdateUserPoolClient: operation<UpdateUserPoolClientRequest, UpdateUserPoolClientResponse>(
    ['UserPoolId', 'ClientId'],
    ['ClientName', ...MEMBERS],
    ({ UserPoolId, ClientId, ClientName, ...settings }) => {
      const { pool, client } = find(context, UserPoolId, ClientId);
      client.settings = resolve(pool, settings, ClientName ?? client.settings.ClientName ?? '');
      client.modifiedAt = context.cloud.clock.now();
      return { UserPoolClient: describe(pool, client) };
    },
  ),

  DeleteUserPoolClient: operation<DeleteUserPoolClientRequest, object>(
    ['UserPoolId', 'ClientId'],
    [],
    ({ UserPoolId, ClientId }) => {
      const { pool, client } = find(context, UserPoolId, ClientId);
      pool.clients.delete(client.id);
      return {};
    },
  ),

  ListUserPoolClients: operation<ListUserPoolClientsRequest, ListUserPoolClientsResponse>(
    ['UserPoolId'],
    ['MaxResults', 'NextToken'],
    ({ UserPoolId, MaxResults = 60, NextToken }) => {
      const pool = findPool(context, UserPoolId);
      const { items, next } = pageOf(context, [...pool.clients.values()], MaxResults, NextToken, `clients ${pool.id}`);
      return {
        UserPoolClients: items.map(({ id, settings }) => ({
          ClientId: id,
          UserPoolId: pool.id,
          ClientName: settings.ClientName,
        })),
        ...(next !== undefined && { NextToken: next }),
      };
    },
  ),
});
