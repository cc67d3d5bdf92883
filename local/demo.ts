import {
  AdminUpdateUserAttributesCommand,
  CognitoIdentityProviderClient,
  InitiateAuthCommand,
  VerifyUserAttributeCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import type { User, UserIdentityInfo } from '@aws-sdk/client-connect';
import type { Environment } from './environment.ts';
import { SEED_PASSWORD } from './seed.ts';

/** Longest time that the demonstration waits for a change to arrive, milliseconds. */
const ARRIVAL_LIMIT_MS = 20_000;

/** Prints one line for a person. */
export type Print = (line?: string) => void;

/**
 * Shows the product with the first seeded user: a name, an address that an administrator has verified, and an address that
 * waits until the user verifies it. A real AWS SDK client makes the changes.
 *
 * @throws {Error} when a change does not arrive, or arrives with another value.
 */
export async function demonstrate(environment: Environment, print: Print): Promise<void> {
  const { description, local } = environment;
  const user = description.users[0];
  if (user === undefined) throw new Error('No user was seeded, so there is nothing to demonstrate.');
  const cognito = createClient(environment);
  try {
    // Read Connect beside its API, so that the demonstration does not use the quota of the worker.
    const describe = (): UserIdentityInfo => {
      const { users } = local.services.connect.admin.users({ id: user.connectUserId }) as {
        readonly users: readonly User[];
      };
      return users[0]?.IdentityInfo ?? {};
    };
    let shown = describe();
    const step = async (expected: UserIdentityInfo, act: () => Promise<unknown>) => {
      const arrival = watch(environment, user.connectUserId, expected);
      await act();
      const answeredAt = performance.now();
      const arrivedAt = await arrival;
      const after = describe();
      assertShows(after, expected);
      print(`   before  ${format(shown)}`);
      print(`   after   ${format(after)}`);
      print(`   Connect had it ${Math.max(0, Math.round(arrivedAt - answeredAt))} ms after Cognito had answered.`);
      print();
      shown = after;
    };
    const change = (attributes: Readonly<Record<string, string>>) =>
      cognito.send(
        new AdminUpdateUserAttributesCommand({
          UserPoolId: description.userPoolId,
          Username: user.username,
          UserAttributes: Object.entries(attributes).map(([Name, Value]) => ({ Name, Value })),
        }),
      );

    print('A  A name changes. No code is sent, so no trigger runs: CloudTrail announces it.');
    print('   AdminUpdateUserAttributes family_name=Jones');
    await step({ ...shown, LastName: 'Jones' }, () => change({ family_name: 'Jones' }));

    print('B  An address changes, and the administrator vouches for it: CloudTrail again.');
    print('   AdminUpdateUserAttributes email=mary.jones@example.com email_verified=true');
    await step({ ...shown, Email: 'mary.jones@example.com' }, () =>
      change({ email: 'mary.jones@example.com', email_verified: 'true' }),
    );

    print('C  An address changes and is not verified: Cognito sends a code, and its');
    print('   custom message trigger runs.');
    print('   AdminUpdateUserAttributes email=mary@example.org');
    const looks = workerInvocations(environment);
    await change({ email: 'mary@example.org' });
    await until(() => workerInvocations(environment) > looks && isQuiet(environment));
    const waiting = describe();
    assertShows(waiting, shown);
    print(`   waits   ${format(waiting)}`);
    const code = local.services.cognito.outbox().findLast((mail) => mail.username === user.username)?.code;
    if (code === undefined) throw new Error('Cognito has sent no code.');
    print(`   The user signs in and enters the code ${code} from the message:`);
    await step({ ...shown, Email: 'mary@example.org' }, async () => {
      const AccessToken = await signIn(cognito, description.userPoolClientId, user.username);
      await cognito.send(new VerifyUserAttributeCommand({ AccessToken, AttributeName: 'email', Code: code }));
    });
  } finally {
    cognito.destroy();
  }
}

function createClient({ description }: Environment): CognitoIdentityProviderClient {
  const { endpoint, region, accessKeyId, secretAccessKey } = description;
  return new CognitoIdentityProviderClient({ endpoint, region, credentials: { accessKeyId, secretAccessKey } });
}

async function signIn(cognito: CognitoIdentityProviderClient, ClientId: string, username: string) {
  const { AuthenticationResult } = await cognito.send(
    new InitiateAuthCommand({
      ClientId,
      AuthFlow: 'USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME: username, PASSWORD: SEED_PASSWORD },
    }),
  );
  return AuthenticationResult?.AccessToken;
}

/** Resolves when Connect has `expected`, with `performance.now()` of that moment. Makes no call to Connect. */
function watch({ local }: Environment, connectUserId: string, expected: UserIdentityInfo): Promise<number> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => {
      stop();
      reject(new Error(`The change did not reach Connect within ${ARRIVAL_LIMIT_MS / 1_000} s.`));
    }, ARRIVAL_LIMIT_MS);
    const stop = local.services.connect.onChange(({ user }) => {
      if (user.Id !== connectUserId || !shows(user.IdentityInfo ?? {}, expected)) return;
      const arrivedAt = performance.now();
      clearTimeout(late);
      stop();
      resolve(arrivedAt);
    });
  });
}

const FIELDS = ['FirstName', 'LastName', 'Email', 'SecondaryEmail', 'Mobile'] as const;

const shows = (identity: UserIdentityInfo, expected: UserIdentityInfo): boolean =>
  FIELDS.every((field) => (identity[field] ?? '') === (expected[field] ?? ''));

function assertShows(identity: UserIdentityInfo, expected: UserIdentityInfo): void {
  if (shows(identity, expected)) return;
  throw new Error(`Connect shows ${format(identity)}; expected ${format(expected)}.`);
}

const format = ({ FirstName, LastName, Email }: UserIdentityInfo) => `${FirstName} ${LastName} <${Email}>`;

const workerInvocations = ({ description, local }: Environment) =>
  local.services.lambda.stats()[description.functions.syncWorker]?.invocations ?? 0;

/** Resolves when no message is queued or in work. */
const isQuiet = ({ local }: Environment) =>
  Object.values(local.services.sqs.stats()).every(
    ({ visible, inFlight, delayed }) => visible + inFlight + delayed === 0,
  );

async function until(condition: () => boolean): Promise<void> {
  const deadline = performance.now() + ARRIVAL_LIMIT_MS;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error('The worker was not invoked.');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
