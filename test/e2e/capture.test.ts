import { readFileSync } from 'node:fs';
import {
  AdminAddUserToGroupCommand,
  AdminConfirmSignUpCommand,
  AdminDeleteUserAttributesCommand,
  AdminInitiateAuthCommand,
  AdminRemoveUserFromGroupCommand,
  AdminRespondToAuthChallengeCommand,
  ConfirmSignUpCommand,
  CreateGroupCommand,
  DeleteGroupCommand,
  DeleteUserAttributesCommand,
  GetUserAttributeVerificationCodeCommand,
  InitiateAuthCommand,
  RespondToAuthChallengeCommand,
  UpdateUserAttributesCommand,
  VerifyUserAttributeCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { numberedPeople, SEED_PASSWORD, type SeededUser } from '../../local/seed.ts';
import { type Attributes, attributeList, onStage, type Stage } from '../support/acting.ts';
import { deploy, eventually } from '../support/deployed.ts';
import { type TappedEvent, tapRules } from '../support/rule-taps.ts';
import { attach, ownPool, POOL_TRIGGERS } from '../support/user-pools.ts';

/** The table that people read: this file proves every row of it, and has nothing that is not in it. */
const page = readFileSync(new URL('../../docs/architecture.md', import.meta.url), 'utf8');
const rows = (page.split(/<!-{2} \/?capture-table -->/)[1] ?? '')
  .trim()
  .split('\n')
  .slice(2)
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .map(([, what = '', message = '', other = '', rule = '', notes = '']) => ({ what, message, other, rule, notes }));
const titled = rows.map((row) => [row.what, row] as const);

let stage: Stage;
let marker: SeededUser;
let readTaps: () => Promise<readonly TappedEvent[]>;
let pool: { readonly UserPoolId: string };
let app: { readonly ClientId: string };
beforeAll(async () => {
  const deployed = await deploy(numberedPeople(24), {
    configuration: {
      postAuthentication: true,
      scope: { kind: 'group', group: 'agents' },
      connectRequestsPerSecond: 100,
    },
    prepare: ownPool({
      AliasAttributes: ['email'],
      UserAttributeUpdateSettings: { AttributesRequireVerificationBeforeUpdate: ['email'] },
    }),
  });
  stage = onStage(deployed);
  marker = stage.nextPerson();
  const { description, local, clients } = stage;
  pool = { UserPoolId: description.userPoolId };
  app = { ClientId: description.userPoolClientId };
  local.services.connect.admin.settings({ quotas: { default: { ratePerSecond: 1_000, burst: 1_000 } } });
  await attach(stage, POOL_TRIGGERS);
  for (const GroupName of ['agents', 'others'])
    await clients.cognito.send(new CreateGroupCommand({ ...pool, GroupName }));
  readTaps = await tapRules(deployed);
});
afterAll(() => stage?.close());

/** Somebody whom no other row changes. */
const nextPerson = () => {
  const person = stage.nextPerson();
  return { ...person, user: { ...pool, Username: person.username } };
};
const cognito = () => stage.clients.cognito;
const federatedSignIn = (subject: string, given_name: string) =>
  stage.federatedSignIn(subject, { given_name, family_name: 'Federated' });
const pagesNameTheUser = (pageEventsCarrySub: boolean) =>
  stage.local.services.cognito.admin.settings?.({ pageEventsCarrySub });
const withoutPostAuthentication = async () => {
  onTestFinished(() => attach(stage, POOL_TRIGGERS));
  await attach(stage, ['CustomMessage', 'PostConfirmation']);
};

/** Gets everything ready for a change; what it returns makes the change and tells whose it was. */
type Way = () => Promise<() => Promise<string>>;

const adminUpdates = (attributes: Attributes): Way => {
  return async () => {
    const { username, sub } = nextPerson();
    return async () => {
      await stage.adminUpdate(username, attributes);
      return sub;
    };
  };
};
/** A call that somebody makes with their own token. */
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
    cognito().send(new UpdateUserAttributesCommand({ ...token, UserAttributes: attributeList(attributes) })),
  );
const firstSignIn = (username: string, byAdmin: boolean): Way => {
  return async () => {
    const sub = await stage.create(username, {});
    const AuthParameters = { USERNAME: username, PASSWORD: SEED_PASSWORD };
    const { Session } = byAdmin
      ? await cognito().send(
          new AdminInitiateAuthCommand({ ...pool, ...app, AuthFlow: 'ADMIN_USER_PASSWORD_AUTH', AuthParameters }),
        )
      : await cognito().send(new InitiateAuthCommand({ ...app, AuthFlow: 'USER_PASSWORD_AUTH', AuthParameters }));
    const answer = {
      ...app,
      Session,
      ChallengeName: 'NEW_PASSWORD_REQUIRED' as const,
      ChallengeResponses: { USERNAME: username, NEW_PASSWORD: 'Second-one-2', 'userAttributes.given_name': 'Other' },
    };
    return async () => {
      if (byAdmin) await cognito().send(new AdminRespondToAuthChallengeCommand({ ...pool, ...answer }));
      else await cognito().send(new RespondToAuthChallengeCommand(answer));
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
      await cognito().send(new Command({ ...user, GroupName: 'agents' }));
      return sub;
    };
  };
};

const ways: Readonly<Record<string, Way>> = {
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
      await cognito().send(new AdminDeleteUserAttributesCommand({ ...user, UserAttributeNames: ['given_name'] }));
      return sub;
    };
  },
  '`AdminCreateUser`': async () => () =>
    stage.create('invited', { email: 'invited@example.com' }, { MessageAction: undefined }),
  '`UpdateUserAttributes`, a name': ownUpdates({ family_name: 'Brown' }),
  '`UpdateUserAttributes`, an address': ownUpdates({ email: 'own@example.com' }),
  '`DeleteUserAttributes`': withToken((token) =>
    cognito().send(new DeleteUserAttributesCommand({ ...token, UserAttributeNames: ['given_name'] })),
  ),
  '`GetUserAttributeVerificationCode`': withToken((token) =>
    cognito().send(new GetUserAttributeVerificationCodeCommand({ ...token, AttributeName: 'email' })),
  ),
  '`VerifyUserAttribute`': async () => {
    const { username, sub } = nextPerson();
    const token = await stage.tokenOf(username);
    await stage.adminUpdate(username, { email: 'verified-later@example.com' });
    return async () => {
      const Code = stage.codeOf(username);
      await cognito().send(new VerifyUserAttributeCommand({ ...token, AttributeName: 'email', Code }));
      return sub;
    };
  },
  '`ConfirmSignUp`': async () => {
    const sub = await stage.signUp('self-made');
    return async () => {
      const ConfirmationCode = stage.codeOf('self-made');
      await cognito().send(new ConfirmSignUpCommand({ ...app, Username: 'self-made', ConfirmationCode }));
      return sub;
    };
  },
  '`AdminConfirmSignUp`': async () => {
    const sub = await stage.signUp('let-in');
    return async () => {
      await cognito().send(new AdminConfirmSignUpCommand({ ...pool, Username: 'let-in' }));
      return sub;
    };
  },
  'sign-up confirmed by link, CloudTrail names the user': async () => {
    await stage.signUp('link-clicker');
    pagesNameTheUser(true);
    return () => stage.openLink('link-clicker');
  },
  'sign-up confirmed by link, CloudTrail names nobody': async () => {
    await stage.signUp('silent-clicker');
    pagesNameTheUser(false);
    return () => stage.openLink('silent-clicker');
  },
  'changed address verified by link, CloudTrail names the user': addressVerifiedByLink(true),
  'changed address verified by link, CloudTrail names nobody': addressVerifiedByLink(false),
  '`RespondToAuthChallenge` with new attributes': firstSignIn('first-timer', false),
  '`AdminRespondToAuthChallenge` with new attributes': firstSignIn('led-by-hand', true),
  'the same, post-authentication not attached': async () => {
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
  '`AdminAddUserToGroup`': group(AdminAddUserToGroupCommand),
  '`AdminRemoveUserFromGroup`': group(AdminRemoveUserFromGroupCommand),
  '`DeleteGroup`: its members': async () => {
    const { user, sub } = nextPerson();
    await cognito().send(new AdminAddUserToGroupCommand({ ...user, GroupName: 'others' }));
    return async () => {
      await cognito().send(new DeleteGroupCommand({ ...pool, GroupName: 'others' }));
      return sub;
    };
  },
};

let markers = 0;
/**
 * Resolves when whatever happened so far has passed the rules and the intake: the record of one more change comes after
 * all of its records, and the intake has a line for each event.
 */
async function settle(): Promise<readonly TappedEvent[]> {
  markers += 1;
  await stage.adminUpdate(marker.username, { nickname: `marker ${markers}` });
  return eventually('all events to be taken in', async () => {
    const events = await readTaps();
    const isThrough = events.filter(({ sub }) => sub === marker.sub).length === markers;
    return isThrough && stage.intakeLines().length === events.length && events;
  });
}
const names = (found: readonly string[]) => [...new Set(found)].toSorted().join(', ') || '–';

it.each(titled)('%s: seen by what the table says, and by nothing else', async (_, { what, message, other, rule }) => {
  const change = await ways[what]?.();
  if (change === undefined) throw new Error('This row has no test.');
  const eventsBefore = (await settle()).length;
  const linesBefore = stage.logLines('poolTrigger').length;

  const sub = await change();
  const events = (await settle()).slice(eventsBefore).filter((event) => event.sub === sub);

  const triggered = stage
    .logLines('poolTrigger')
    .slice(linesBefore)
    .filter((line) => line.sub === sub && line.message === 'change noted');
  const causes = triggered.map(({ cause }) => String(cause));
  expect({
    message: causes.includes('trigger') ? 'yes' : '–',
    other: names(causes.filter((cause) => cause !== 'trigger')),
    rule: names(events.map((event) => event.rule)),
  }).toEqual({ message, other, rule });

  const takenIn = stage.intakeLines().filter(({ eventId }) => events.some((event) => event.eventId === eventId));
  const noted = [...triggered, ...takenIn.filter(({ why }) => why !== 'unknown-user')].map(({ eventId }) => eventId);
  expect(takenIn).toHaveLength(events.length);
  expect(noted.length > 0).toBe(message !== '–' || other !== '–' || rule !== '–');
  await eventually('the worker to have looked', () => {
    const looked = stage.logLines('syncWorker').flatMap(({ eventIds }) => eventIds as readonly unknown[]);
    return noted.every((eventId) => looked.includes(eventId));
  });
});

it('has a way for each row, and a row for each way', () => {
  expect(rows.map(({ what }) => what).toSorted()).toEqual(Object.keys(ways).toSorted());
});

it.each(titled)('%s: has a route, or says that it needs a sweep', (_, { message, other, rule, notes }) => {
  const hasRoute = [message, other, rule].some((cell) => cell !== '–');

  expect(notes.startsWith('none: needs a sweep')).toBe(!hasRoute);
});
