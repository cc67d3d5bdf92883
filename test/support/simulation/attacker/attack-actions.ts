import { FIRST_NAMES, LAST_NAMES, PROVIDER, subjectOf, usernameOf } from '../people.ts';
import type { World } from '../world.ts';
import { foreignEmailOf, isForeign, STRANGER_PASSWORD } from './foreign.ts';
import type { Operator } from './operator.ts';

/** What an attacker, or a person beside them, does about a Connect user; numbers choose among values. */
export type AttackAction =
  /** Signs up under the user name of the agent, with a mailbox of their own. */
  | { readonly do: 'sign-up'; readonly mailbox: number }
  /** Confirms with the code that came to their mailbox. */
  | { readonly do: 'confirm-sign-up' }
  /** Changes the account that they signed up, or that of the agent in a session of theirs. */
  | { readonly do: 'set-foreign-email'; readonly mailbox: number }
  | { readonly do: 'set-name'; readonly last: number }
  /** Verifies the address of their own account by the code that came to their mailbox. */
  | { readonly do: 'verify-foreign-email' }
  /** The agent signs in through a provider; the attacker replaces the address in their session. */
  | { readonly do: 'federated-sign-in' }
  | { readonly do: 'set-federated-email'; readonly mailbox: number }
  /** An administrator opens sign-up, or closes it; the operator looks at the triggers of the pool each time. */
  | { readonly do: 'open' | 'close' }
  /** The operator looks at what is held. */
  | { readonly do: 'look' }
  /** The operator releases what they have looked at last: what is foreign as well, or not. */
  | { readonly do: 'release-seen'; readonly careless: boolean }
  /** The operator links the user who bears the name of the agent. */
  | { readonly do: 'link-by-hand' };

/** Does it, as far as the services let it happen: what they refuse throws an AwsError. */
export async function attack(world: World, operator: Operator, person: number, action: AttackAction): Promise<void> {
  const Username = usernameOf(person);
  const { userPoolId: UserPoolId, clientId: ClientId, services } = world;
  const call = <Output>(operation: string, input: object) => services.call<Output>('cognito-idp', operation, input);
  const own = async (operation: string, input: object) => {
    const AccessToken = await sessionOf(world, Username);
    await call(operation, { AccessToken, ...input });
  };
  const codeTo = (trigger: RegExp) =>
    services.cognito
      .outbox()
      .findLast(
        ({ username, to, triggerSource }) => username === Username && isForeign(to) && trigger.test(triggerSource),
      )?.code;

  switch (action.do) {
    case 'sign-up': {
      const { UserSub } = await call<{ readonly UserSub: string }>('SignUp', {
        ...{ ClientId, Username, Password: STRANGER_PASSWORD },
        UserAttributes: toList({
          given_name: FIRST_NAMES[1] ?? '',
          family_name: LAST_NAMES[1] ?? '',
          email: foreignEmailOf(person, action.mailbox),
        }),
      });
      operator.strangers.add(UserSub);
      world.sessions.delete(Username);
      return;
    }
    case 'confirm-sign-up':
      await call('ConfirmSignUp', { ClientId, Username, ConfirmationCode: codeTo(/SignUp|ResendCode/) ?? 'none' });
      return;
    case 'set-foreign-email':
      await own('UpdateUserAttributes', {
        UserAttributes: toList({ email: foreignEmailOf(person, action.mailbox) }),
      });
      return;
    case 'set-name':
      await own('UpdateUserAttributes', { UserAttributes: toList({ family_name: LAST_NAMES[action.last] ?? '' }) });
      return;
    case 'verify-foreign-email':
      // In a stolen session this would make the mailbox the verified one of the agent, which no product can tell.
      if (!(await operator.isStranger(Username))) return;
      await own('VerifyUserAttribute', {
        AttributeName: 'email',
        Code: codeTo(/UpdateUserAttribute|Verify/) ?? 'none',
      });
      return;
    case 'federated-sign-in':
      await services.cognito.changes['federated-sign-in']?.({
        ...{ userPoolId: UserPoolId, provider: PROVIDER, subject: subjectOf(person) },
        attributes: {
          given_name: FIRST_NAMES[2],
          family_name: LAST_NAMES[2],
          email: `zephyr.federated${person}@example.com`,
        },
      });
      return;
    case 'set-federated-email':
      // The local cloud has no tokens of federated users. Cognito stores the same for both calls.
      await call('AdminUpdateUserAttributes', {
        ...{ UserPoolId, Username: `${PROVIDER}_${subjectOf(person)}` },
        UserAttributes: toList({ email: foreignEmailOf(person, action.mailbox) }),
      });
      return;
    case 'open':
    case 'close':
      await operator.setSignUp(action.do === 'open');
      return;
    case 'look':
      await operator.look();
      return;
    case 'release-seen':
      await operator.release(action.careless);
      return;
    case 'link-by-hand':
      await operator.link(Username);
      return;
  }
}

async function sessionOf(
  { services, clientId: ClientId, userPoolId: UserPoolId, sessions, elapsed }: World,
  Username: string,
) {
  const call = <Output>(operation: string, input: object) => services.call<Output>('cognito-idp', operation, input);
  const known = sessions.get(Username);
  if (known !== undefined && elapsed() - known.at < 50 * 60_000) return known.token;
  const signIn = (PASSWORD: string) =>
    call<{ readonly AuthenticationResult: { readonly AccessToken: string } }>('InitiateAuth', {
      ...{ ClientId, AuthFlow: 'USER_PASSWORD_AUTH', AuthParameters: { USERNAME: Username, PASSWORD } },
    });
  const { UserStatus } = await call<{ readonly UserStatus: string }>('AdminGetUser', { UserPoolId, Username });
  // Who was created by an administrator has no password of their own yet.
  if (UserStatus === 'FORCE_CHANGE_PASSWORD')
    await call('AdminSetUserPassword', { UserPoolId, Username, Password: STRANGER_PASSWORD, Permanent: true });
  const { AuthenticationResult } = await signIn(STRANGER_PASSWORD);
  sessions.set(Username, { token: AuthenticationResult.AccessToken, at: elapsed() });
  return AuthenticationResult.AccessToken;
}

const toList = (attributes: Readonly<Record<string, string>>) =>
  Object.entries(attributes).map(([Name, Value]) => ({ Name, Value }));
