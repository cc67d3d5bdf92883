import type { Value } from '../../../lambda/adapters/dynamodb-items.ts';
import { AwsError } from '../../../packages/local-cloud/service.ts';
import { emailOf, FIRST_NAMES, GROUP, LAST_NAMES, phoneOf, usernameOf } from './people.ts';
import type { World } from './world.ts';

/** A change of a person. Numbers choose among the values of `people.ts`. */
export type Action =
  | { readonly do: 'rename'; readonly first: number; readonly last: number; readonly by: 'admin' | 'self' }
  | { readonly do: 'email'; readonly address: number; readonly verified: 'true' | 'false' | 'unsaid' }
  | { readonly do: 'own-email'; readonly address: number }
  | { readonly do: 'verify' }
  | { readonly do: 'vouch' }
  | { readonly do: 'phone'; readonly number: number }
  | { readonly do: 'drop' | 'blank'; readonly attribute: 'given_name' | 'family_name' | 'email' | 'phone_number' }
  | { readonly do: 'custom' }
  | { readonly do: 'join' | 'leave' }
  | { readonly do: 'delete' | 'recreate' | 'replace' }
  | { readonly do: 'delete-agent' | 'create-agent' }
  | { readonly do: 'release' }
  | { readonly do: 'poison' | 'stray' }
  | { readonly do: 'tick' }
  /** Others in the account use half, all, or none of the quota of Connect. */
  | { readonly do: 'others'; readonly use: 'half' | 'all' | 'none' };

/** Errors of Cognito that pool-trigger would have caused. */
const OURS = ['UserLambdaValidationException', 'UnexpectedLambdaException', 'InvalidLambdaResponseException'];
const PASSWORD = 'Zephyr-1-password';

const QUOTAS = {
  none: { ratePerSecond: 2, burst: 5 },
  half: { ratePerSecond: 1, burst: 3 },
  all: { ratePerSecond: 0.02, burst: 1 },
};

/** Carries out an action. A refusal of a service is ignored, unless the product caused it. */
export async function act(world: World, person: number, action: Action): Promise<void> {
  try {
    await perform(world, person, action);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    if (OURS.includes(error.code)) world.watch.breach('caller of Cognito', `${action.do} failed: ${error.message}`);
  }
}

async function perform(world: World, person: number, action: Action): Promise<void> {
  const Username = usernameOf(person);
  const { userPoolId: UserPoolId } = world;
  const cognito = <Output>(operation: string, input: object) =>
    world.services.call<Output>('cognito-idp', operation, input);
  const admin = <Output>(operation: string, input: object = {}) =>
    cognito<Output>(operation, { UserPoolId, Username, ...input });
  const set = (attributes: Readonly<Record<string, string>>) =>
    admin('AdminUpdateUserAttributes', { UserAttributes: toList(attributes) });
  const self = async (operation: string, input: object) =>
    cognito(operation, { AccessToken: await signIn(world, Username), ...input });

  switch (action.do) {
    case 'rename': {
      const attributes = { given_name: FIRST_NAMES[action.first] ?? '', family_name: LAST_NAMES[action.last] ?? '' };
      if (action.by === 'admin') await set(attributes);
      else await self('UpdateUserAttributes', { UserAttributes: toList(attributes) });
      return;
    }
    case 'email': {
      const flag = action.verified === 'unsaid' ? {} : { email_verified: action.verified };
      await set({ email: emailOf(person, action.address), ...flag });
      return;
    }
    case 'own-email':
      await self('UpdateUserAttributes', { UserAttributes: toList({ email: emailOf(person, action.address) }) });
      return;
    case 'verify': {
      const Code = world.services.cognito.outbox().findLast(({ username }) => username === Username)?.code;
      if (Code !== undefined) await self('VerifyUserAttribute', { AttributeName: 'email', Code });
      return;
    }
    case 'vouch':
      await set({ email_verified: 'true' });
      return;
    case 'phone':
      await set({ phone_number: phoneOf(person, action.number), phone_number_verified: 'true' });
      return;
    case 'drop':
      await admin('AdminDeleteUserAttributes', { UserAttributeNames: [action.attribute] });
      return;
    case 'blank':
      await set({ [action.attribute]: '' });
      return;
    case 'custom':
      await set({ profile: 'zephyr-profile' });
      return;
    case 'join':
      await admin('AdminAddUserToGroup', { GroupName: GROUP });
      await set({ 'custom:desk': 'yes' });
      return;
    case 'leave':
      await admin('AdminRemoveUserFromGroup', { GroupName: GROUP });
      await set({ 'custom:desk': 'no' });
      return;
    case 'delete':
      await admin('AdminDeleteUser');
      return;
    case 'recreate':
    case 'replace':
      if (action.do === 'replace') await admin('AdminDeleteUser');
      world.sessions.delete(Username);
      await admin('AdminCreateUser', {
        MessageAction: 'SUPPRESS',
        UserAttributes: toList({
          given_name: FIRST_NAMES[1] ?? '',
          family_name: LAST_NAMES[1] ?? '',
          email: emailOf(person, 1),
          email_verified: 'true',
        }),
      });
      return;
    case 'tick':
      world.tick();
      return;
    case 'others':
      world.services.connect.admin.settings({ quotas: { default: QUOTAS[action.use] } });
      return;
    default:
      await performBeside(world, person, action.do);
  }
}

/** What happens in other places than Cognito. */
async function performBeside(world: World, person: number, what: string): Promise<void> {
  const { connect, queues, call } = world.services;
  const Username = usernameOf(person);
  const InstanceId = connect.instance.id;
  if (what === 'delete-agent') {
    const { users } = connect.admin.users() as { readonly users: readonly { Id: string; Username: string }[] };
    const UserId = users.find((user) => user.Username === Username)?.Id;
    if (UserId !== undefined) await call('connect', 'DeleteUser', { InstanceId, UserId });
  } else if (what === 'create-agent') {
    const profile = (name: string) => connect.instance.securityProfiles.find((each) => each.name === name)?.id;
    await call('connect', 'CreateUser', {
      InstanceId,
      Username,
      SecurityProfileIds: [profile('Agent')],
      RoutingProfileId: connect.instance.routingProfiles[0]?.id,
      IdentityInfo: { FirstName: 'Zephyrold', LastName: 'Zephyrold' },
      ...(connect.instance.identityManagementType === 'SAML' ? {} : { Password: 'Zephyr1password' }),
    });
  } else if (what === 'release') {
    for (const { pk, holds } of world.table.all('user#')) {
      if (holds !== undefined) world.table.update(String(pk), 'releases', holds as Readonly<Record<string, Value>>);
    }
    for (const { sub } of await people(world)) await world.send(sub);
  } else {
    const body = what === 'poison' ? 'no JSON' : JSON.stringify({ ...STRAY, eventId: `stray-${person}` });
    await call('sqs', 'SendMessage', {
      QueueUrl: queues.changes,
      MessageBody: body,
      MessageGroupId: (await people(world))[0]?.sub ?? 'missing',
      MessageDeduplicationId: `${what}-${world.elapsed()}`,
    });
  }
}

const STRAY = {
  v: 1,
  userPoolId: 'eu-west-1_SOMEWHERE',
  sub: '99999999-9999-4999-8999-999999999999',
  cause: 'cloudtrail',
  occurredAt: 1_767_225_600_000,
};

/** Who is in the user pool now. */
export async function people({ services, userPoolId: UserPoolId }: World) {
  type User = { readonly Username: string; readonly Attributes: readonly { Name: string; Value: string }[] };
  const users: User[] = [];
  let PaginationToken: string | undefined;
  do {
    const input = { UserPoolId, ...(PaginationToken && { PaginationToken }) };
    const page = await services.call<{ readonly Users: readonly User[]; readonly PaginationToken?: string }>(
      'cognito-idp',
      'ListUsers',
      input,
    );
    users.push(...page.Users);
    PaginationToken = page.PaginationToken;
  } while (PaginationToken);
  return users.map(({ Username, Attributes }) => {
    const attributes = new Map(Attributes.map(({ Name, Value }) => [Name, Value]));
    return { username: Username, sub: attributes.get('sub') ?? '', attributes };
  });
}

/** Longer than a run of a person's own changes, shorter than an access token lives, milliseconds. */
const SESSION_MS = 50 * 60_000;

async function signIn(world: World, Username: string): Promise<string> {
  const { sessions, elapsed, services, userPoolId: UserPoolId, clientId: ClientId } = world;
  const known = sessions.get(Username);
  if (known !== undefined && elapsed() - known.at < SESSION_MS) return known.token;
  const call = <Output>(operation: string, input: object) => services.call<Output>('cognito-idp', operation, input);
  await call('AdminSetUserPassword', { UserPoolId, Username, Password: PASSWORD, Permanent: true });
  const { AuthenticationResult } = await call<{ readonly AuthenticationResult: { readonly AccessToken: string } }>(
    'InitiateAuth',
    { ClientId, AuthFlow: 'USER_PASSWORD_AUTH', AuthParameters: { USERNAME: Username, PASSWORD } },
  );
  sessions.set(Username, { token: AuthenticationResult.AccessToken, at: elapsed() });
  return AuthenticationResult.AccessToken;
}

const toList = (attributes: Readonly<Record<string, string>>) =>
  Object.entries(attributes).map(([Name, Value]) => ({ Name, Value }));
