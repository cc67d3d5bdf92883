import { TemplateError } from '../errors.ts';
import { ignoringMissing, type Provider, pick, type Work } from '../provider.ts';
import { type Fields, isSame } from '../values.ts';

const gone = ['ResourceNotFoundException'];

/** Properties that CreateUserPool and UpdateUserPool both take under the same name. */
const poolSettings = [
  ...[
    'AccountRecoverySetting',
    'AdminCreateUserConfig',
    'AutoVerifiedAttributes',
    'DeletionProtection',
    'DeviceConfiguration',
  ],
  ...['EmailConfiguration', 'EmailVerificationMessage', 'EmailVerificationSubject', 'LambdaConfig', 'MfaConfiguration'],
  ...[
    'Policies',
    'SmsAuthenticationMessage',
    'SmsConfiguration',
    'SmsVerificationMessage',
    'UserAttributeUpdateSettings',
  ],
  ...[
    'UserPoolAddOns',
    'UserPoolTags',
    'UserPoolTier',
    'VerificationMessageTemplate',
    'IssuerConfiguration',
    'KeyConfiguration',
  ],
];

/** Properties that only CreateUserPool takes. */
const poolIdentity = ['AliasAttributes', 'Schema', 'UsernameAttributes', 'UsernameConfiguration'];

interface Pool {
  readonly Id: string;
  readonly Arn?: string;
}

const poolMade = ({ cloud }: Work, { Id, Arn }: Pool) => {
  const provider = `cognito-idp.${cloud.region}.amazonaws.com/${Id}`;
  return {
    physicalId: Id,
    attributes: {
      Arn: Arn ?? `arn:aws:cognito-idp:${cloud.region}:${cloud.accountId}:userpool/${Id}`,
      ProviderName: provider,
      ProviderURL: `https://${provider}`,
      UserPoolId: Id,
    },
  };
};

/** Schema attributes that an update adds. CloudFormation can only add custom attributes. */
const addedAttributes = (properties: Fields, previous: Fields): readonly unknown[] => {
  const wanted = (properties.Schema ?? []) as readonly unknown[];
  const before = (previous.Schema ?? []) as readonly unknown[];
  if (!before.every((old) => wanted.some((attribute) => isSame(attribute, old))))
    throw new TemplateError('Existing schema attributes cannot be modified or deleted.');
  return wanted.filter((attribute) => !before.some((old) => isSame(attribute, old)));
};

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cognito-userpool.html */
export const userPoolProvider: Provider = {
  type: 'AWS::Cognito::UserPool',
  models: ['UserPoolName', ...poolSettings, ...poolIdentity],
  async create(work, begun) {
    const { properties } = work;
    const { UserPool } = await work.call<{ UserPool: Pool }>('cognito-idp', 'CreateUserPool', {
      PoolName: properties.UserPoolName ?? work.name({ maxLength: 128, withoutStack: true }),
      ...pick(properties, [...poolSettings, ...poolIdentity]),
    });
    begun(UserPool.Id);
    return poolMade(work, UserPool);
  },
  async update(existing) {
    const { physicalId, properties, previous, attributes } = existing;
    const fixed = poolIdentity.filter((name) => name !== 'Schema' && !isSame(properties[name], previous[name]));
    if (fixed.length > 0) throw new TemplateError(`Updates are not allowed for property - ${fixed.join(', ')}.`);
    const added = addedAttributes(properties, previous);
    if (added.length > 0)
      await existing.call('cognito-idp', 'AddCustomAttributes', { UserPoolId: physicalId, CustomAttributes: added });
    await existing.call('cognito-idp', 'UpdateUserPool', {
      UserPoolId: physicalId,
      ...(properties.UserPoolName === undefined ? {} : { PoolName: properties.UserPoolName }),
      ...pick(properties, poolSettings),
    });
    return { physicalId, attributes };
  },
  remove: ({ call, physicalId }) =>
    ignoringMissing(gone, () => call('cognito-idp', 'DeleteUserPool', { UserPoolId: physicalId })),
};

/** Properties that CreateUserPoolClient and UpdateUserPoolClient both take. */
const clientSettings = [
  ...[
    'AccessTokenValidity',
    'AllowedOAuthFlows',
    'AllowedOAuthFlowsUserPoolClient',
    'AllowedOAuthScopes',
    'AuthSessionValidity',
  ],
  ...[
    'CallbackURLs',
    'DefaultRedirectURI',
    'EnableTokenRevocation',
    'ExplicitAuthFlows',
    'IdTokenValidity',
    'LogoutURLs',
  ],
  ...[
    'PreventUserExistenceErrors',
    'ReadAttributes',
    'RefreshTokenValidity',
    'SupportedIdentityProviders',
    'TokenValidityUnits',
  ],
  'WriteAttributes',
];

interface Client {
  readonly ClientId: string;
  readonly ClientName?: string;
  readonly ClientSecret?: string;
}

const clientMade = ({ ClientId, ClientName, ClientSecret }: Client) => ({
  physicalId: ClientId,
  attributes: {
    ClientId,
    Name: ClientName ?? '',
    ...(ClientSecret === undefined ? {} : { ClientSecret }),
  },
});

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cognito-userpoolclient.html */
export const userPoolClientProvider: Provider = {
  type: 'AWS::Cognito::UserPoolClient',
  models: ['UserPoolId', 'ClientName', 'GenerateSecret', ...clientSettings],
  async create(work) {
    const { properties } = work;
    const { UserPoolClient } = await work.call<{ UserPoolClient: Client }>('cognito-idp', 'CreateUserPoolClient', {
      ClientName: properties.ClientName ?? work.name({ maxLength: 128, withoutStack: true }),
      ...pick(properties, ['UserPoolId', 'GenerateSecret', ...clientSettings]),
    });
    return clientMade(UserPoolClient);
  },
  async update({ call, physicalId, properties }) {
    const { UserPoolClient } = await call<{ UserPoolClient: Client }>('cognito-idp', 'UpdateUserPoolClient', {
      ClientId: physicalId,
      ...pick(properties, ['UserPoolId', 'ClientName', ...clientSettings]),
    });
    return clientMade(UserPoolClient);
  },
  remove: ({ call, physicalId, previous }) =>
    ignoringMissing(gone, () =>
      call('cognito-idp', 'DeleteUserPoolClient', { UserPoolId: previous.UserPoolId, ClientId: physicalId }),
    ),
};
