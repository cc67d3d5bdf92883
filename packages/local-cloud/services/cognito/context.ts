import { AwsError, type Call, type Cloud, unsupported } from '../../service.ts';
import type { Weather } from '../../weather/index.ts';
import { checkConstraints } from './constraints.ts';
import type { Ids } from './ids.ts';
import type { Pool, SentMessage, Token, User } from './model.ts';
import type { Settings } from './settings.ts';

/** What all operations of the service need. */
export interface Context {
  readonly cloud: Cloud;
  readonly ids: Ids;
  readonly pools: Map<string, Pool>;
  readonly tokens: Map<string, Token>;
  readonly outbox: SentMessage[];
  readonly settings: () => Settings;
  readonly weather: Weather;
}

/** A call whose CloudTrail record may name a user: see {@link noteUser}. */
export interface CognitoCall extends Call {
  readonly facts: { sub?: string };
}

/** Notes the user of a call, for its CloudTrail record. */
export const noteUser = (call: CognitoCall, user: User): User => {
  call.facts.sub = user.sub;
  return user;
};

/** An operation of this service, after its input was checked. */
export type CognitoOperation = (input: never, call: CognitoCall) => unknown;

/** A request of the AWS SDK with its required members present. */
export type Sent<Request> = {
  readonly [Member in keyof Request]: object extends Pick<Request, Member>
    ? Request[Member]
    : NonNullable<Request[Member]>;
};

type RequiredKeys<Request> = {
  [Member in keyof Request]-?: object extends Pick<Request, Member> ? never : Member;
}[keyof Request];

/**
 * Wraps an operation with the checks that AWS makes before it reads any state: required members, lengths, patterns.
 *
 * @param needs - required members.
 * @param takes - optional members that are modelled. Any other member is refused as unsupported and never ignored.
 * @throws {AwsError} `InvalidParameterException` (constraints) or `UnsupportedOperation`.
 */
export function operation<Request extends object, Response>(
  needs: readonly (RequiredKeys<Request> & string)[],
  takes: readonly (keyof Request & string)[],
  run: (input: Sent<Request>, call: CognitoCall) => Response | Promise<Response>,
): CognitoOperation {
  const known = new Set<string>([...needs, ...takes]);
  return (input: never, call) => {
    const members = input as Readonly<Record<string, unknown>>;
    checkConstraints(members, needs);
    const unknown = Object.keys(members).find((name) => members[name] !== undefined && !known.has(name));
    if (unknown !== undefined) throw unsupported(`the Cognito request member ${unknown}`);
    return run(input, call);
  };
}

/** @returns an `InvalidParameterException`, HTTP 400. */
export const invalid = (message: string): AwsError => new AwsError('InvalidParameterException', message);
/** @returns a `NotAuthorizedException`, HTTP 400. */
export const notAuthorized = (message: string): AwsError => new AwsError('NotAuthorizedException', message);
/** @returns a `ResourceNotFoundException`, HTTP 400. */
export const notFound = (message: string): AwsError => new AwsError('ResourceNotFoundException', message);
/** @returns a `UserNotFoundException`, HTTP 400. */
export const userNotFound = (): AwsError => new AwsError('UserNotFoundException', 'User does not exist.');
