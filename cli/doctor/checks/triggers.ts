import { TRIGGER_SLOTS, type TriggerSlot } from '../../../lambda/core/events/trigger-names.ts';
import type { OccupantState, Occupants } from '../../triggers/occupants.ts';
import { type Check, judge, listed, ok, problem, unread, warning } from '../check.ts';

const slotsOf = (occupants: Occupants, state: OccupantState): readonly TriggerSlot[] =>
  TRIGGER_SLOTS.filter((slot) => occupants[slot]?.state === state);

/** The functions in the trigger slots of the pool, and behind ours. */
export const TRIGGER_CHECKS: readonly Check[] = [
  {
    name: 'triggers',
    decide: ({ triggers, userPoolId }) =>
      triggers &&
      judge(triggers, ({ occupants, permission }) => {
        const dead = slotsOf(occupants, 'dead');
        const ours = slotsOf(occupants, 'ours');
        if (dead.length > 0)
          return problem(
            `${listed(dead)} names a function that is gone: what runs that trigger fails, sign-ins among it.`,
            ours.length === 0 ? 'Empty the slot:' : 'Empty the slots, and attach our function again:',
            [
              `npx connect-sync trigger detach --user-pool ${userPoolId} --apply`,
              ...(ours.length === 0 ? [] : [`npx connect-sync trigger attach --user-pool ${userPoolId} --apply`]),
            ].join(' && '),
          );
        if (ours.length > 0 && permission === 'missing')
          return problem(
            `${listed(ours)} has our function, and Cognito may not invoke it: what runs that trigger fails.`,
            'The command shows how to give the permission:',
            'npx connect-sync trigger show',
          );
        const earlier = slotsOf(occupants, 'of an earlier deployment');
        if (earlier.length > 0)
          return warning(
            `${listed(earlier)} has the function of a deployment that was removed: it notes nothing.`,
            'Attach the function of this deployment, or empty the slot (trigger detach):',
            `npx connect-sync trigger attach --user-pool ${userPoolId} --apply`,
          );
        if (slotsOf(occupants, 'unknown').length > 0)
          return unread({ state: 'denied', permission: 'lambda:GetFunction' });
        return ours.length > 0
          ? ok(`Our function has ${listed(ours)}.`)
          : ok('No trigger of the pool is ours; CloudTrail and the sweep find changes.');
      }),
  },
  {
    name: 'chain',
    decide({ chained, triggers }) {
      const all = Object.values(chained);
      if (all.length === 0) return undefined;
      const occupants = triggers?.state === 'read' ? Object.values(triggers.value.occupants) : [];
      const ours = occupants.flatMap((occupant) => (occupant?.state === 'ours' ? [occupant.arn] : []));
      if (all.some(({ arn }) => ours.includes(arn)))
        return problem(
          'The chain names our own function, which cannot call itself: it answers as if no function were chained.',
          'Name the function that had the trigger before, or leave it out of chain in connect-sync.json, and deploy:',
          'npx cdk deploy',
        );
      const missing = all.filter(({ found }) => found.state === 'read' && !found.value);
      if (missing.length > 0)
        return problem(
          `The chained function ${listed(missing.map(({ arn }) => arn))} does not exist: what runs its trigger fails.`,
          'Correct chain in connect-sync.json, and deploy:',
          'npx cdk deploy',
        );
      for (const { found } of all) if (found.state !== 'read') return unread(found);
      return ok('Every chained function is there.');
    },
  },
];
