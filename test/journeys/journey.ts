import { expect, onTestFinished } from 'vitest';
import { toItem } from '../../lambda/adapters/dynamodb-items.ts';
import { act, people } from '../support/simulation/actions.ts';
import type { Onlooker } from '../support/simulation/onlooker.ts';
import { CALM, type WorldSettings } from '../support/simulation/settings.ts';
import { startWorld, type World } from '../support/simulation/world.ts';
import { createPage } from './page.ts';

const USERNAME = 'mary';
const PASSWORD = 'Correct-horse-1';
const ADDRESS = 'mary.smith@example.com';
const IN_COGNITO = { given_name: 'Mary', family_name: 'Smith', email: ADDRESS, email_verified: 'true' };
const IN_CONNECT = { FirstName: 'Mary', LastName: 'Smith', Email: ADDRESS };
/** What must be in no message, no row and no log line. */
const PERSONAL = /mary|smith|jones|example\.com/i;
const LIMIT_MS = 24 * 3_600_000;
const MOST_LINES = 60;

/** How a story begins. */
export interface Beginning {
  readonly title: string;
  readonly introduction: string;
  /** What Connect holds of Mary, a made-up person. */
  readonly inConnect?: Readonly<Record<string, string>>;
  /** Mary is in Cognito, linked and in step; else she is in Connect only. */
  readonly linked?: boolean;
  readonly settings?: Partial<WorldSettings>;
}

/**
 * Begins a story about one person: the real handlers and adapters run over the services of the simulation, where nothing
 * goes wrong unless the story says so. What happens in a step is written to the page of the story.
 */
export async function beginJourney({
  title,
  introduction,
  inConnect = IN_CONNECT,
  linked = true,
  settings,
}: Beginning) {
  const page = createPage(title, introduction);
  const onlooker: Onlooker = {
    invoked(name, event) {
      if (name === 'pool-trigger' || name === 'change-intake') page.event(name, event);
    },
    called(service, operation, input, answer) {
      if (service === 'connect') page.request(operation, input, answer);
      if (service === 'sqs' && operation === 'SendMessage') page.message(input);
    },
    logged: page.line,
  };
  const world = await startWorld({ ...CALM, latencyMs: 0, people: [], ...settings }, onlooker);
  onTestFinished(world.close);
  const { services, table } = world;
  const mary = actsOf(world);
  const [connectUser] = services.connect.seedUsers([{ Username: USERNAME, IdentityInfo: inConnect }]);
  const connectUserId = connectUser?.Id ?? '';
  const subOf = async () => (await people(world))[0]?.sub;
  let sub: string | undefined;
  if (linked) {
    await mary.create();
    sub = (await subOf()) ?? '';
    const linkedAt = world.clock.now() - 3_600_000;
    table.put(toItem({ pk: `claim#${connectUserId}`, sub, claimedAt: linkedAt }));
    table.put(toItem({ pk: `user#${sub}`, sub, connectUserId, linkedAt }));
    await world.send(sub);
  }
  await world.settle(LIMIT_MS);
  await world.advance(10 * 60_000);
  page.begin();

  return {
    ...mary,
    world,
    /** One thing that happens, what follows from it, and the row at the end. */
    async step(heading: string, happen: () => Promise<unknown>): Promise<void> {
      page.heading(heading);
      // Cognito answers only once its trigger has, for which time has to pass.
      const happened = happen();
      await world.settle(LIMIT_MS);
      await happened;
      sub ??= await subOf();
      page.row(table.get(`user#${sub}`));
    },
    /** Compares the page with the one that is kept. */
    async tell(): Promise<void> {
      const text = page.text({
        [sub ?? '']: 'SUB-OF-MARY',
        [connectUserId]: 'MARY-IN-CONNECT',
        [world.userPoolId]: 'POOL',
        [services.queues.changes]: 'changes.fifo',
      });
      await expect(text).toMatchFileSnapshot(`pages/${title.toLowerCase().replaceAll(' ', '-')}.md`);
      expect(text.split('\n').length).toBeLessThanOrEqual(MOST_LINES);
      expect(page.stored().filter((stored) => PERSONAL.test(stored))).toEqual([]);
    },
  };
}

/** What Mary and the administrators do in Cognito. */
function actsOf(world: World) {
  const { userPoolId: UserPoolId, clientId: ClientId, services } = world;
  const toList = (values: Readonly<Record<string, string>>) =>
    Object.entries(values).map(([Name, Value]) => ({ Name, Value }));
  const cognito = <Output>(operation: string, input: object): Promise<Output> =>
    services.call('cognito-idp', operation, input);
  const admin = (operation: string, input: object = {}): Promise<unknown> =>
    cognito(operation, { UserPoolId, Username: USERNAME, ...input });
  const signIn = async () => {
    await admin('AdminSetUserPassword', { Password: PASSWORD, Permanent: true });
    const AuthParameters = { USERNAME, PASSWORD };
    const { AuthenticationResult } = await cognito<{ readonly AuthenticationResult: { readonly AccessToken: string } }>(
      'InitiateAuth',
      { ClientId, AuthFlow: 'USER_PASSWORD_AUTH', AuthParameters },
    );
    return { AccessToken: AuthenticationResult.AccessToken };
  };
  return {
    create: () => admin('AdminCreateUser', { MessageAction: 'SUPPRESS', UserAttributes: toList(IN_COGNITO) }),
    delete: () => admin('AdminDeleteUser'),
    /** An administrator changes attributes. */
    adminUpdate: (values: Readonly<Record<string, string>>) =>
      admin('AdminUpdateUserAttributes', { UserAttributes: toList(values) }),
    /** Mary changes her attributes herself. */
    ownUpdate: async (values: Readonly<Record<string, string>>) =>
      cognito('UpdateUserAttributes', { ...(await signIn()), UserAttributes: toList(values) }),
    /** Mary types the code that she was sent. */
    verifyAddress: async () => {
      const Code = services.cognito.outbox().findLast(({ username }) => username === USERNAME)?.code;
      await cognito('VerifyUserAttribute', { ...(await signIn()), AttributeName: 'email', Code });
    },
    /** An operator releases what is held. */
    release: () => act(world, 0, { do: 'release' }),
  };
}
