import { tmpdir } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deployStack } from '../../local/deployment.ts';
import { describeEnvironment } from '../../local/environment.ts';
import { createLocalCloud, type LocalCloud } from '../../packages/local-cloud/cloud.ts';
import { putLocal } from '../../packages/local-cloud/test/support/local-requests.ts';
import { onStage, type Stage } from '../support/acting.ts';
import { runCli } from '../support/cli.ts';
import { eventually, identityOf, quiet, rowOf, sweep, withClients } from '../support/deployed.ts';
import { findEarlierVersion, unpackVersion } from '../support/earlier-version.ts';
import { createLeapingClock } from '../support/leaping-clock.ts';
import { ownPool } from '../support/user-pools.ts';

const PATIENCE_MS = 15 * 60_000;
const version = findEarlierVersion();
const clock = createLeapingClock();

/** Who waits for what while the stack is upgraded. */
const NAMES = ['in-step', 'held', 'released', 'queued'] as const;

describe.runIf(version !== undefined)(
  `the stack of version ${version} (not run without git's history), upgraded`,
  () => {
    let local: LocalCloud;
    let stage: Stage;
    let before: readonly unknown[];
    const people: Record<string, { readonly sub: string; readonly connectUserId: string }> = {};
    const personOf = (name: (typeof NAMES)[number]) => people[name] ?? { sub: '', connectUserId: '' };
    const rows = () => Promise.all(NAMES.map((name) => rowOf(stage, personOf(name).sub)));
    const cli = (...args: readonly string[]) => runCli(args, { ...stage.description, cwd: tmpdir() });
    const setFaults = (...faults: readonly object[]) => putLocal(local.endpoint, 'faults', faults);

    beforeAll(async () => {
      const earlier = unpackVersion(version ?? '');
      try {
        local = await createLocalCloud({ clock });
        const pool = await ownPool({ AdminCreateUserConfig: { AllowAdminCreateUserOnly: true } })(local);
        const connectInstanceArn = local.services.connect.instance.arn;
        const upgrade = async (project?: string) => {
          const outputs = await deployStack({
            endpoint: local.endpoint,
            region: 'eu-west-1',
            credentials: local.credentials,
            configuration: { userPoolId: pool.userPoolId, connectInstanceArn },
            ...(project !== undefined && { project }),
            onLine: () => {},
            signal: new AbortController().signal,
          });
          const UserPoolClientId = pool.userPoolClientId ?? '';
          const description = describeEnvironment(local, connectInstanceArn, { UserPoolClientId, ...outputs });
          stage = onStage(withClients({ local, deployMs: 0, description: { ...description, users: [] } }));
        };
        await upgrade(earlier.folder);
        const { tableName, queueUrl } = stage.description;
        await eventually('the first sweep', () =>
          stage.logLines('sweep').some(({ message }) => message === 'sweep finished'),
        );
        for (const name of NAMES) await hire(name);
        await quiet(stage);

        // From here on the worker cannot do anything: what is asked of it stays in the queue.
        await setFaults({ service: 'connect', operation: 'DescribeUser', status: 503 });
        const planned: { readonly held: readonly { readonly holdId: string }[] } = JSON.parse(
          (await cli('release', 'released', '--json')).stdout,
        );
        const released = await cli(
          'release',
          'released',
          '--hold',
          planned.held[0]?.holdId ?? '',
          '--wait',
          '0',
          '--apply',
        );
        expect(released.stderr).toContain('The change is in the queue, and nothing is lost.');
        await stage.adminUpdate('queued', { given_name: 'Later' });
        await eventually(
          'two tries',
          () => stage.logLines('syncWorker').filter(({ sub }) => sub === personOf('queued').sub).length > 1,
        );
        before = await rows();

        await upgrade();
        expect(stage.description).toMatchObject({ tableName, queueUrl });
      } finally {
        earlier.remove();
      }
    });
    afterAll(async () => {
      await stage?.close();
    });

    /** A person of the pool and of Connect; those who are to be held have another address there. */
    async function hire(name: (typeof NAMES)[number]): Promise<void> {
      const email = `${name}@example.com`;
      const other = name === 'held' || name === 'released';
      const [agent] = local.services.connect.seedUsers([
        {
          Username: name,
          IdentityInfo: { FirstName: name, LastName: 'Agent', Email: other ? 'old@example.com' : email },
        },
      ]);
      const attributes = { given_name: name, family_name: 'Agent', email, email_verified: 'true' };
      const sub = await stage.create(name, attributes);
      people[name] = { sub, connectUserId: agent?.Id ?? '' };
      await rowOf(stage, sub, ({ status }) => status === (other ? 'held' : 'unchanged'));
    }

    it('has every row as it was', async () => {
      const [inStep, held] = await rows();

      expect([inStep, held]).toEqual(before.slice(0, 2));
    });

    it('carries out what was queued and released before', async () => {
      await setFaults();
      clock.leap(PATIENCE_MS);

      await stage.arrives(personOf('queued').connectUserId, { FirstName: 'Later' });
      await stage.arrives(personOf('released').connectUserId, { Email: 'released@example.com' });
      await quiet(stage);
      const counts = local.services.sqs.stats();
      expect(Object.entries(counts).filter(([, numbers]) => Object.values(numbers).some((count) => count > 0))).toEqual(
        [],
      );
    });

    it('has no new hold, and reconciles no user again because of the upgrade', async () => {
      const pass = await sweep(stage);
      const [inStep, held, released, queued] = await rows();

      expect(pass).toMatchObject({ queued: 0, why: {} });
      expect([inStep, held]).toEqual(before.slice(0, 2));
      expect([released?.status, queued?.status]).toEqual(['written', 'written']);
      expect(identityOf(stage, personOf('held').connectUserId).Email).toBe('old@example.com');
    });
  },
);
