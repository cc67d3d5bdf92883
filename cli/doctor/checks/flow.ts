import { renderAge } from '../../terminal/age.ts';
import { type Check, judgePart, ok, problem, type Verdict, warning } from '../check.ts';
import type { RouteCounts } from '../facts.ts';
import { ofParts } from './stack.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** A sweep that is missed by so many intervals is missing; as for the alarm. */
const MISSED_INTERVALS = 3;

/** From what age on a deployment should have seen a record of CloudTrail. */
const SETTLED_AFTER_MS = DAY_MS;

function decideOnRoutes({ cloudTrail, others }: RouteCounts, ageMs: number): Verdict {
  if (cloudTrail > 0) return ok('Records of CloudTrail have arrived.');
  if (others === 0 || ageMs < SETTLED_AFTER_MS)
    return ok('No record of CloudTrail has arrived yet, which may be too early.');
  return warning(
    `No record of CloudTrail has arrived in ${renderAge(ageMs)}, although ${others} users were reconciled by another route.`,
    'Change a user by AdminUpdateUserAttributes, wait some minutes, and see what the log of change-intake says. See docs/runbook.md.',
    'npx connect-sync status',
  );
}

/** What moves: queues, sweep and records. */
export const FLOW_CHECKS: readonly Check[] = [
  {
    name: 'queues',
    decide: (facts) =>
      ofParts(facts, ({ queues }) =>
        judgePart(queues, 'A queue of the stack', ({ changes, dead, deadIntake }) => {
          const letters = [dead, deadIntake].reduce((sum, { visible, hidden }) => sum + visible + hidden, 0);
          if (letters > 0)
            return problem(
              letters === 1
                ? '1 message is in the dead-letter queues.'
                : `${letters} messages are in the dead-letter queues.`,
              'See what they are, and send them back once the cause is mended:',
              'npx connect-sync dlq',
            );
          return ok(`No dead letters; ${changes.visible + changes.hidden} changes are on their way.`);
        }),
      ),
  },
  {
    name: 'sweep',
    decide: (facts) =>
      ofParts(
        facts,
        ({ sweep }, stack) =>
          sweep &&
          judgePart(sweep, 'The table of the stack', ({ state, intervalMinutes }) => {
            const limitMs = MISSED_INTERVALS * intervalMinutes * MINUTE_MS;
            const last = state?.finishedAt ?? state?.startedAt ?? stack.createdAt;
            const ageMs = Math.max(0, facts.now - last);
            if (ageMs > limitMs)
              return problem(
                state === undefined
                  ? `The sweep has never run in ${renderAge(ageMs)}.`
                  : `The last pass of the sweep is ${renderAge(ageMs)} old; it should run every ${intervalMinutes} min.`,
                'Run it now, and see what its log says:',
                'npx connect-sync reconcile --apply',
              );
            return ok(
              state === undefined
                ? 'The first pass of the sweep is due.'
                : `The last pass of the sweep is ${renderAge(ageMs)} old.`,
            );
          }),
      ),
  },
  {
    name: 'records',
    decide: (facts) =>
      ofParts(facts, ({ routes }, stack) =>
        judgePart(routes, 'The table of the stack', (counts) => decideOnRoutes(counts, facts.now - stack.createdAt)),
      ),
  },
];
