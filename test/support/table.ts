import { type ExposureHistory, NO_HISTORY, rememberExposure } from '../../lambda/core/links/exposure.ts';
import { type UserRow, userRowSchema } from '../../lambda/core/rows/user-row.ts';
import type { CaseMatch, LinkRead, SyncTable } from '../../lambda/ports.ts';

/** One call of a port: `<port>.<method>` and its arguments as they were at the time. */
import type { Recorder } from './ports.ts';

interface Claim {
  readonly sub: string;
  readonly claimedAt: number;
  readonly orphanedAt?: number | undefined;
}

const ABANDONED_CLAIM_MS = 900_000;
const READ_MEMBERS: ReadonlySet<string> = new Set(Object.keys(userRowSchema.shape));

/** The table in memory, with the conditions of the real one; a contract test holds the two together. */
export function createTable(recorder: Recorder, policyHash = 'policy-1') {
  const rows = new Map<string, Readonly<Record<string, unknown>>>();
  const claims = new Map<string, Claim>();
  const budgets = new Map<string, Set<string>>();
  /** What the sweep has found, by sub. */
  const caseMatches = new Map<string, CaseMatch>();
  let history: ExposureHistory = NO_HISTORY;
  const linkOf = (sub: string) => rows.get(sub)?.connectUserId;
  const rowOf = (sub: string) => userRowSchema.safeParse(rows.get(sub)).data;
  const hasLink = (sub: string, link: LinkRead) =>
    linkOf(sub) === link.connectUserId &&
    (link.connectUserId === undefined || link.linkedAt === undefined || rows.get(sub)?.linkedAt === link.linkedAt);
  const update = (sub: string, changes: Readonly<Record<string, unknown>>) => {
    const merged = Object.entries({ ...rows.get(sub), ...changes }).filter(([, value]) => value !== undefined);
    rows.set(sub, Object.fromEntries(merged));
  };
  const claim = (sub: string, connectUserId: string, now: number): boolean => {
    const holder = claims.get(connectUserId);
    if (holder?.sub === sub) {
      if (holder.orphanedAt === undefined) claims.set(connectUserId, { sub, claimedAt: now });
      return holder.orphanedAt === undefined;
    }
    const abandoned =
      holder !== undefined &&
      holder.orphanedAt === undefined &&
      holder.claimedAt + ABANDONED_CLAIM_MS < now &&
      linkOf(holder.sub) !== connectUserId;
    if (holder !== undefined && !abandoned) return false;
    claims.set(connectUserId, { sub, claimedAt: now });
    return true;
  };
  const port = recorder.watch<SyncTable>('table', {
    getUser: async (sub) => {
      const row = rows.get(sub);
      if (row === undefined) return undefined;
      return Object.fromEntries(Object.entries(row).filter(([name]) => READ_MEMBERS.has(name))) as unknown as UserRow;
    },
    async link(sub, connectUserId, now) {
      if (!claim(sub, connectUserId, now)) return 'claimed-by-another';
      const linked = linkOf(sub);
      if (linked !== undefined && linked !== connectUserId) return 'claimed-by-another';
      update(sub, { sub, connectUserId, linkedAt: now, firstEmail: true });
      return 'linked';
    },
    async unlink(sub, connectUserId) {
      if (linkOf(sub) !== connectUserId) return;
      const link = [
        'connectUserId',
        'linkedAt',
        'firstEmail',
        'lastWrite',
        'lastWriteAt',
        'writeAnswered',
        'releases',
        'holds',
        'repeats',
        'refused',
        'settled',
        'shownEmail',
        'earlierWriteAt',
        'connectMissingSince',
      ];
      const forgotten = [...link, 'releasedAt', 'status', 'reason', 'changed', 'withheld', 'since'];
      update(sub, Object.fromEntries(forgotten.map((name) => [name, undefined])));
    },
    async orphan(sub, connectUserId, now) {
      const holder = claims.get(connectUserId);
      if (holder?.sub === sub) claims.set(connectUserId, { ...holder, orphanedAt: now });
    },
    noteMissing: async (sub, missingSince) => update(sub, { sub, missingSince }),
    noteConnectMissing: async (sub, connectMissingSince) => update(sub, { sub, connectMissingSince }),
    async noteWrite(sub, link, digest, now, earlierWriteAt) {
      if (!hasLink(sub, link)) return false;
      const answered = { writeAnswered: undefined, settled: undefined };
      update(sub, { lastWriteAt: now, lastWrite: digest, earlierWriteAt, ...answered });
      return true;
    },
    async takeBackWrite(sub, { hash }, { lastWriteAt, lastWrite, writeAnswered, earlierWriteAt }) {
      if (rowOf(sub)?.lastWrite?.hash !== hash) return;
      update(sub, { lastWriteAt, lastWrite, writeAnswered, earlierWriteAt });
    },
    noteShownEmail: async (sub, shownEmail) => update(sub, { shownEmail }),
    async noteTry(sub, lastTry) {
      if (rows.has(sub)) update(sub, { lastTry });
    },
    async conclude(sub, conclusion) {
      const { outcome, change, readAt, link, synced, since, writeAnswered, emailSettled, holds, memory } = conclusion;
      if (!hasLink(sub, link)) return false;
      const { status, reason, changed, withheld } = outcome;
      const { cause, eventId, occurredAt } = change;
      const { cognitoModifiedAt, connectModifiedAt } = conclusion;
      const { refused, repeats, settled, shownEmail, hadEmail } = memory ?? {};
      update(sub, {
        sub,
        missingSince: undefined,
        connectMissingSince: undefined,
        lastTry: undefined,
        status,
        reason,
        changed,
        withheld,
        cause,
        eventId,
        occurredAt,
        concludedAt: readAt,
        since,
        cognitoModifiedAt,
        connectModifiedAt,
        policyHash,
        candidateId: conclusion.candidateId,
        holds,
        ...(synced ? { syncedReadAt: readAt } : {}),
        ...(synced && memory ? { comparedAt: readAt } : {}),
        ...(synced && cause === 'operator' ? { askedBy: { eventId, readAt } } : {}),
        ...(writeAnswered !== undefined && (writeAnswered || synced) && { writeAnswered: writeAnswered || undefined }),
        ...(emailSettled ? { firstEmail: undefined } : {}),
        ...(memory === undefined ? { settled: undefined } : { refused, repeats, settled, shownEmail, hadEmail }),
      });
      const { releases } = conclusion;
      if (releases === undefined || rows.get(sub)?.releasedAt !== releases.givenAt) return true;
      const used = Object.keys(releases.left).length === 0;
      update(sub, used ? { releases: undefined, releasedAt: undefined } : { releases: releases.left });
      return true;
    },
    async concludeUnchanged(sub, { settled, status, withheld, change, readAt, since, cognitoModifiedAt }) {
      if (rowOf(sub)?.settled?.hash !== settled.hash) return false;
      const { cause, eventId, occurredAt } = change;
      const outcome = { status, reason: undefined, changed: [], withheld };
      const read = { concludedAt: readAt, syncedReadAt: readAt, since, cognitoModifiedAt, policyHash };
      const over = { missingSince: undefined, connectMissingSince: undefined, lastTry: undefined };
      update(sub, { ...outcome, cause, eventId, occurredAt, ...read, ...over });
      return true;
    },
    async spendEmailBudget(sub, now, maxUsersPerHour) {
      const hour = new Date(now).toISOString().slice(0, 13);
      const subs = budgets.get(hour) ?? new Set<string>();
      if (subs.has(sub)) return 'counted-before';
      if (subs.size >= maxUsersPerHour) return 'spent';
      budgets.set(hour, subs.add(sub));
      return 'taken';
    },
    async giveBackEmailBudget(sub, now) {
      budgets.get(new Date(now).toISOString().slice(0, 13))?.delete(sub);
    },
    async rememberExposure(exposure, watched, now) {
      history = rememberExposure(history, exposure, watched, now);
      return history;
    },
    findCaseMatch: async (sub) => caseMatches.get(sub),
  });
  return { ...port, rows, claims, budgets, caseMatches };
}
