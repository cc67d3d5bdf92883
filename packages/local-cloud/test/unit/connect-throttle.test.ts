import { describe, expect, test } from 'vitest';
import type { SettingsPatch } from '../../services/connect/settings.ts';
import { INSTANCE_ID, refusal, startConnect } from './connect-fixture.ts';

function underPublishedQuotas(settings: SettingsPatch = {}) {
  const { connect, call, clock } = startConnect({
    settings: { quotas: { default: { ratePerSecond: 2, burst: 5 } }, ...settings },
  });
  const [user] = connect.seedUsers([{ Username: 'mary', IdentityInfo: { FirstName: 'Mary', LastName: 'Smith' } }]);
  const address = { InstanceId: INSTANCE_ID, UserId: user?.Id };
  const update = () =>
    refusal(() =>
      call('UpdateUserIdentityInfo', { ...address, IdentityInfo: { FirstName: 'Mary', LastName: 'Jones' } }),
    );
  const describeUser = () => refusal(() => call('DescribeUser', address));
  const accepted = (act: () => unknown, times: number) =>
    Array.from({ length: times }, act).filter((answer) => typeof answer === 'object').length;
  return { connect, clock, call, update, describeUser, accepted };
}

describe('request quotas', () => {
  test('let a burst of 5 through, then 2 a second, whatever was refused in between', async () => {
    const { update, accepted, clock } = underPublishedQuotas();

    expect(accepted(update, 50)).toBe(5);
    await clock.advance(499);
    expect(accepted(update, 1)).toBe(0);
    await clock.advance(1);
    expect(accepted(update, 2)).toBe(1);
    await clock.advance(1_000);
    expect(accepted(update, 50)).toBe(2);
    await clock.advance(3_600_000);
    expect(accepted(update, 50)).toBe(5);
  });

  test('answer 429 under the name in the API model', () => {
    const { update, accepted } = underPublishedQuotas();
    accepted(update, 5);

    expect(update()).toBe('429 ThrottlingException: Rate exceeded: UpdateUserIdentityInfo allows 2 a second, burst 5.');
  });

  test.each([
    ['TooManyRequestsException', /^429 TooManyRequestsException: Rate exceeded/],
    ['none', /^429 : Rate exceeded/],
  ] as const)('answer 429 under the name %s when told to', (throttleErrorName, expected) => {
    const { update, accepted } = underPublishedQuotas({ throttleErrorName });
    accepted(update, 5);

    expect(update()).toMatch(expected);
  });

  test('that are raised hold at once, whatever was used before', () => {
    const { update, accepted, connect } = underPublishedQuotas();
    accepted(update, 5);

    connect.admin.settings({ quotas: { default: { ratePerSecond: 1_000, burst: 1_000 } } });

    expect(accepted(update, 1_000)).toBe(995);
  });

  test('hold each operation by itself, over all instances', () => {
    const { update, describeUser, accepted, call, connect } = underPublishedQuotas();
    const other = connect.createInstance();
    accepted(update, 5);

    expect(accepted(describeUser, 5)).toBe(5);
    expect(refusal(() => call('DescribeUser', { InstanceId: other.id, UserId: 'x' }))).toMatch(/^429/);
  });

  test('hold all operations together when quotaScope is account', () => {
    const { update, describeUser, accepted } = underPublishedQuotas({ quotaScope: 'account' });

    expect(accepted(update, 3) + accepted(describeUser, 10)).toBe(5);
  });

  test('count a call that is refused for its input', () => {
    const { call, update, accepted } = underPublishedQuotas();
    refusal(() => call('UpdateUserIdentityInfo', { InstanceId: INSTANCE_ID }));

    expect(accepted(update, 10)).toBe(4);
  });

  test('are set by operation, the others keeping theirs', () => {
    const { update, describeUser, accepted, connect } = underPublishedQuotas();

    connect.admin.settings({ quotas: { UpdateUserIdentityInfo: { ratePerSecond: 10, burst: 20 } } });

    expect(accepted(update, 50)).toBe(20);
    expect(accepted(describeUser, 50)).toBe(5);
  });

  test('do not hold up seeding or watching', () => {
    const { connect, update, accepted } = underPublishedQuotas();

    connect.seedUsers(
      Array.from({ length: 100 }, (_, index) => ({
        Username: `user${index}`,
        IdentityInfo: { FirstName: 'A', LastName: 'B' },
      })),
    );
    for (let look = 0; look < 100; look += 1) connect.admin.users({});

    expect(accepted(update, 50)).toBe(5);
  });
});
