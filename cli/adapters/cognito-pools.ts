import {
  type CognitoIdentityProviderClient,
  DescribeUserPoolClientCommand,
  GetGroupCommand,
  paginateListUserPoolClients,
  paginateListUserPools,
} from '@aws-sdk/client-cognito-identity-provider';
import { callAws } from '../../lambda/adapters/aws-errors.ts';
import type { AppClient, ListedPool, Pools } from '../doctor/ports.ts';
import { pagesOf } from './pages.ts';

/** Most that Cognito lists in a page. */
const PAGE = 60;

/** The user pools of the account and Region. */
export const createPools = (client: CognitoIdentityProviderClient): Pools => ({
  async list() {
    const pools: ListedPool[] = [];
    for await (const { UserPools = [] } of pagesOf(
      'cognito-idp:ListUserPools',
      paginateListUserPools({ client }, { MaxResults: PAGE }),
    ))
      for (const { Id, Name = '' } of UserPools) if (Id !== undefined) pools.push({ id: Id, name: Name });
    return pools;
  },
  async clients(UserPoolId) {
    const clients: AppClient[] = [];
    const pages = paginateListUserPoolClients({ client }, { UserPoolId, MaxResults: PAGE });
    for await (const { UserPoolClients = [] } of pagesOf('cognito-idp:ListUserPoolClients', pages))
      for (const { ClientId, ClientName = '' } of UserPoolClients) {
        const { UserPoolClient } = await callAws('cognito-idp:DescribeUserPoolClient', () =>
          client.send(new DescribeUserPoolClientCommand({ UserPoolId, ClientId })),
        );
        clients.push({ id: ClientId ?? '', name: ClientName, writes: UserPoolClient?.WriteAttributes });
      }
    return clients;
  },
  hasGroup: (UserPoolId, GroupName) =>
    callAws(
      'cognito-idp:GetGroup',
      () => client.send(new GetGroupCommand({ UserPoolId, GroupName })).then(() => true),
      { ResourceNotFoundException: false },
    ),
});
