import {
  AdminUpdateUserAttributesCommand,
  InitiateAuthCommand,
  UpdateUserAttributesCommand,
  VerifyUserAttributeCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import type { UserIdentityInfo } from '@aws-sdk/client-connect';
import {
  CreateFunctionCommand,
  GetFunctionConfigurationCommand,
  InvokeCommand,
  ListEventSourceMappingsCommand,
  UpdateEventSourceMappingCommand,
} from '@aws-sdk/client-lambda';
import { zipSync } from 'fflate';
import { SEED_PASSWORD, type SeededUser } from '../local/seed.ts';
import { type Deployed, deploy, pause, timed } from './harness/deployed.ts';
import { median, quantile } from './harness/random.ts';
import { type Goal, milliseconds, type Question, type Table } from './harness/report.ts';

const SAMPLES = 30;
/** First changes of a route, not counted: functions start, connections are made. */
const WARM_UP = 3;
/** Between two changes, so that each is alone. */
const GAP_MS = 300;
/** From asking for a code to entering it: a person needs this long to read a mail. */
const READING_MS = 4_000;
/** They take turns, so that no change waits for the look at an earlier one. */
const PEOPLE = 12;
/** Far above what these changes need: how long a change waits for its turn is another question. */
const CALLS_PER_SECOND = 50;
const ARRIVAL_LIMIT_MS = 15_000;
const INVOCATIONS = 200;

interface Route {
  readonly name: string;
  readonly goalMs: number;
  readonly latencies: readonly number[];
}

/** How long after Cognito's answer does Connect have a change, route by route, and what does the trigger add to a call? */
export const benchLatency: Question = async (progress) => {
  const deployed = await deploy(PEOPLE, { connectRequestsPerSecond: CALLS_PER_SECOND });
  const { cloudtrail, connect } = deployed.local.services;
  const quota = { ratePerSecond: CALLS_PER_SECOND, burst: CALLS_PER_SECOND };
  connect.admin.settings({ quotas: { default: quota } });
  const userOf = (sample: number): SeededUser => {
    const user = deployed.description.users[sample % PEOPLE];
    if (user === undefined) throw new Error('No user was seeded.');
    return user;
  };
  try {
    const routes: Route[] = [];
    const add = (name: string, goalMs: number, all: readonly number[]) => {
      const latencies = all.slice(WARM_UP);
      routes.push({ name, goalMs, latencies });
      progress(`${name}: median ${milliseconds(median(latencies))}, p95 ${milliseconds(quantile(latencies, 0.95))}`);
    };
    const measure = async (name: string, goalMs: number, once: (sample: number) => Promise<number>) => {
      const latencies: number[] = [];
      for (let sample = 0; sample < WARM_UP + SAMPLES; sample += 1) {
        latencies.push(await once(sample));
        await pause(GAP_MS);
      }
      add(name, goalMs, latencies);
    };
    await measure('CloudTrail alone: a name', 700, (sample) =>
      changeName(deployed, userOf(sample), `Trail ${sample}`, {}),
    );
    cloudtrail.admin.settings({ lose: 1 });
    await measure('trigger alone: a name beside an unverified address', 500, (sample) =>
      changeName(deployed, userOf(sample), `Trigger ${sample}`, { email: `trigger-${sample}@example.com` }),
    );
    cloudtrail.admin.settings({ lose: 0 });
    const verified: number[] = [];
    for (let round = 0; verified.length < WARM_UP + SAMPLES; round += 1) {
      verified.push(...(await verifyAddresses(deployed, round)));
    }
    add('self-service: an address, from the code entered', 500, verified);
    const cost = await triggerCost(deployed, userOf(0));
    progress(`pool-trigger: ${milliseconds(cost.trigger)}, empty function: ${milliseconds(cost.empty)}`);
    return { tables: [toTable(routes), costTable(cost)], goals: [...routes.flatMap(goalsOf), costGoal(cost)] };
  } finally {
    await deployed.close();
  }
};

/** Milliseconds from the answer of `act` to the moment in which Connect holds what is `expected`; asks Connect nothing. */
async function arrival({ local }: Deployed, expected: UserIdentityInfo, act: () => Promise<unknown>): Promise<number> {
  const arrived = new Promise<number>((resolve, reject) => {
    const late = setTimeout(() => reject(new Error('A change did not arrive.')), ARRIVAL_LIMIT_MS);
    const stop = local.services.connect.onChange(({ user: { IdentityInfo = {} } }) => {
      const names = Object.keys(expected) as (keyof UserIdentityInfo)[];
      if (names.some((name) => IdentityInfo[name] !== expected[name])) return;
      resolve(performance.now());
      clearTimeout(late);
      stop();
    });
  });
  await act();
  const answeredAt = performance.now();
  // A change that overtakes the answer costs no time.
  return Math.max(0, (await arrived) - answeredAt);
}

const changeName = (
  deployed: Deployed,
  { username }: SeededUser,
  name: string,
  beside: Readonly<Record<string, string>>,
): Promise<number> =>
  arrival(deployed, { FirstName: name }, () =>
    deployed.clients.cognito.send(
      new AdminUpdateUserAttributesCommand({
        UserPoolId: deployed.description.userPoolId,
        Username: username,
        UserAttributes: Object.entries({ given_name: name, ...beside }).map(([Name, Value]) => ({ Name, Value })),
      }),
    ),
  );

/** Each user asks for a new address, gets a code by mail, and enters it when nothing else happens. */
async function verifyAddresses(deployed: Deployed, round: number): Promise<readonly number[]> {
  const { clients, description, local } = deployed;
  const addressOf = ({ username }: SeededUser) => `${username}-${round}@example.com`;
  const tokens = new Map<SeededUser, string | undefined>();
  for (const user of description.users) {
    const { AuthenticationResult } = await clients.cognito.send(
      new InitiateAuthCommand({
        ClientId: description.userPoolClientId,
        AuthFlow: 'USER_PASSWORD_AUTH',
        AuthParameters: { USERNAME: user.username, PASSWORD: SEED_PASSWORD },
      }),
    );
    const AccessToken = AuthenticationResult?.AccessToken;
    tokens.set(user, AccessToken);
    const UserAttributes = [{ Name: 'email', Value: addressOf(user) }];
    await clients.cognito.send(new UpdateUserAttributesCommand({ AccessToken, UserAttributes }));
  }
  await pause(READING_MS);
  const latencies: number[] = [];
  for (const [user, AccessToken] of tokens) {
    const Code = local.services.cognito.outbox().findLast(({ username }) => username === user.username)?.code;
    const verify = new VerifyUserAttributeCommand({ AccessToken, AttributeName: 'email', Code });
    latencies.push(await arrival(deployed, { Email: addressOf(user) }, () => clients.cognito.send(verify)));
    await pause(GAP_MS);
  }
  return latencies;
}

interface Cost {
  readonly trigger: number;
  readonly empty: number;
}

/** Warm invocations of the trigger and of an empty function by turns, the worker held still meanwhile; medians. */
async function triggerCost(
  { clients: { lambda }, description }: Deployed,
  { sub, username }: SeededUser,
): Promise<Cost> {
  const FunctionName = 'bench-empty';
  const { functions, userPoolId, region } = description;
  const { EventSourceMappings = [] } = await lambda.send(new ListEventSourceMappingsCommand({}));
  for (const { UUID } of EventSourceMappings) {
    await lambda.send(new UpdateEventSourceMappingCommand({ UUID, Enabled: false }));
  }
  const { Role, Runtime } = await lambda.send(
    new GetFunctionConfigurationCommand({ FunctionName: functions.poolTrigger }),
  );
  const code = Buffer.from('exports.handler = async (event) => event;');
  const ZipFile = zipSync({ 'index.js': code });
  await lambda.send(
    new CreateFunctionCommand({ FunctionName, Role, Runtime, Handler: 'index.handler', Code: { ZipFile } }),
  );
  const event = {
    version: '1',
    region,
    userPoolId,
    userName: username,
    triggerSource: 'CustomMessage_UpdateUserAttribute',
    callerContext: { awsSdkVersion: 'bench', clientId: 'CLIENT_ID_NOT_APPLICABLE' },
    request: { userAttributes: { sub }, codeParameter: '####', clientMetadata: {} },
    response: { smsMessage: null, emailMessage: null, emailSubject: null },
  };
  const Payload = Buffer.from(JSON.stringify(event));
  const invoke = async (name: string) => {
    const answer = await lambda.send(new InvokeCommand({ FunctionName: name, Payload }));
    if (answer.FunctionError !== undefined) throw new Error(`${name} failed: ${Buffer.from(answer.Payload ?? [])}`);
  };
  const samples: { readonly trigger: number; readonly empty: number }[] = [];
  for (let sample = 0; sample < INVOCATIONS + 20; sample += 1) {
    const trigger = await timed(() => invoke(functions.poolTrigger));
    const empty = await timed(() => invoke(FunctionName));
    if (sample >= 20) samples.push({ trigger, empty });
  }
  return {
    trigger: median(samples.map(({ trigger }) => trigger)),
    empty: median(samples.map(({ empty }) => empty)),
  };
}

const toTable = (routes: readonly Route[]): Table => ({
  caption: `From Cognito's answer to the new value in Connect, local cloud, ${SAMPLES} changes or more each`,
  columns: ['route', 'median', 'p95', 'slowest'],
  rows: routes.map(({ name, latencies }) => [
    name,
    milliseconds(median(latencies)),
    milliseconds(quantile(latencies, 0.95)),
    milliseconds(Math.max(...latencies)),
  ]),
});

const goalsOf = ({ name, goalMs, latencies }: Route): readonly Goal[] => {
  const [middle, p95] = [median(latencies), quantile(latencies, 0.95)];
  return [
    {
      goal: `${name}: median below ${goalMs} ms, p95 below 1 s`,
      measured: `${milliseconds(middle)}, ${milliseconds(p95)}`,
      met: middle < goalMs && p95 < 1_000,
    },
  ];
};

const costTable = ({ trigger, empty }: Cost): Table => ({
  caption: `A warm call through the gateway, ${INVOCATIONS} by turns, median`,
  columns: ['function', 'milliseconds'],
  rows: [
    ['pool-trigger, which sends one message', trigger.toFixed(1)],
    ['an empty function', empty.toFixed(1)],
  ],
});

const costGoal = ({ trigger, empty }: Cost): Goal => ({
  goal: 'the trigger adds less than 15 ms to a call',
  measured: milliseconds(trigger - empty),
  met: trigger - empty < 15,
});
