import {
  CognitoIdentityProviderClient,
  CreateUserPoolClientCommand,
  type CreateUserPoolClientRequest,
  CreateUserPoolCommand,
  type CreateUserPoolRequest,
  DescribeUserPoolCommand,
  UpdateUserPoolCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import type { Prepared } from '../../local/environment.ts';
import type { LocalCloud } from '../../packages/local-cloud/cloud.ts';
import type { Deployed } from './deployed.ts';

/** A trigger of a user pool that the product can have. */
export type PoolTrigger = 'CustomMessage' | 'PostConfirmation' | 'PostAuthentication';

/** All of them. */
export const POOL_TRIGGERS: readonly PoolTrigger[] = ['CustomMessage', 'PostConfirmation', 'PostAuthentication'];

/** Makes a user pool with an app client for passwords, as it was before the product was deployed. */
export const ownPool =
  (pool: Partial<CreateUserPoolRequest>, client: Partial<CreateUserPoolClientRequest> = {}) =>
  async ({
    endpoint,
    credentials,
    cloud: { region },
  }: LocalCloud): Promise<Prepared & { readonly userPoolId: string }> => {
    const cognito = new CognitoIdentityProviderClient({ endpoint, region, credentials });
    const { UserPool } = await cognito.send(
      new CreateUserPoolCommand({ PoolName: 'people', AutoVerifiedAttributes: ['email'], ...pool }),
    );
    const userPoolId = UserPool?.Id ?? '';
    const { UserPoolClient } = await cognito.send(
      new CreateUserPoolClientCommand({
        UserPoolId: userPoolId,
        ClientName: 'app',
        ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_ADMIN_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
        ...client,
      }),
    );
    cognito.destroy();
    return { configuration: { userPoolId }, userPoolId, userPoolClientId: UserPoolClient?.ClientId ?? '' };
  };

/** Gives the pool these settings, and keeps all its others. */
export async function updatePool(
  { clients: { cognito }, description: { userPoolId } }: Pick<Deployed, 'clients' | 'description'>,
  settings: Partial<CreateUserPoolRequest>,
): Promise<void> {
  const { UserPool = {} } = await cognito.send(new DescribeUserPoolCommand({ UserPoolId: userPoolId }));
  const { Id, Name, Arn, Status, CreationDate, LastModifiedDate, EstimatedNumberOfUsers, ...described } = UserPool;
  const { SchemaAttributes, AliasAttributes, UsernameAttributes, UsernameConfiguration, ...resent } = described;
  await cognito.send(new UpdateUserPoolCommand({ UserPoolId: userPoolId, ...resent, ...settings }));
}

/** Puts the deployed `pool-trigger` into these slots of the pool, and nothing into the others. */
export function attach(deployed: Deployed, slots: readonly PoolTrigger[]): Promise<void> {
  const { region, accountId, functions } = deployed.description;
  const arn = `arn:aws:lambda:${region}:${accountId}:function:${functions.poolTrigger}`;
  return updatePool(deployed, { LambdaConfig: Object.fromEntries(slots.map((slot) => [slot, arn])) });
}
