import {
  AdminGetUserCommand,
  type AttributeType,
  type CognitoIdentityProviderClient,
  ListUsersCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { callAws } from '../../lambda/adapters/aws-errors.ts';
import { subSchema } from '../../lambda/core/change.ts';
import type { FindSub } from '../users/ports.ts';

/** Finds the sub of a user by what people know: the user name, or the sub itself, which not every user is found by. */
export const createFindSub =
  (client: CognitoIdentityProviderClient, UserPoolId: string): FindSub =>
  async (nameOrSub) => {
    const user = await callAws(
      'cognito-idp:AdminGetUser',
      () => client.send(new AdminGetUserCommand({ UserPoolId, Username: nameOrSub })),
      { UserNotFoundException: undefined },
    );
    const named = readSub(user?.UserAttributes);
    if (named === nameOrSub || !subSchema.safeParse(nameOrSub).success) return named;
    // Somebody may have taken the sub of another for a user name: it is the sub that counts.
    const { Users = [] } = await callAws('cognito-idp:ListUsers', () =>
      client.send(new ListUsersCommand({ UserPoolId, Filter: `sub = "${nameOrSub}"`, Limit: 1 })),
    );
    return readSub(Users[0]?.Attributes) ?? named;
  };

const readSub = (attributes: readonly AttributeType[] = []) => attributes.find(({ Name }) => Name === 'sub')?.Value;
