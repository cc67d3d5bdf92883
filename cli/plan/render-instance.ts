import { adviseOnSeveral } from '../../lambda/core/outcome.ts';
import type { Policy } from '../../lambda/core/policy.ts';
import { adviseOnNearMisses } from '../../lambda/core/sweep/near-misses.ts';
import { renderSpan } from '../terminal/age.ts';
import { renderCount } from '../terminal/count.ts';
import { type Line, tableOf } from '../terminal/table.ts';
import { renderAdvice } from '../users/render-held.ts';
import { PLANNED_KINDS, type PlannedUser } from './classify.ts';
import type { PassEstimate } from './estimate.ts';
import type { PlanTarget } from './ports.ts';
import type { SidesSurvey } from './survey.ts';
import type { DetailedUser } from './view-plan.ts';

/** What each kind is called in the table. */
const TITLES: Readonly<Record<PlannedUser['what'], string>> = {
  linked: 'linked already',
  'would-link': 'would be linked',
  held: 'link held',
  ambiguous: 'ambiguous',
  'no-connect-user': 'no Connect user found',
  'connect-user-missing': 'linked, missing in Connect',
  'cognito-user-missing': 'missing in Cognito',
  'out-of-scope': 'out of scope',
};

/** Lines that tell how both sides compare, by the lists. Pure. */
export function renderSurvey(
  { planned, listing, nearMisses, inventory }: SidesSurvey,
  target: PlanTarget,
): readonly Line[] {
  const { userPoolId, instanceId, tableName, policy } = target;
  const groups = Map.groupBy(planned, ({ what, reason }) => [what, reason ?? ''].join(' '));
  const rows = PLANNED_KINDS.flatMap((kind) =>
    [...groups.values()].flatMap((those) => {
      const [first] = those;
      if (first?.what !== kind) return [];
      const compared = those.some(({ nameFields }) => nameFields !== null);
      const differ = those.filter(({ nameFields }) => (nameFields ?? []).length > 0).length;
      return [[TITLES[kind], first.reason ?? '-', renderCount(those.length), compared ? renderCount(differ) : '-']];
    }),
  );
  const reasons = new Set(planned.flatMap(({ reason }) => reason ?? []));
  return [
    `User pool ${userPoolId}, Connect instance ${instanceId}`,
    `${tableName === undefined ? 'Before the first deployment' : `Table ${tableName}`}, mode ${policy.mode}`,
    `Cognito users listed: ${renderCount(listing.users)}, Connect users: ${renderCount(inventory.connectUsers.length)}, rows: ${renderCount(inventory.rows.size)}`,
    ...(rows.length === 0 ? [] : ['', tableOf(['WHAT', 'REASON', 'USERS', 'NAMES DIFFER'], rows, [2, 3])]),
    ...(listing.notLookedFor.length === 0 ? [] : [`Not looked for: ${listing.notLookedFor.join(', ')}`]),
    ...renderAdvice([...reasons].map((reason) => [reason, adviseOnSeveral(reason) ?? null])),
    ...adviseOnNearMisses(nearMisses).flatMap((advice) => ['', advice]),
  ];
}

/** Lines that tell what the worker makes of the users that were read on both sides. Pure. */
export function renderDetails(details: readonly DetailedUser[], asked: number): readonly Line[] {
  const keyOf = (detail: DetailedUser): readonly [string, string, string] =>
    'failure' in detail
      ? ['not known', detail.failure, '-']
      : [
          detail.outcome.status,
          [
            ...new Set([detail.outcome.reason ?? [], ...detail.outcome.withheld.map(({ reason }) => reason)].flat()),
          ].join(', ') || '-',
          detail.outcome.changed.join(', ') || '-',
        ];
  const groups = Map.groupBy(details, (detail) => keyOf(detail).join('\n'));
  const rows = [...groups.values()].flatMap((those) => {
    const [first] = those;
    return first === undefined ? [] : [[...keyOf(first), renderCount(those.length)]];
  });
  return [
    '',
    `Read on both sides: ${renderCount(details.length)} of ${renderCount(asked)}`,
    ...(rows.length === 0 ? [] : [tableOf(['STATUS', 'REASONS', 'WRITTEN', 'USERS'], rows.toSorted(), [3])]),
  ];
}

/** Lines that tell what the next pass costs. Pure. */
export function renderEstimate(
  { users, connectCalls, writesKnown, seconds, addresses, emailBudgetHours }: PassEstimate,
  { adoption, email, mode }: Policy,
  requestsPerSecond: number,
): readonly string[] {
  if (users === 0) return ['', 'The next pass of the sweep has nothing to do.'];
  const calls = Object.entries(connectCalls).map(([operation, count]) => {
    const most = operation === 'UpdateUserIdentityInfo' && !writesKnown && count > 0 ? 'at most ' : '';
    return `  ${operation}: ${most}${renderCount(count)}`;
  });
  const most = writesKnown ? '' : 'at most ';
  return [
    '',
    `The next pass of the sweep queues ${renderCount(users)} ${users === 1 ? 'user' : 'users'}. Calls of Connect:`,
    ...calls,
    `  At ${requestsPerSecond} a second and operation it takes about ${renderSpan(seconds)}.`,
    ...(mode === 'observe' ? ['  Mode observe: nothing is written.'] : []),
    ...(emailBudgetHours > 1
      ? [
          `  Addresses: ${most}${renderCount(addresses)} change; email.maxUsersPerHour lets ${renderCount(email.maxUsersPerHour)} through in an hour, so that they take ${renderCount(emailBudgetHours)} h, and those above it are held.`,
        ]
      : []),
    ...(adoption.trustFirstEmail ? [] : ['  The first address of a new link is held until a person releases it.']),
    `  Cognito: the worker reads ${renderCount(users)} ${users === 1 ? 'user' : 'users'} by AdminGetUser, and bills count a user so read as active for the month. A user who is only listed, as by this plan, does not count.`,
  ];
}
