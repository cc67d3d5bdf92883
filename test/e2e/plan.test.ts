import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AdminCreateUserCommand, AdminUpdateUserAttributesCommand } from '@aws-sdk/client-cognito-identity-provider';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { numberedPeople } from '../../local/seed.ts';
import { type CliResult, runCli } from '../support/cli.ts';
import { type Deployed, deploy, identityOf, quiet, rowOf, sweep } from '../support/deployed.ts';

let deployed: Deployed;
let cwd: string;
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'connect-sync-plan-'));
  deployed = await deploy(numberedPeople(2));
});
afterAll(async () => {
  await deployed?.close();
  await rm(cwd, { recursive: true, force: true });
});

const cli = (...args: string[]): Promise<CliResult> => runCli(args, { ...deployed.description, cwd });

interface Plan {
  readonly nextPass: { readonly users: number };
  readonly users: readonly {
    readonly sub: string;
    readonly what: string;
    readonly detail?: { readonly status: string; readonly changed: string[]; readonly withheld: object[] };
  }[];
}

describe('connect-sync plan', () => {
  it('says before a deployment, from the configuration, whom it would link, and leaves no trace', async () => {
    const { userPoolId, connectInstanceArn, users } = deployed.description;
    const file = join(cwd, 'connect-sync.json');
    await writeFile(file, JSON.stringify({ userPoolId, connectInstanceArn, stackName: 'NotYet', mode: 'observe' }));
    await quiet(deployed);
    const { calls } = await deployed.stats();

    const { exit, stdout, stderr } = await cli('plan', '--json');
    await rm(file);

    expect({ exit, stderr }).toEqual({ exit: 1, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({
      mode: 'observe',
      nextPass: { users: 2, connectCalls: { DescribeUser: 2, UpdateUserIdentityInfo: 0 } },
      users: users
        .map(({ sub, connectUserId }) => ({ sub, connectUserId, what: 'would-link', nameFields: [] }))
        .sort((left, right) => (left.sub < right.sub ? -1 : 1)),
    });
    const called = Object.entries((await deployed.stats()).calls)
      .filter(([operation, counts]) => JSON.stringify(counts) !== JSON.stringify(calls[operation]))
      .map(([operation]) => operation);
    expect(called).toContain('cognito-idp.ListUsers');
    // The records of these reads are put by CloudTrail itself.
    expect(called.filter((name) => !/\.(List|Describe|Search)|^events\.PutEvents$/.test(name))).toEqual([]);
  });

  it('says with details what the next pass then does', async () => {
    const { userPoolId, users } = deployed.description;
    const { cloudtrail, connect } = deployed.local.services;
    cloudtrail.admin.settings({ lose: 1 });
    connect.seedUsers([
      { Username: 'new.agent', IdentityInfo: { FirstName: 'Old', LastName: 'Newman', Email: 'new@example.com' } },
    ]);
    await deployed.clients.cognito.send(
      new AdminCreateUserCommand({
        UserPoolId: userPoolId,
        Username: 'new.agent',
        MessageAction: 'SUPPRESS',
        UserAttributes: [
          { Name: 'given_name', Value: 'New' },
          { Name: 'family_name', Value: 'Newman' },
          { Name: 'email', Value: 'new@example.org' },
          { Name: 'email_verified', Value: 'true' },
        ],
      }),
    );
    await deployed.clients.cognito.send(
      new AdminUpdateUserAttributesCommand({
        UserPoolId: userPoolId,
        Username: users[0]?.username,
        UserAttributes: [{ Name: 'family_name', Value: 'Married' }],
      }),
    );

    const { exit, stdout } = await cli('plan', '--details', '--json');

    const plan: Plan = JSON.parse(stdout);
    expect({ exit, users: plan.nextPass.users }).toEqual({ exit: 1, users: 2 });
    expect(stdout).not.toMatch(/@example|Newman|Married/);
    await sweep(deployed);
    await quiet(deployed);
    const planned = plan.users.filter(({ detail }) => detail !== undefined);
    expect(planned).toHaveLength(2);
    for (const { sub, detail } of planned) {
      const { status, changed, withheld } = await rowOf(deployed, sub, (row) => row.status !== undefined);
      expect({ sub, status, changed, withheld }).toMatchObject({
        ...{ sub, status: detail?.status, changed: detail?.changed, withheld: detail?.withheld },
      });
    }
    expect(planned.map(({ detail }) => detail?.status).sort()).toEqual(['held', 'written']);
  });
});

describe('connect-sync pause and resume', () => {
  it('stop the worker, which status says, and let it go on with what has changed meanwhile', async () => {
    const { userPoolId, users } = deployed.description;
    const [, { sub = '', username = '', connectUserId = '' } = {}] = users;

    expect(await cli('pause', '--apply')).toMatchObject({ exit: 0, stdout: expect.stringContaining('is paused') });
    await deployed.clients.cognito.send(
      new AdminUpdateUserAttributesCommand({
        UserPoolId: userPoolId,
        Username: username,
        UserAttributes: [{ Name: 'family_name', Value: 'Paused' }],
      }),
    );
    expect((await cli('sync', sub, '--apply', '--wait', '0')).exit).toBe(1);
    const status = await cli('status', '--fail-on', 'paused');
    expect(status).toMatchObject({ exit: 1, stdout: expect.stringMatching(/^paused: changes wait in the queue\n/) });
    expect(identityOf(deployed, connectUserId).LastName).not.toBe('Paused');

    expect((await cli('resume', '--apply')).exit).toBe(0);
    await quiet(deployed);
    expect(identityOf(deployed, connectUserId).LastName).toBe('Paused');
    expect((await cli('status', '--fail-on', 'paused,failing')).exit).toBe(0);
  });
});

describe('connect-sync reconcile --follow', () => {
  it('waits until the worker has dealt with all whom the pass has queued', async () => {
    const { userPoolId, users } = deployed.description;
    const [{ username = '', connectUserId = '' } = {}] = users;
    await deployed.clients.cognito.send(
      new AdminUpdateUserAttributesCommand({
        UserPoolId: userPoolId,
        Username: username,
        UserAttributes: [{ Name: 'family_name', Value: 'Followed' }],
      }),
    );

    const refused = await cli('reconcile', '--apply', '--follow', '--yes', '7');
    expect(refused).toMatchObject({ exit: 1, stderr: expect.stringContaining('--yes: received 7') });

    const { exit, stdout } = await cli('reconcile', '--apply', '--follow');
    expect({ exit, last: stdout.trimEnd().split('\n').at(-1) }).toEqual({
      exit: 0,
      last: expect.stringMatching(/^Reconciled: \d+, not in step: 0$/),
    });
    expect(identityOf(deployed, connectUserId).LastName).toBe('Followed');
  });
});
