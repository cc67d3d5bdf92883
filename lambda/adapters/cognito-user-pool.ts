import {
  AdminGetUserCommand,
  type AdminGetUserResponse,
  AdminListGroupsForUserCommand,
  type AttributeType,
  type CognitoIdentityProviderClient,
  DescribeUserPoolClientCommand,
  type DescribeUserPoolClientCommandOutput,
  DescribeUserPoolCommand,
  ListUserPoolClientsCommand,
  ListUsersCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import * as z from 'zod/mini';
import { PermanentError } from '../core/failures/errors.ts';
import type { PoolExposure } from '../core/links/exposure.ts';
import type { CognitoUser, UserPool } from '../ports.ts';
import { callAws } from './aws-errors.ts';

/** Pool settings change rarely. With this time, open sign-up is noticed within a minute. */
const EXPOSURE_TTL_MS = 60_000;
/** Largest difference between the clocks of Cognito and of this function. */
const CLOCK_MARGIN_MS = 2_000;

const identitiesSchema = z.array(z.looseObject({ providerName: z.string() }));

/**
 * Reads users from one Cognito user pool.
 *
 * @param options.readsClients - false where no adoption rule reads an attribute: then no attribute counts as writable. Each app
 *   client costs a call, and a pool may have a thousand.
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html
 */
export function createUserPool(
  client: CognitoIdentityProviderClient,
  userPoolId: string,
  now: () => number,
  { readsClients = true }: { readonly readsClients?: boolean } = {},
): UserPool {
  const adminGetUser = (username: string) =>
    callAws<AdminGetUserResponse, undefined>(
      'cognito-idp:AdminGetUser',
      () => client.send(new AdminGetUserCommand({ UserPoolId: userPoolId, Username: username })),
      { UserNotFoundException: undefined },
    );

  /** A filtered list may have empty pages before the page with the user. */
  const findUsername = async (sub: string): Promise<string | undefined> => {
    let PaginationToken: string | undefined;
    do {
      const page = await callAws('cognito-idp:ListUsers', () =>
        client.send(new ListUsersCommand({ UserPoolId: userPoolId, Filter: `sub = "${sub}"`, PaginationToken })),
      );
      const found = page.Users?.find(({ Attributes }) => readAttributes(Attributes).sub === sub);
      if (found !== undefined) return found.Username;
      PaginationToken = page.PaginationToken;
    } while (PaginationToken);
    return undefined;
  };

  /** Users of a batch run at the same time and share one read. A read that failed is not kept. */
  let latest: { readonly readAt: number; readonly read: Promise<PoolExposure> } | undefined;
  const readAnew = (readAt: number): Promise<PoolExposure> => {
    const read = readExposure(client, userPoolId, readsClients).then((exposure) => ({ ...exposure, readAt }));
    latest = { readAt, read };
    read.catch(() => {
      if (latest?.read === read) latest = undefined;
    });
    return read;
  };
  return {
    async findUser(sub) {
      // AWS documents the sub as a user name for local users only. In a pool with aliases it may find another user.
      const direct = toCognitoUser(await adminGetUser(sub));
      if (direct?.sub === sub) return direct;
      const username = await findUsername(sub);
      const found = username === undefined ? undefined : toCognitoUser(await adminGetUser(username));
      return found?.sub === sub ? found : undefined;
    },
    async groupsOf(username) {
      const groups: string[] = [];
      let NextToken: string | undefined;
      do {
        const page = await callAws('cognito-idp:AdminListGroupsForUser', () =>
          client.send(
            new AdminListGroupsForUserCommand({ UserPoolId: userPoolId, Username: username, Limit: 60, NextToken }),
          ),
        );
        for (const { GroupName } of page.Groups ?? []) if (GroupName) groups.push(GroupName);
        NextToken = page.NextToken;
      } while (NextToken);
      return groups;
    },
    async exposure(since = Number.NEGATIVE_INFINITY) {
      const isOld = (readAt: number) => readAt + EXPOSURE_TTL_MS <= now() || readAt <= since + CLOCK_MARGIN_MS;
      return latest === undefined || isOld(latest.readAt) ? readAnew(now()) : latest.read;
    },
  };
}

function readAttributes(attributes: readonly AttributeType[] | undefined): Readonly<Record<string, string>> {
  return Object.fromEntries((attributes ?? []).map(({ Name = '', Value = '' }) => [Name, Value]));
}

function toCognitoUser(user: AdminGetUserResponse | undefined): CognitoUser | undefined {
  if (user === undefined) return undefined;
  const attributes = readAttributes(user.UserAttributes);
  const sub = attributes.sub;
  if (sub === undefined || user.Username === undefined || user.UserLastModifiedDate === undefined) {
    throw new PermanentError(
      'unexpected-answer',
      'AdminGetUser answered without sub, Username or UserLastModifiedDate.',
    );
  }
  return {
    sub,
    username: user.Username,
    attributes,
    modifiedAt: user.UserLastModifiedDate.getTime(),
    createdAt: user.UserCreateDate?.getTime(),
    ...readProviders(user.UserStatus, attributes.identities),
  };
}

/** A provider that no configuration can trust: its name is empty. */
const UNKNOWN_PROVIDER = '';

/**
 * The providers of a user, from the attribute `identities`, JSON that only Cognito writes. A local user that is linked with
 * a provider does not come from it: the user still sets the address in Cognito. When the attribute cannot be read, or a
 * federated user lacks it, the provider is one without a name, which no configuration can trust. Pure.
 *
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-identity-federation-consolidate-users.html
 */
export function readProviders(
  status: string | undefined,
  identities: string | undefined,
): { readonly providers: readonly string[]; readonly linkedProviders?: readonly string[] } {
  const parsed = identitiesSchema.safeParse(parseJson(identities || '[]'));
  const names = parsed.success ? parsed.data.map(({ providerName }) => providerName) : [UNKNOWN_PROVIDER];
  if (status === 'EXTERNAL_PROVIDER') return { providers: names.length === 0 ? [UNKNOWN_PROVIDER] : names };
  return { providers: [], ...(names.length > 0 && { linkedProviders: names }) };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function readExposure(
  client: CognitoIdentityProviderClient,
  userPoolId: string,
  readsClients: boolean,
): Promise<Omit<PoolExposure, 'readAt'>> {
  const { UserPool: pool } = await callAws('cognito-idp:DescribeUserPool', () =>
    client.send(new DescribeUserPoolCommand({ UserPoolId: userPoolId })),
  );
  const every = pool?.SchemaAttributes?.flatMap(({ Name }) => (Name ? [Name] : [])) ?? [];
  const kept = pool?.UserAttributeUpdateSettings?.AttributesRequireVerificationBeforeUpdate ?? [];
  return {
    // Sign-up is closed only when AllowAdminCreateUserOnly is true.
    selfSignUp: pool?.AdminCreateUserConfig?.AllowAdminCreateUserOnly !== true,
    writableAttributes: readsClients ? await readWritableAttributes(client, userPoolId, every) : new Set(),
    keepsVerifiedEmail: kept.includes('email'),
    preSignUp: pool?.LambdaConfig?.PreSignUp !== undefined,
  };
}

/**
 * The attributes that at least one app client lets its users write.
 *
 * @param every - the attributes of the pool.
 */
async function readWritableAttributes(
  client: CognitoIdentityProviderClient,
  userPoolId: string,
  every: readonly string[],
): Promise<ReadonlySet<string>> {
  const writableAttributes = new Set<string>();
  let nextToken: string | undefined;
  do {
    const page = await callAws('cognito-idp:ListUserPoolClients', () =>
      client.send(new ListUserPoolClientsCommand({ UserPoolId: userPoolId, MaxResults: 60, NextToken: nextToken })),
    );
    for (const { ClientId } of page.UserPoolClients ?? []) {
      const answer = await callAws<DescribeUserPoolClientCommandOutput, undefined>(
        'cognito-idp:DescribeUserPoolClient',
        () => client.send(new DescribeUserPoolClientCommand({ UserPoolId: userPoolId, ClientId })),
        { ResourceNotFoundException: undefined },
      );
      // The client was deleted after it was listed.
      if (answer === undefined) continue;
      // A client without a list may write every standard attribute, and by some AWS pages also custom ones.
      for (const name of answer.UserPoolClient?.WriteAttributes ?? every) writableAttributes.add(name);
    }
    nextToken = page.NextToken;
  } while (nextToken);
  return writableAttributes;
}
