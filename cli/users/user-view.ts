import { adviseOn, type Status } from '../../lambda/core/outcome.ts';
import { heldFields, holdIdIn } from './hold-digest.ts';
import type { UserRecord } from './ports.ts';

/** Outcomes that wait for a person. */
const ATTENTION: readonly string[] = ['held', 'rejected', 'unlinked', 'ambiguous'] satisfies readonly Status[];

/** Whether a person has something to do or to decide about a user. Pure. */
export const needsAttention = (user: Parameters<typeof heldFields>[0]): boolean =>
  ATTENTION.includes(user.status ?? '') || heldFields(user).length > 0;

/** Why a user is not in step, each reason once; empty when there is none. Pure. */
export const reasonsOf = ({ reason, withheld = [] }: UserRecord): readonly string[] => [
  ...new Set([...(reason === undefined ? [] : [reason]), ...withheld.map((field) => field.reason)]),
];

/** What is told of a user, in JSON: ids, field names, codes and ISO times, never a value. Pure. */
export function viewUser(sub: string, row: UserRecord | undefined) {
  const { connectUserId, candidateId, linkedAt, firstEmail, status, reason, since, concludedAt, missingSince } =
    row ?? {};
  const { changed = [], withheld = [], holds = {}, releases = {}, releasedAt, eventId, cause, occurredAt } = row ?? {};
  return {
    sub,
    connectUserId: connectUserId ?? null,
    candidateId: candidateId ?? null,
    linkedAt: toTime(linkedAt),
    firstEmail: firstEmail === true,
    status: status ?? null,
    reason: reason ?? null,
    advice: (reason === undefined ? undefined : adviseOn(reason, { sub, candidateId })) ?? null,
    since: toTime(since),
    reconciledAt: toTime(concludedAt),
    changed,
    withheld: withheld.map(({ field, kind, reason: why, code = null }) => ({
      ...{ field, kind, reason: why, code, advice: adviseOn(why, { sub, candidateId }) ?? null },
      holdId: kind === 'held' ? (holdIdIn(holds, field) ?? null) : null,
    })),
    change: eventId === undefined ? null : { cause, eventId, occurredAt: toTime(occurredAt) },
    released: { fields: Object.keys(releases), at: toTime(releasedAt) },
    missingSince: toTime(missingSince),
    operators: listActs(row),
  };
}

/** Who ran which command last, oldest first. Pure. */
function listActs({ releasedBy, linkedBy, unlinkedBy, redrivenBy }: Partial<UserRecord> = {}) {
  const acts = { released: releasedBy, linked: linkedBy, unlinked: unlinkedBy, redriven: redrivenBy };
  return Object.entries(acts)
    .flatMap(([what, act]) => (act === undefined ? [] : [{ what, role: act.role, at: toTime(act.at) }]))
    .sort((one, other) => ((one.at ?? '') < (other.at ?? '') ? -1 : 1));
}

/** See {@link viewUser}. */
export type UserView = ReturnType<typeof viewUser>;

/** A time for JSON. Pure. */
export const toTime = (milliseconds: number | undefined): string | null =>
  milliseconds === undefined ? null : new Date(milliseconds).toISOString();
