import { createVirtualClock } from '../../clock.ts';
import { AwsError, type Caller, type Cloud } from '../../service.ts';
import { createRandom } from '../../services/cloudtrail/index.ts';
import { createCognito } from '../../services/cognito/index.ts';
import { CALM, type Weather } from '../../weather/index.ts';

export const FUNCTION_ARN = 'arn:aws:lambda:eu-west-1:111122223333:function:pool-trigger';

/** An event as a trigger function receives it. */
interface TriggerEvent {
  readonly triggerSource: string;
  readonly userName: string;
  readonly request: { readonly userAttributes: Readonly<Record<string, string>>; readonly [name: string]: unknown };
  readonly response: Readonly<Record<string, unknown>>;
  readonly [name: string]: unknown;
}

/** What a trigger function answers: the event by default; may throw an `AwsError` as Lambda would. */
export type TriggerFunction = (event: TriggerEvent) => unknown;

/** Makes a function fail as Lambda reports a thrown error. */
export class FunctionError extends Error {
  override readonly name = 'FunctionError';
}

/** Cognito on a clock that stands still at 2026-01-01, with a Lambda and an EventBridge that write down what they get. */
export function startCognito(answer: TriggerFunction = (event) => event, weather = CALM) {
  const clock = createVirtualClock(Date.UTC(2026, 0, 1));
  const invocations: { readonly functionName: string; readonly caller: Caller; readonly event: TriggerEvent }[] = [];
  const entries: {
    readonly Source: string;
    readonly DetailType: string;
    readonly Detail: string;
    readonly Time: Date;
  }[] = [];
  const cloud: Cloud = {
    clock,
    accountId: '111122223333',
    region: 'eu-west-1',
    endpoint: () => 'http://127.0.0.1:1',
    call: async <Output>(service: string, operation: string, input: object, caller: Caller): Promise<Output> => {
      if (`${service}.${operation}` === 'events.PutEvents') {
        entries.push(...(input as { Entries: typeof entries }).Entries);
        return { FailedEntryCount: 0, Entries: [{ EventId: '1' }] } as Output;
      }
      const { FunctionName, Payload } = input as { readonly FunctionName: string; readonly Payload: Uint8Array };
      const event = JSON.parse(new TextDecoder().decode(Payload)) as TriggerEvent;
      invocations.push({ functionName: FunctionName, caller, event });
      const encode = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
      try {
        return { StatusCode: 200, Payload: encode(await answer(event)) } as Output;
      } catch (error) {
        if (!(error instanceof FunctionError)) throw error;
        const errorMessage = error.message;
        return {
          StatusCode: 200,
          FunctionError: 'Unhandled',
          Payload: encode({ errorType: 'Error', errorMessage }),
        } as Output;
      }
    },
  };
  const cognito = createCognito(cloud, { random: createRandom(7), weather });
  const call = async <Output = Record<string, unknown>>(
    operation: string,
    input: object,
    caller: Caller = { kind: 'account' },
  ) => {
    const run = cognito.operations[operation];
    if (run === undefined) throw new Error(`no operation ${operation}`);
    return (await run(input as never, { requestId: 'request-1', caller })) as Output;
  };
  const records = async () => {
    await clock.advance(10);
    return entries.map(({ Detail }) => JSON.parse(Detail) as Record<string, unknown>);
  };
  const triggers = () => invocations.map(({ event }) => event.triggerSource);
  return { clock, cloud, cognito, call, invocations, triggers, entries, records };
}

/** A running service with one pool, and shorthand for what most tests do in it. */
export async function startPool(settings: object = {}, answer?: TriggerFunction, weather?: Weather) {
  const started = startCognito(answer, weather);
  const { call, clock } = started;
  const { UserPool } = await call<{ UserPool: { Id: string; Arn: string } }>('CreateUserPool', {
    PoolName: 'staff',
    ...settings,
  });
  const UserPoolId = UserPool.Id;
  const createClient = async (client: object = {}) => {
    const { UserPoolClient } = await call<{ UserPoolClient: { ClientId: string } }>('CreateUserPoolClient', {
      UserPoolId,
      ClientName: 'app',
      ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_ADMIN_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
      ...client,
    });
    return UserPoolClient.ClientId;
  };
  const createUser = async (Username: string, attributes: Readonly<Record<string, string>> = {}, more: object = {}) => {
    const UserAttributes = toList(attributes);
    const { User } = await call<{ User: { Username: string; Attributes: { Name: string; Value: string }[] } }>(
      'AdminCreateUser',
      {
        UserPoolId,
        Username,
        UserAttributes,
        MessageAction: 'SUPPRESS',
        ...more,
      },
    );
    return { username: User.Username, sub: User.Attributes.find(({ Name }) => Name === 'sub')?.Value ?? '' };
  };
  const signIn = async (Username: string, ClientId: string) => {
    await call('AdminSetUserPassword', { UserPoolId, Username, Password: 'Correct-horse-1', Permanent: true });
    const AuthParameters = { USERNAME: Username, PASSWORD: 'Correct-horse-1' };
    const { AuthenticationResult } = await call<{
      AuthenticationResult: { AccessToken: string; RefreshToken: string };
    }>('InitiateAuth', { AuthFlow: 'USER_PASSWORD_AUTH', ClientId, AuthParameters });
    return AuthenticationResult;
  };
  const update = (Username: string, attributes: Readonly<Record<string, string>>, more: object = {}) =>
    call('AdminUpdateUserAttributes', { UserPoolId, Username, UserAttributes: toList(attributes), ...more });
  const read = async (Username: string) => {
    const user = await call<{ UserAttributes: { Name: string; Value: string }[] }>('AdminGetUser', {
      UserPoolId,
      Username,
    });
    const { sub: _, ...attributes } = Object.fromEntries(user.UserAttributes.map(({ Name, Value }) => [Name, Value]));
    return attributes;
  };
  const modified = async (Username: string) => {
    const user = await call<{ UserLastModifiedDate: Date }>('AdminGetUser', { UserPoolId, Username });
    return user.UserLastModifiedDate.toISOString();
  };
  /** The code of the newest message. */
  const lastCode = () => started.cognito.outbox().at(-1)?.code ?? 'nothing sent';
  return {
    ...started,
    clock,
    UserPoolId,
    poolArn: UserPool.Arn,
    createClient,
    createUser,
    signIn,
    update,
    read,
    modified,
    lastCode,
  };
}

/** Attributes as a request lists them. */
export const toList = (attributes: Readonly<Record<string, string>>) =>
  Object.entries(attributes).map(([Name, Value]) => ({ Name, Value }));

/** What `act` is refused with, as `status code: message`; its result if it is not. */
export async function refusal(act: Promise<unknown>): Promise<unknown> {
  try {
    return await act;
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return `${error.status} ${error.code}: ${error.message}`;
  }
}
