import {
  AdminGetUserCommand,
  type AttributeType,
  type CognitoIdentityProviderClient,
  DescribeUserPoolCommand,
  paginateListUsers,
} from '@aws-sdk/client-cognito-identity-provider';
import * as z from 'zod/mini';
import { callAws } from '../../lambda/adapters/aws-errors.ts';
import { ConfigError, PermanentError } from '../../lambda/core/failures/errors.ts';
import { parseJson } from '../json.ts';
import type { PoolUser, PoolUsers, SearchedAttribute } from '../users/ports.ts';
import { pagesOf } from './pages.ts';

const identitiesSchema = z.array(z.looseObject({ providerName: z.string() }));

/**
 * What Cognito takes as a user name. It refuses any other text, for example a full name, instead of finding no user.
 *
 * @see https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminGetUser.html
 */
const USERNAME = /^[\p{L}\p{M}\p{S}\p{N}\p{P}]{1,128}$/u;

/** @see https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ListUsers.html */
const MAX_FILTER = 256;

/** The users of one pool. Lists are followed to their end: a page may be short or empty, and limits come after the filter. */
export const createPoolUsers = (client: CognitoIdentityProviderClient, UserPoolId: string): PoolUsers => ({
  async having(attribute, value) {
    const Filter = `${attribute} = "${value.replaceAll(/["\\]/g, '\\$&')}"`;
    if (Filter.length > MAX_FILTER)
      throw new ConfigError(
        'too-long',
        `Cognito searches for no text of ${value.length} characters: name the user by the user name or the sub.`,
      );
    const users: PoolUser[] = [];
    // A listed user without a sub cannot be handled.
    for await (const { Users = [] } of pagesOf(
      'cognito-idp:ListUsers',
      paginateListUsers({ client }, { UserPoolId, Filter }),
    ))
      users.push(...Users.flatMap((user) => toPoolUser(user) ?? []));
    return users.filter((user) => isExactly(user, attribute, value));
  },
  async named(text) {
    if (!USERNAME.test(text)) return undefined;
    const found = await callAws(
      'cognito-idp:AdminGetUser',
      () => client.send(new AdminGetUserCommand({ UserPoolId, Username: text })),
      { UserNotFoundException: undefined },
    );
    if (found === undefined) return undefined;
    const user = toPoolUser({ ...found, Attributes: found.UserAttributes });
    if (user !== undefined) return user;
    const missing = 'AdminGetUser answered without sub, Username or UserLastModifiedDate.';
    throw new PermanentError('unexpected-answer', missing);
  },
  async signInRules() {
    const { UserPool } = await callAws('cognito-idp:DescribeUserPool', () =>
      client.send(new DescribeUserPoolCommand({ UserPoolId })),
    );
    const {
      UsernameConfiguration,
      UsernameAttributes = [],
      AliasAttributes = [],
      AdminCreateUserConfig,
      LambdaConfig,
    } = UserPool ?? {};
    return {
      ignoresCase: UsernameConfiguration?.CaseSensitive === false,
      byAddress: [...UsernameAttributes, ...AliasAttributes].includes('email'),
      selfSignUp: AdminCreateUserConfig?.AllowAdminCreateUserOnly !== true,
      preSignUp: LambdaConfig?.PreSignUp !== undefined,
    };
  },
});

/** AWS does not document whether Cognito compares addresses by case. People do not. */
function isExactly({ username, attributes }: PoolUser, attribute: SearchedAttribute, value: string): boolean {
  if (attribute === 'username') return username === value;
  if (attribute === 'email') return attributes.email?.toLowerCase() === value.toLowerCase();
  return attributes[attribute] === value;
}

interface Described {
  readonly Username?: string | undefined;
  readonly Attributes?: readonly AttributeType[] | undefined;
  readonly UserLastModifiedDate?: Date | undefined;
  readonly UserStatus?: string | undefined;
}

function toPoolUser({
  Username: username,
  Attributes = [],
  UserLastModifiedDate,
  UserStatus,
}: Described): PoolUser | undefined {
  const attributes = Object.fromEntries(Attributes.map(({ Name = '', Value = '' }) => [Name, Value]));
  const { sub, identities = '' } = attributes;
  if (sub === undefined || username === undefined || UserLastModifiedDate === undefined) return undefined;
  const modifiedAt = UserLastModifiedDate.getTime();
  if (UserStatus !== 'EXTERNAL_PROVIDER') return { sub, username, attributes, modifiedAt, providers: [] };
  const { data = [] } = identitiesSchema.safeParse(parseJson(identities));
  return { sub, username, attributes, modifiedAt, providers: data.map(({ providerName }) => providerName) };
}
