import { type Check, judge, listed, MEND, ok, problem, unread, warning } from '../check.ts';
import { ofParts } from './stack.ts';

/** The functions, and what invokes them. */
export const FUNCTION_CHECKS: readonly Check[] = [
  {
    name: 'functions',
    decide: (facts) =>
      ofParts(facts, ({ functions }) => {
        const states = Object.entries(functions).map(([name, reading]) => ({ name, reading }));
        const missing = states.filter(({ reading }) => reading.state === 'read' && reading.value === undefined);
        if (missing.length > 0)
          return problem(
            `There is no function ${listed(missing.map(({ name }) => name))}.`,
            'Have CloudFormation create it again:',
            MEND,
          );
        const failed = states.filter(
          ({ reading }) =>
            reading.state === 'read' && (reading.value?.state === 'Failed' || reading.value?.lastUpdate === 'Failed'),
        );
        if (failed.length > 0)
          return problem(
            `Function ${listed(failed.map(({ name }) => name))} is in the state Failed.`,
            'See why, and deploy again:',
            `aws lambda get-function-configuration --function-name ${failed[0]?.name} --region ${facts.region}`,
          );
        for (const { reading } of states) if (reading.state !== 'read') return unread(reading);
        return ok(`${states.length} functions are there.`);
      }),
  },
  {
    name: 'worker-input',
    decide: (facts) =>
      ofParts(facts, ({ mappings }) =>
        judge(mappings, (states) => {
          if (states.length === 0)
            return problem(
              'Nothing hands changes from the queue to sync-worker.',
              'Have CloudFormation create the event source mapping again:',
              MEND,
            );
          if (states.some((state) => state === 'Enabled')) return ok('Changes go from the queue to sync-worker.');
          if (states.some((state) => /^(Creating|Enabling|Updating)$/.test(state)))
            return warning(
              'The event source mapping of sync-worker is being changed.',
              'Wait, and run doctor again:',
              'npx connect-sync doctor',
            );
          return problem(
            'The synchronization is paused: the event source mapping of sync-worker is disabled.',
            'Changes wait in the queue for at most 14 days. Go on:',
            'npx connect-sync resume --apply',
          );
        }),
      ),
  },
  {
    name: 'schedule',
    decide: (facts) =>
      ofParts(
        facts,
        ({ schedule }) =>
          schedule &&
          judge(schedule, ({ name, state }) => {
            if (state === 'ENABLED') return ok('The schedule runs the sweep.');
            return problem(
              state === 'missing'
                ? 'The schedule of the sweep is gone.'
                : `The schedule of the sweep (${name}) is ${state}.`,
              'Without the sweep, changes that no event announces are never found. Have CloudFormation mend it:',
              MEND,
            );
          }),
      ),
  },
  {
    name: 'rules',
    decide: (facts) =>
      ofParts(facts, ({ rules }) =>
        judge(rules, (all) => {
          const broken = all.filter(({ state, targets }) => !state.startsWith('ENABLED') || targets === 0);
          if (broken.length === 0 && all.length > 0) return ok(`${all.length} rules hand records of CloudTrail over.`);
          const what = broken.map(({ name, state, targets }) =>
            state === 'missing'
              ? `${name} is gone`
              : state.startsWith('ENABLED')
                ? `${name} has ${targets} targets`
                : `${name} is ${state}`,
          );
          return problem(
            broken.length === 0
              ? 'The stack has no rule.'
              : `Of the rules that hand records of CloudTrail over, ${what.join('; ')}.`,
            'Have CloudFormation mend them:',
            MEND,
          );
        }),
      ),
  },
];
