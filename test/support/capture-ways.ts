import {
  AdminAddUserToGroupCommand,
  AdminConfirmSignUpCommand,
  AdminDeleteUserAttributesCommand,
  AdminDeleteUserCommand,
  AdminDisableUserCommand,
  AdminEnableUserCommand,
  AdminInitiateAuthCommand,
  AdminRemoveUserFromGroupCommand,
  AdminRespondToAuthChallengeCommand,
  ConfirmSignUpCommand,
  DeleteGroupCommand,
  DeleteUserAttributesCommand,
  DeleteUserCommand,
  GetUserAttributeVerificationCodeCommand,
  InitiateAuthCommand,
  RespondToAuthChallengeCommand,
  UpdateUserAttributesCommand,
  VerifyUserAttributeCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { onTestFinished } from 'vitest';
import { SEED_PASSWORD } from '../../local/seed.ts';
import { type Attributes, attributeList, type Stage } from './acting.ts';
import { POOL_TRIGGERS, type PoolTrigger } from './user-pools.ts';

/** Prepares a change. Returns a function that makes the change and resolves to its user. */
export type Way = () => Promise<() => Promise<string>>;

/** A deployment in which users are changed. */
export interface Surroundings {
  /** Attaches these triggers of the product to the pool. */
  readonly attach: (slots: readonly PoolTrigger[]) => Promise<unknown>;
  /** Resolves when the product knows of a user who was just created. */
  readonly known: (sub: string) => Promise<unknown>;
}

/**
 * Every way in which a user of a pool changes, by the name that it has in the table of docs/architecture.md.
 *
 * @param stage - with a person for each way that changes a seeded one, and the groups `agents` and `others`.
 */
export function captureWays(stage: Stage, { attach, known }: Surroundings): Readonly<Record<string, Way>> {
  const { cognito } = stage.clients;
  const pool = { UserPoolId: stage.description.userPoolId };
  const app = { ClientId: stage.description.userPoolClientId };
  /** A user whom no other row changes. */
  const nextPerson = () => {
    const person = stage.nextPerson();
    return { ...person, user: { ...pool, Username: person.username } };
  };
  const federatedSignIn = (subject: string, given_name: string) =>
    stage.federatedSignIn(subject, { given_name, family_name: 'Federated' });
  const pagesNameTheUser = (pageEventsCarrySub: boolean) =>
    stage.local.services.cognito.admin.settings?.({ pageEventsCarrySub });
  const withoutPostAuthentication = async () => {
    onTestFinished(async () => {
      await attach(POOL_TRIGGERS);
    });
    await attach(['CustomMessage', 'PostConfirmation']);
  };

  const adminUpdates = (attributes: Attributes): Way => {
    return async () => {
      const { username, sub } = nextPerson();
      return async () => {
        await stage.adminUpdate(username, attributes);
        return sub;
      };
    };
  };
  /** A call of an administrator with the user as its only input. */
  const byAdministrator = (
    Command: typeof AdminDisableUserCommand | typeof AdminEnableUserCommand | typeof AdminDeleteUserCommand,
  ): Way => {
    return async () => {
      const { user, sub } = nextPerson();
      return async () => {
        await cognito.send(new Command(user));
        return sub;
      };
    };
  };
  /** A call that a user makes with their own token. */
  const withToken = (call: (token: { readonly AccessToken: string | undefined }) => Promise<unknown>): Way => {
    return async () => {
      const { username, sub } = nextPerson();
      const token = await stage.tokenOf(username);
      return async () => {
        await call(token);
        return sub;
      };
    };
  };
  const ownUpdates = (attributes: Attributes): Way =>
    withToken((token) =>
      cognito.send(new UpdateUserAttributesCommand({ ...token, UserAttributes: attributeList(attributes) })),
    );
  const firstSignIn = (username: string, byAdmin: boolean): Way => {
    return async () => {
      const sub = await stage.create(username, {});
      // change-intake takes self-service calls only of users with a row.
      await known(sub);
      const AuthParameters = { USERNAME: username, PASSWORD: SEED_PASSWORD };
      const { Session } = byAdmin
        ? await cognito.send(
            new AdminInitiateAuthCommand({ ...pool, ...app, AuthFlow: 'ADMIN_USER_PASSWORD_AUTH', AuthParameters }),
          )
        : await cognito.send(new InitiateAuthCommand({ ...app, AuthFlow: 'USER_PASSWORD_AUTH', AuthParameters }));
      const answer = {
        ...app,
        Session,
        ChallengeName: 'NEW_PASSWORD_REQUIRED' as const,
        ChallengeResponses: { USERNAME: username, NEW_PASSWORD: 'Second-one-2', 'userAttributes.given_name': 'Other' },
      };
      return async () => {
        if (byAdmin) await cognito.send(new AdminRespondToAuthChallengeCommand({ ...pool, ...answer }));
        else await cognito.send(new RespondToAuthChallengeCommand(answer));
        return sub;
      };
    };
  };
  const addressVerifiedByLink = (recordNamesTheUser: boolean): Way => {
    return async () => {
      const { username } = nextPerson();
      await stage.adminUpdate(username, { email: `${username}@linked.example.com` });
      pagesNameTheUser(recordNamesTheUser);
      return () => stage.openLink(username);
    };
  };
  const group = (Command: typeof AdminAddUserToGroupCommand | typeof AdminRemoveUserFromGroupCommand): Way => {
    return async () => {
      const { user, sub } = nextPerson();
      return async () => {
        await cognito.send(new Command({ ...user, GroupName: 'agents' }));
        return sub;
      };
    };
  };

  return {
    '`AdminUpdateUserAttributes`, a name': adminUpdates({ family_name: 'Jones' }),
    '`AdminUpdateUserAttributes`, an address with `email_verified=true`': adminUpdates({
      email: 'vouched@example.com',
      email_verified: 'true',
    }),
    '`AdminUpdateUserAttributes`, an address without it': adminUpdates({ email: 'unverified@example.com' }),
    '`AdminUpdateUserAttributes`, `email_verified` alone': adminUpdates({ email_verified: 'false' }),
    '`AdminUpdateUserAttributes`, a number': adminUpdates({ phone_number: '+12065550100' }),
    '`AdminDeleteUserAttributes`': async () => {
      const { user, sub } = nextPerson();
      return async () => {
        await cognito.send(new AdminDeleteUserAttributesCommand({ ...user, UserAttributeNames: ['given_name'] }));
        return sub;
      };
    },
    '`AdminCreateUser`': async () => () =>
      stage.create('invited', { email: 'invited@example.com' }, { MessageAction: undefined }),
    '`UpdateUserAttributes`, a name': ownUpdates({ family_name: 'Brown' }),
    '`UpdateUserAttributes`, an address': ownUpdates({ email: 'own@example.com' }),
    '`DeleteUserAttributes`': withToken((token) =>
      cognito.send(new DeleteUserAttributesCommand({ ...token, UserAttributeNames: ['given_name'] })),
    ),
    '`GetUserAttributeVerificationCode`': withToken((token) =>
      cognito.send(new GetUserAttributeVerificationCodeCommand({ ...token, AttributeName: 'email' })),
    ),
    '`VerifyUserAttribute`': async () => {
      const { username, sub } = nextPerson();
      const token = await stage.tokenOf(username);
      await stage.adminUpdate(username, { email: 'verified-later@example.com' });
      return async () => {
        const Code = stage.codeOf(username);
        await cognito.send(new VerifyUserAttributeCommand({ ...token, AttributeName: 'email', Code }));
        return sub;
      };
    },
    '`ConfirmSignUp`': async () => {
      const sub = await stage.signUp('self-made');
      return async () => {
        const ConfirmationCode = stage.codeOf('self-made');
        await cognito.send(new ConfirmSignUpCommand({ ...app, Username: 'self-made', ConfirmationCode }));
        return sub;
      };
    },
    '`AdminConfirmSignUp`': async () => {
      const sub = await stage.signUp('let-in');
      return async () => {
        await cognito.send(new AdminConfirmSignUpCommand({ ...pool, Username: 'let-in' }));
        return sub;
      };
    },
    'sign-up confirmed by link, CloudTrail names the user': async () => {
      await stage.signUp('link-clicker');
      pagesNameTheUser(true);
      return () => stage.openLink('link-clicker');
    },
    'sign-up confirmed by link, CloudTrail names no user': async () => {
      await stage.signUp('silent-clicker');
      pagesNameTheUser(false);
      return () => stage.openLink('silent-clicker');
    },
    'changed address verified by link, CloudTrail names the user': addressVerifiedByLink(true),
    'changed address verified by link, CloudTrail names no user': addressVerifiedByLink(false),
    '`RespondToAuthChallenge` with new attributes': firstSignIn('first-timer', false),
    '`AdminRespondToAuthChallenge` with new attributes': firstSignIn('led-by-hand', true),
    '`RespondToAuthChallenge`, post-authentication not attached': async () => {
      await withoutPostAuthentication();
      return firstSignIn('unnoticed', false)();
    },
    'federated sign-in, first': async () => () => federatedSignIn('newcomer', 'New'),
    'federated sign-in, later': async () => {
      await federatedSignIn('regular', 'Before');
      return () => federatedSignIn('regular', 'After');
    },
    'federated sign-in, later, post-authentication not attached': async () => {
      await federatedSignIn('shadow', 'Before');
      await withoutPostAuthentication();
      return () => federatedSignIn('shadow', 'After');
    },
    '`AdminCreateUser` with `ForceAliasCreation`: the owner of the address before': async () => {
      const { username, sub } = nextPerson();
      const owned = { email: `${username}@example.com`, email_verified: 'true' };
      return async () => {
        await stage.create('taker', owned, { ForceAliasCreation: true });
        return sub;
      };
    },
    '`AdminDisableUser`': byAdministrator(AdminDisableUserCommand),
    '`AdminEnableUser`': byAdministrator(AdminEnableUserCommand),
    '`AdminDeleteUser`': byAdministrator(AdminDeleteUserCommand),
    '`DeleteUser`': withToken((token) => cognito.send(new DeleteUserCommand(token))),
    '`AdminAddUserToGroup`': group(AdminAddUserToGroupCommand),
    '`AdminRemoveUserFromGroup`': group(AdminRemoveUserFromGroupCommand),
    '`DeleteGroup`: its members': async () => {
      const { user, sub } = nextPerson();
      await cognito.send(new AdminAddUserToGroupCommand({ ...user, GroupName: 'others' }));
      return async () => {
        await cognito.send(new DeleteGroupCommand({ ...pool, GroupName: 'others' }));
        return sub;
      };
    },
  };
}
