import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import type { Verdict } from '../../../cli/doctor/check.ts';
import type { DoctorFacts } from '../../../cli/doctor/facts.ts';
import { known } from '../../../cli/doctor/reading.ts';
import { alarms, complaints, deployment, NOW, STACK, TOPIC, topic } from './doctor-facts.ts';

const DAY = 24 * 60 * 60_000;
const withStack = (status: string, version = '1.2.3'): DoctorFacts['deployment'] => {
  const healthy = deployment();
  if (healthy.state !== 'read') throw new Error('A healthy deployment can be read.');
  return known({ ...healthy.value, stack: { ...STACK, status, outputs: { Version: version } } });
};

describe('a planted fault of a deployment is found by its own check alone', () => {
  it.each<readonly [string, Partial<DoctorFacts>, string, 'problem' | 'warning', RegExp]>([
    [
      'a stack that failed before it had outputs',
      { deployment: known({ stack: { ...STACK, status: 'ROLLBACK_COMPLETE', outputs: {} } }) },
      'stack',
      'problem',
      /ROLLBACK_COMPLETE/,
    ],
    [
      'a stack that is not of the product',
      { deployment: known({ stack: { ...STACK, outputs: {} } }) },
      'stack',
      'problem',
      /not a stack of this product/,
    ],
    ['a stack that failed', { deployment: withStack('ROLLBACK_COMPLETE') }, 'stack', 'problem', /ROLLBACK_COMPLETE/],
    [
      'an update that was taken back',
      { deployment: withStack('UPDATE_ROLLBACK_COMPLETE') },
      'stack',
      'warning',
      /taken back/,
    ],
    [
      'a stack of another version',
      { deployment: withStack('UPDATE_COMPLETE', '1.1.0') },
      'version',
      'warning',
      /1\.1\.0.*1\.2\.3/,
    ],
    ['settings that are not deployed', { notDeployed: known(['mode']) }, 'configuration', 'warning', /mode/],
    [
      'a function that is gone',
      { deployment: deployment({ functions: { 'sync-worker': known(undefined) } }) },
      'functions',
      'problem',
      /no function sync-worker/,
    ],
    [
      'a function that failed',
      { deployment: deployment({ functions: { sweep: known({ state: 'Failed', lastUpdate: 'Successful' }) } }) },
      'functions',
      'problem',
      /sweep is in the state Failed/,
    ],
    ['a pause', { deployment: deployment({ mappings: known(['Disabled']) }) }, 'worker-input', 'problem', /paused/],
    [
      'no event source mapping',
      { deployment: deployment({ mappings: known([]) }) },
      'worker-input',
      'problem',
      /Nothing hands/,
    ],
    [
      'a schedule that is off',
      { deployment: deployment({ schedule: known({ name: 'tick', state: 'DISABLED' }) }) },
      'schedule',
      'problem',
      /DISABLED/,
    ],
    [
      'a schedule that is gone',
      { deployment: deployment({ schedule: known({ name: 'tick', state: 'missing' }) }) },
      'schedule',
      'problem',
      /is gone/,
    ],
    [
      'a rule that is off',
      { deployment: deployment({ rules: known([{ name: 'admin', state: 'DISABLED', targets: 1 }]) }) },
      'rules',
      'problem',
      /admin is DISABLED/,
    ],
    [
      'a rule without a target',
      { deployment: deployment({ rules: known([{ name: 'admin', state: 'ENABLED', targets: 0 }]) }) },
      'rules',
      'problem',
      /admin has 0 targets/,
    ],
    [
      'a dead letter of change-intake',
      {
        deployment: deployment({
          queues: known({
            changes: { visible: 3, hidden: 0 },
            dead: { visible: 0, hidden: 0 },
            deadIntake: { visible: 1, hidden: 0 },
          }),
        }),
      },
      'queues',
      'problem',
      /1 message is in the dead-letter queues/,
    ],
    [
      'a sweep that has stopped',
      {
        deployment: deployment({
          sweep: known({
            state: { startedAt: NOW - 2 * DAY, finishedAt: NOW - 2 * DAY, leaseUntil: NOW - DAY },
            intervalMinutes: 60,
          }),
        }),
      },
      'sweep',
      'problem',
      /2 d old/,
    ],
    [
      'a sweep that has never run',
      { deployment: deployment({ sweep: known({ state: undefined, intervalMinutes: 60 }) }) },
      'sweep',
      'problem',
      /never run/,
    ],
    [
      'records that never arrive',
      { deployment: deployment({ routes: known({ cloudTrail: 0, others: 12 }) }) },
      'records',
      'warning',
      /No record of CloudTrail has arrived in 3 d, although 12 users/,
    ],
    [
      'alarms without an action',
      { deployment: deployment({ alarms: alarms({ actions: [] }), topics: {} }) },
      'alarms',
      'warning',
      /no destination/,
    ],
    [
      'an alarm whose actions are off',
      { deployment: deployment({ alarms: alarms({ actionsEnabled: false }) }) },
      'alarms',
      'warning',
      /switched off/,
    ],
    [
      'an alarm that was deleted',
      { deployment: deployment({ alarms: known({ names: ['ConnectSync-Held'], found: [] }) }) },
      'alarms',
      'problem',
      /ConnectSync-Held is gone/,
    ],
    [
      'an active alarm',
      { deployment: deployment({ alarms: alarms({ state: 'ALARM' }) }) },
      'alarm-states',
      'problem',
      /ConnectSync-DeadLetters \(Changes were given up\.\)/,
    ],
    [
      'a topic that is gone',
      { deployment: deployment({ topics: { [TOPIC]: known(undefined) } }) },
      'subscriptions',
      'problem',
      /does not exist/,
    ],
    [
      'a topic without a subscription',
      { deployment: deployment({ topics: topic(0, 0) }) },
      'subscriptions',
      'problem',
      /no subscription/,
    ],
    [
      'a subscription that is not confirmed',
      { deployment: deployment({ topics: topic(0, 2) }) },
      'subscriptions',
      'problem',
      /2 wait/,
    ],
  ])('%s', (_, planted, check, state, says) => {
    const found = complaints(planted);

    expect(found.map(({ name, verdict }) => [name, verdict.state])).toEqual([[check, state]]);
    expect(found[0]?.verdict.says).toMatch(says);
    expect(found[0]?.verdict).toHaveProperty('advice', expect.stringMatching(/\S/));
    // Nothing is left to fill in.
    expect(commandOf(found[0]?.verdict)).not.toMatch(/\b[A-Z]+_[A-Z_]+\b/);
  });
});

const commandOf = (verdict: Verdict | undefined): string =>
  verdict !== undefined && 'command' in verdict ? (verdict.command ?? '') : '';

it('the command that subscribes asks for the address that only a person knows', () => {
  const [subscriptions] = complaints({ deployment: deployment({ topics: topic(0, 0) }) });
  // In place of the AWS CLI.
  const line = `aws() { echo "$@"; }; ${commandOf(subscriptions?.verdict)}`;

  const printed = execFileSync('sh', ['-c', line], { input: 'ops@example.com\n', encoding: 'utf8' });

  expect(printed).toBe(
    `E-mail address:\nsns subscribe --topic-arn ${TOPIC} --protocol email --notification-endpoint ops@example.com --region eu-west-1\n`,
  );
});
