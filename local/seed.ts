import type { AdminCreateUserResponse } from '@aws-sdk/client-cognito-identity-provider';
import type { Caller, Cloud } from '../packages/local-cloud/service.ts';
import type { Connect } from '../packages/local-cloud/services/connect/index.ts';

/** A person who is in the user pool and in Connect. */
export interface SeededUser {
  readonly username: string;
  readonly sub: string;
  readonly connectUserId: string;
}

/** A person to seed, with the same values in both places. */
export interface Person {
  readonly username: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly email: string;
}

/** Password of every seeded pool user. It is useful in the local cloud only. */
export const SEED_PASSWORD = 'Local-cloud-1';

const ACCOUNT: Caller = { kind: 'account' };

/** `count` people with plain, distinct names: `agent-1`, `agent-2`, … */
export const numberedPeople = (count: number): readonly Person[] =>
  Array.from({ length: count }, (_, index) => ({
    username: `agent-${index + 1}`,
    firstName: 'Agent',
    lastName: `Number ${index + 1}`,
    email: `agent-${index + 1}@example.com`,
  }));

/**
 * Creates people, each first in Connect, so that the product can link them as soon as the pool announces them.
 *
 * @throws the reason of `signal` when it was aborted between two people.
 */
export async function seedPeople(
  cloud: Cloud,
  connect: Connect,
  userPoolId: string,
  people: readonly Person[],
  signal?: AbortSignal,
): Promise<readonly SeededUser[]> {
  const takesEmail = connect.instance.identityManagementType !== 'SAML';
  const agents = connect.seedUsers(
    people.map(({ username, firstName, lastName, email }) => ({
      Username: username,
      IdentityInfo: { FirstName: firstName, LastName: lastName, ...(takesEmail && { Email: email }) },
    })),
  );
  const seeded: SeededUser[] = [];
  for (const [index, person] of people.entries()) {
    signal?.throwIfAborted();
    const { User } = await cloud.call<AdminCreateUserResponse>(
      'cognito-idp',
      'AdminCreateUser',
      {
        UserPoolId: userPoolId,
        Username: person.username,
        MessageAction: 'SUPPRESS',
        UserAttributes: Object.entries({
          given_name: person.firstName,
          family_name: person.lastName,
          email: person.email,
          email_verified: 'true',
        }).map(([Name, Value]) => ({ Name, Value })),
      },
      ACCOUNT,
    );
    await cloud.call(
      'cognito-idp',
      'AdminSetUserPassword',
      { UserPoolId: userPoolId, Username: person.username, Password: SEED_PASSWORD, Permanent: true },
      ACCOUNT,
    );
    const sub = User?.Attributes?.find(({ Name }) => Name === 'sub')?.Value;
    const connectUserId = agents[index]?.Id;
    if (sub === undefined || connectUserId === undefined) throw new Error(`${person.username} was not seeded.`);
    seeded.push({ username: person.username, sub, connectUserId });
  }
  return seeded;
}
