import { toItem } from '../../../lambda/adapters/dynamodb-items.ts';
import {
  emailOf,
  FIRST_NAMES,
  GROUP,
  LAST_NAMES,
  oldEmailOf,
  type Person,
  PROVIDER,
  subjectOf,
  UNOWNED,
  usernameOf,
} from './people.ts';
import { functionArn, type Services } from './services.ts';
import type { WorldSettings } from './settings.ts';
import type { TableDouble } from './table.ts';
import type { Watch } from './watch.ts';

/** Creates the user pool with our trigger, an app client and a group. */
export async function createPool({ call }: Services, { pool }: WorldSettings) {
  const email = ['email'];
  const { UserPool } = await call<{ readonly UserPool: { readonly Id: string } }>('cognito-idp', 'CreateUserPool', {
    PoolName: 'staff',
    AutoVerifiedAttributes: email,
    Schema: [{ Name: 'desk', AttributeDataType: 'String', Mutable: true }],
    AdminCreateUserConfig: { AllowAdminCreateUserOnly: !pool.selfSignUp },
    LambdaConfig: { CustomMessage: functionArn('pool-trigger'), PostConfirmation: functionArn('pool-trigger') },
    ...(pool.pendingEmail ? { UserAttributeUpdateSettings: { AttributesRequireVerificationBeforeUpdate: email } } : {}),
  });
  const UserPoolId = UserPool.Id;
  const { UserPoolClient } = await call<{ readonly UserPoolClient: { readonly ClientId: string } }>(
    'cognito-idp',
    'CreateUserPoolClient',
    { UserPoolId, ClientName: 'app', ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'] },
  );
  await call('cognito-idp', 'CreateGroup', { UserPoolId, GroupName: GROUP });
  return { userPoolId: UserPoolId, clientId: UserPoolClient.ClientId };
}

/** Creates the people of a run in both services, and the links that some of them have from before. */
export async function createPeople(
  { people, type }: WorldSettings,
  { call, connect }: Services,
  {
    userPoolId,
    table,
    watch,
    admins,
    now,
  }: Readonly<{ userPoolId: string; table: TableDouble; watch: Watch; admins: Set<string>; now: () => number }>,
) {
  const profile = connect.instance.securityProfiles.find(({ name }) => name === 'Admin')?.id ?? '';
  const seedAgent = (Username: string, index: number, { sameEmail, admin }: Person): string => {
    const email = sameEmail ? emailOf(index, 0) : oldEmailOf(index);
    const identity = type === 'SAML' ? { SecondaryEmail: email, Mobile: UNOWNED.Mobile } : { Email: email, ...UNOWNED };
    const [agent] = connect.seedUsers([
      {
        Username,
        IdentityInfo: { FirstName: 'Zephyrold', LastName: 'Zephyrold', ...identity },
        ...(admin ? { SecurityProfileIds: [profile] } : {}),
      },
    ]);
    const connectUserId = agent?.Id ?? '';
    if (admin) admins.add(connectUserId);
    return connectUserId;
  };
  for (const [index, person] of people.entries()) {
    const attributes = {
      given_name: FIRST_NAMES[0],
      family_name: LAST_NAMES[0],
      email: emailOf(index, 0),
      email_verified: 'true',
      ...(person.member ? { 'custom:desk': 'yes' } : {}),
    };
    const Username = person.agent === 'federated' ? `${PROVIDER}_${subjectOf(index)}` : usernameOf(index);
    if (person.agent === 'alone' || person.agent === 'federated') {
      seedAgent(Username, index, person);
      continue;
    }
    const { User } = await call<{ readonly User: { readonly Attributes: readonly { Name: string; Value: string }[] } }>(
      'cognito-idp',
      'AdminCreateUser',
      {
        UserPoolId: userPoolId,
        Username,
        MessageAction: 'SUPPRESS',
        UserAttributes: Object.entries(attributes).map(([Name, Value]) => ({ Name, Value })),
      },
    );
    if (person.member)
      await call('cognito-idp', 'AdminAddUserToGroup', { UserPoolId: userPoolId, Username, GroupName: GROUP });
    if (person.agent === 'none') continue;
    const connectUserId = seedAgent(Username, index, person);
    if (person.agent === 'adoptable') continue;
    const sub = User.Attributes.find(({ Name }) => Name === 'sub')?.Value ?? '';
    const linkedAt = now() - 3_600_000;
    table.put(toItem({ pk: `claim#${connectUserId}`, sub, claimedAt: linkedAt }));
    table.put(toItem({ pk: `user#${sub}`, sub, connectUserId, linkedAt }));
    watch.settle(sub, connectUserId);
  }
}
