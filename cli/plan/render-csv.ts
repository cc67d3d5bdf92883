import type { PlannedUser } from './classify.ts';
import { csvLine } from './csv.ts';
import type { DetailedUser, Shown } from './view-plan.ts';

/**
 * The plan as comma-separated values: a line for each user, and with details a line for each field of a user. With values, the
 * column `connect` holds what a write replaces: what undoing it needs. Pure.
 */
export function renderCsv(
  planned: readonly PlannedUser[],
  details: ReadonlyMap<string, DetailedUser> | undefined,
  shown: Shown,
): readonly string[] {
  const who = ({ sub, username, connectUserId, connectUsername }: PlannedUser) => [
    sub,
    ...(shown.names ? [username] : []),
    connectUserId,
    ...(shown.names ? [connectUsername] : []),
  ];
  const header = [
    'sub',
    ...(shown.names ? ['username'] : []),
    'connect-user-id',
    ...(shown.names ? ['connect-username'] : []),
  ];
  if (details === undefined)
    return [
      csvLine([...header, 'what', 'reason', 'name-fields', 'candidate']),
      ...planned.map((user) =>
        csvLine([...who(user), user.what, user.reason, user.nameFields?.join(' ') ?? null, user.why]),
      ),
    ];
  const values = shown.values ? ['connect', 'cognito'] : [];
  return [
    csvLine([...header, 'status', 'reason', 'field', 'what', 'field-reason', ...values]),
    ...planned.flatMap((user) => {
      const detail = details.get(user.sub);
      if (detail === undefined) return [];
      const empty = values.map(() => null);
      if ('failure' in detail)
        return [csvLine([...who(user), 'not-known', detail.failure, null, null, null, ...empty])];
      const { status, reason = null } = detail.outcome;
      // The Connect user that the worker finds.
      const found = who({ ...user, connectUserId: detail.connectUserId ?? user.connectUserId });
      if (detail.fields.length === 0) return [csvLine([...found, status, reason, null, null, null, ...empty])];
      return detail.fields.map(({ field, what, reason: why, connect, cognito }) =>
        csvLine([...found, status, reason, field, what, why, ...(shown.values ? [connect, cognito] : [])]),
      );
    }),
  ];
}
