import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AdminCreateUserCommand } from '@aws-sdk/client-cognito-identity-provider';
import { afterAll, beforeAll, expect } from 'vitest';
import { numberedPeople } from '../../local/seed.ts';
import { type CliResult, runCli } from './cli.ts';
import { type Deployed, deploy } from './deployed.ts';

/** The deployment, once {@link useTwoPeople} has made it. */
export let deployed: Deployed;
/** Where the commands run. */
export let cwd: string;

/** Makes one deployment with two linked people for all tests of a file. */
export function useTwoPeople(): void {
  beforeAll(async () => {
    cwd = await mkdtemp(join(tmpdir(), 'connect-sync-users-'));
    deployed = await deploy(numberedPeople(2), { configuration: { identityManagementType: 'CONNECT_MANAGED' } });
  });
  afterAll(async () => {
    await deployed?.close();
    await rm(cwd, { recursive: true, force: true });
  });
}

/** With a wait for the worker that only ends a hang: the default is for people. */
const patient = (args: readonly string[]): readonly string[] =>
  /^(release|sync|link) .*--apply(?!.*--wait)/.test(args.join(' ')) ? [...args, '--wait', '600'] : args;

/** Runs a command that shows no address and no name of a person, and asserts that. */
export const cli = async (...args: string[]): Promise<CliResult> => {
  const result = await runCli(patient(args), { ...deployed.description, cwd });
  expect(result.stdout + result.stderr).not.toMatch(/@example|Walker|Newman/);
  return result;
};

/** One of the two people. */
export const userOf = (index: number) => {
  const user = deployed.description.users[index];
  if (user === undefined) throw new Error('Seed more people.');
  return user;
};

/** The id of the first held value of a plan of `release`. */
export const holdOf = ({ stdout }: CliResult): string => JSON.parse(stdout).held[0].holdId;

/** An agent in Connect, and then a user of the same name in the pool, with another address. */
export async function hire(username: string, lastName: string) {
  const [agent] = deployed.local.services.connect.seedUsers([
    { Username: username, IdentityInfo: { FirstName: 'Old', LastName: lastName, Email: `${username}@example.com` } },
  ]);
  const { User } = await deployed.clients.cognito.send(
    new AdminCreateUserCommand({
      UserPoolId: deployed.description.userPoolId,
      Username: username,
      MessageAction: 'SUPPRESS',
      UserAttributes: Object.entries({
        given_name: 'New',
        family_name: lastName,
        email: `${username}@example.org`,
        email_verified: 'true',
      }).map(([Name, Value]) => ({ Name, Value })),
    }),
  );
  const sub = User?.Attributes?.find(({ Name }) => Name === 'sub')?.Value ?? '';
  return { sub, username, connectUserId: agent?.Id ?? '' };
}
