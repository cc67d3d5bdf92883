import { describe, expect, it } from 'vitest';
import { createVirtualClock } from '../../clock.ts';
import { AwsError, type Cloud } from '../../service.ts';
import { createCloudTrail } from '../../services/cloudtrail/index.ts';

const START = Date.UTC(2026, 0, 1);

/** CloudTrail with an EventBridge that writes down what arrives, and when. */
function startTrail(putEvents: () => unknown = () => ({ FailedEntryCount: 0, Entries: [{ EventId: '1' }] })) {
  const clock = createVirtualClock(START);
  const arrivals: { readonly name: string; readonly afterMs: number }[] = [];
  const calls: unknown[] = [];
  const cloud: Cloud = {
    clock,
    accountId: '111122223333',
    region: 'eu-west-1',
    endpoint: () => 'http://127.0.0.1:1',
    call: async <Output>(service: string, operation: string, input: object, caller: unknown): Promise<Output> => {
      calls.push({ service, operation, input, caller });
      const [entry] = (input as { readonly Entries: readonly { readonly Detail: string }[] }).Entries;
      const { eventName } = JSON.parse(entry?.Detail ?? '') as { readonly eventName: string };
      arrivals.push({ name: eventName, afterMs: clock.now() - START });
      return putEvents() as Output;
    },
  };
  const trail = createCloudTrail(cloud);
  const deliverMany = (count: number) => {
    for (let number = 1; number <= count; number++) trail.deliver({ eventName: `event-${number}` }, clock.now());
  };
  return { clock, trail, arrivals, calls, deliverMany };
}

// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html
describe('delivery to EventBridge', () => {
  it('puts one event on the default bus, in whole seconds, as CloudTrail', async () => {
    const { clock, trail, calls } = startTrail();

    trail.deliver({ eventName: 'AdminUpdateUserAttributes', eventType: 'AwsApiCall' }, START + 1_999);
    await clock.advance(0);

    expect(calls).toEqual([
      {
        service: 'events',
        operation: 'PutEvents',
        input: {
          Entries: [
            {
              Source: 'aws.cognito-idp',
              DetailType: 'AWS API Call via CloudTrail',
              Detail: '{"eventName":"AdminUpdateUserAttributes","eventType":"AwsApiCall"}',
              Time: new Date('2026-01-01T00:00:01Z'),
            },
          ],
        },
        caller: {
          kind: 'service',
          principal: 'cloudtrail.amazonaws.com',
          sourceArn: 'arn:aws:cloudtrail:eu-west-1:111122223333:trail/local',
        },
      },
    ]);
  });

  it('waits as long as the delay is set', async () => {
    const { clock, trail, arrivals, deliverMany } = startTrail();
    trail.admin.settings({ delayMs: 5_000 });

    deliverMany(1);
    await clock.advance(10_000);

    expect(arrivals).toEqual([{ name: 'event-1', afterMs: 5_000 }]);
  });

  it('loses, and doubles, at the rates set', async () => {
    const losing = startTrail();
    const doubling = startTrail();
    losing.trail.admin.settings({ lose: 0.25 });
    doubling.trail.admin.settings({ duplicate: 0.25 });

    losing.deliverMany(400);
    doubling.deliverMany(400);
    await losing.clock.advance(0);
    await doubling.clock.advance(0);

    expect(losing.arrivals.length).toBeGreaterThan(260);
    expect(losing.arrivals.length).toBeLessThan(340);
    expect(doubling.arrivals.length).toBeGreaterThan(460);
    expect(doubling.arrivals.length).toBeLessThan(540);
  });

  it('lets later records overtake when it shuffles, and loses none', async () => {
    const { clock, trail, arrivals, deliverMany } = startTrail();
    trail.admin.settings({ shuffle: 0.5 });

    deliverMany(20);
    await clock.advance(2_000);

    const names = arrivals.map(({ name }) => name);
    expect(new Set(names).size).toBe(20);
    expect(names).not.toEqual(names.toSorted((left, right) => Number(left.slice(6)) - Number(right.slice(6))));
  });

  it('repeats itself with the same seed and differs with another', async () => {
    const fate = async (seed: number) => {
      const { clock, trail, arrivals, deliverMany } = startTrail();
      trail.admin.settings({ lose: 0.5, seed });
      deliverMany(40);
      await clock.advance(0);
      return arrivals.map(({ name }) => name);
    };

    expect(await fate(3)).toEqual(await fate(3));
    expect(await fate(3)).not.toEqual(await fate(4));
  });

  it('keeps what EventBridge refused, and the caller does not fail', async () => {
    const denied = startTrail(() => {
      throw new AwsError('AccessDeniedException', 'no');
    });
    const failed = startTrail(() => ({
      FailedEntryCount: 1,
      Entries: [{ ErrorCode: 'ThrottlingException', ErrorMessage: 'slow down' }],
    }));

    denied.deliverMany(1);
    failed.deliverMany(1);
    await denied.clock.advance(0);
    await failed.clock.advance(0);

    expect(denied.trail.undelivered()).toEqual(['event-1: AwsError: no']);
    expect(failed.trail.undelivered()).toEqual(['event-1: ThrottlingException slow down']);
  });

  it.each([
    [{ lose: 1.5 }, 'CloudTrail setting lose cannot be 1.5.'],
    [{ delayMs: -1 }, 'CloudTrail setting delayMs cannot be -1.'],
    [{ loose: 0 }, 'CloudTrail setting loose cannot be 0.'],
    ['all', 'Settings must be a JSON object.'],
  ])('refuses the settings %j', (settings, message) => {
    const { trail } = startTrail();

    expect(() => trail.admin.settings(settings)).toThrow(message);
    expect(trail.settings()).toEqual({ delayMs: 0, duplicate: 0, lose: 0, shuffle: 0, seed: 1 });
  });
});
