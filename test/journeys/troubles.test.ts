import { it } from 'vitest';
import { CALM } from '../support/simulation/settings.ts';
import { beginJourney } from './journey.ts';

it('throttled', async () => {
  const { world, step, adminUpdate, tell } = await beginJourney({
    title: 'Throttled',
    introduction: `Others in the account have used up the quota of Connect. The change stays in the queue and is tried again later, more
slowly each time.`,
  });
  const { services, clock } = world;
  const setQuota = (ratePerSecond: number, burst: number) =>
    services.connect.admin.settings({ quotas: { default: { ratePerSecond, burst } } });

  await step('An administrator changes the family name', async () => {
    setQuota(0.001, 1);
    const request = { InstanceId: services.connect.instance.id, UserId: 'another' };
    await services.call('connect', 'DescribeUser', request).catch(() => 'The request counts all the same.');
    clock.schedule(2_000, () => setQuota(2, 5));
    await adminUpdate({ family_name: 'Jones' });
  });

  await tell();
});

it('a redelivery', async () => {
  const { world, step, adminUpdate, tell } = await beginJourney({
    title: 'A redelivery',
    introduction: `The worker dies after Connect has written and before the row says so. The message is delivered again after its visibility
timeout. The worker finds the value in Connect and writes nothing twice.`,
  });
  const killed = { target: 'connect', operation: 'UpdateUserIdentityInfo', kind: 'killed-after', times: 1 } as const;
  world.faults.begin({ ...killed, from: 0, until: Number.POSITIVE_INFINITY, every: 1 });

  await step('An administrator changes the family name, and the worker dies', () =>
    adminUpdate({ family_name: 'Jones' }),
  );

  await tell();
});

it('a deleted user', async () => {
  const mary = await beginJourney({
    title: 'A deleted user',
    introduction: `Cognito may not find a user for a moment, so only a second look a minute later is believed. The Connect user stays as it
is, and no other Cognito user gets the link by itself.`,
  });

  await mary.step('An administrator deletes Mary in Cognito', mary.delete);

  await mary.tell();
});

it('a sweep', async () => {
  const { world, step, adminUpdate, tell } = await beginJourney({
    title: 'A sweep',
    introduction: `CloudTrail promises no delivery. What no event has told, the sweep finds: it compares both sides in lists and queues who
may differ. Only the worker writes.`,
    settings: { trail: { ...CALM.trail, lose: 1 } },
  });

  await step('An administrator changes the family name, and the record is lost', () =>
    adminUpdate({ family_name: 'Jones' }),
  );
  await step('An hour later the sweep runs', world.sweep);

  await tell();
});
