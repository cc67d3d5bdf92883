import { type Check, judge, listed, MEND, ok, problem, unread, warning } from '../check.ts';
import { ofParts } from './stack.ts';

/** The alarms, and whom they reach. */
export const ALARM_CHECKS: readonly Check[] = [
  {
    name: 'alarms',
    decide: (facts) =>
      ofParts(facts, ({ alarms }) =>
        judge(alarms, ({ names, found }) => {
          const missing = names.filter((name) => !found.some((alarm) => alarm.name === name));
          if (missing.length > 0)
            return problem(`Alarm ${listed(missing)} is gone.`, 'Have CloudFormation create it again:', MEND);
          const off = found.filter(({ actionsEnabled }) => !actionsEnabled);
          if (off.length > 0)
            return warning(
              `The actions of ${listed(off.map(({ name }) => name))} are switched off.`,
              'Switch them on:',
              `aws cloudwatch enable-alarm-actions --region ${facts.region} --alarm-names ${off.map(({ name }) => name).join(' ')}`,
            );
          if (found.some(({ actions }) => actions.length === 0))
            return warning(
              'The alarms reach no person: they have no destination.',
              'Set alarmEmail in connect-sync.json to an address, or alarmTopicArn to an SNS topic, and deploy:',
              'npx cdk deploy',
            );
          return ok(`${found.length} alarms have a destination.`);
        }),
      ),
  },
  {
    name: 'subscriptions',
    decide: (facts) =>
      ofParts(facts, ({ topics }) => {
        const all = Object.entries(topics);
        if (all.length === 0) return undefined;
        for (const [arn, reading] of all) {
          if (reading.state !== 'read') return unread(reading);
          if (reading.value === undefined)
            return problem(
              `The alarms tell topic ${arn}, which does not exist.`,
              'Correct alarmTopicArn in connect-sync.json, and deploy:',
              'npx cdk deploy',
            );
          if (reading.value.confirmed === 0)
            return problem(
              reading.value.pending > 0
                ? `No subscription of ${arn} is confirmed: ${reading.value.pending} wait.`
                : `Topic ${arn} has no subscription.`,
              reading.value.pending > 0
                ? 'Follow the link in the message that AWS has sent, or subscribe again:'
                : 'Subscribe to it, and confirm:',
              // Only the person knows the address: the shell asks for it.
              `echo 'E-mail address:' && read -r ADDRESS && aws sns subscribe --topic-arn ${arn} --protocol email --notification-endpoint "$ADDRESS" --region ${facts.region}`,
            );
        }
        return ok('Every topic of the alarms has a confirmed subscription.');
      }),
  },
  {
    name: 'alarm-states',
    decide: (facts) =>
      ofParts(facts, ({ alarms }) =>
        judge(alarms, ({ found }) => {
          const active = found.filter(({ state }) => state === 'ALARM');
          if (active.length === 0) return ok('No alarm is active.');
          return problem(
            `Active: ${active.map(({ name, description }) => `${name} (${description})`).join('; ')}`,
            'Read the section of docs/runbook.md that the alarm names, and start with:',
            'npx connect-sync status',
          );
        }),
      ),
  },
];
