import { type ExposureHistory, rememberExposure } from '../../lambda/core/links/exposure.ts';
import { mayBeAbandoned, type UserRow } from '../../lambda/core/rows/user-row.ts';
import type { SyncTable } from '../../lambda/ports.ts';
import type { Claim } from '../users/ports.ts';
import type { KeptState } from './ports.ts';

/** What is known before a rehearsal begins. */
export interface RehearsalFacts {
  readonly kept: KeptState;
  readonly history: ExposureHistory;
  /** Users counted into the e-mail budget by now. */
  readonly emailBudget: ReadonlySet<string>;
  /** Connect users that a rule links without regard to case, by sub. */
  readonly caseMatches: ReadonlyMap<string, string>;
  readonly policyHash: string;
}

/**
 * The table as the worker would find it, user after user: what it says is read, and what the worker writes is kept in memory
 * only. So two users never get one Connect user in a plan, and the e-mail budget runs out as it will.
 */
export function createRehearsalTable({
  kept,
  history: before,
  emailBudget,
  caseMatches,
  policyHash,
}: RehearsalFacts): SyncTable {
  const rows = new Map<string, UserRow | undefined>();
  const claims = new Map<string, Omit<Claim, 'connectUserId'>>();
  const spent = new Set(emailBudget);
  let history = before;
  const getUser = async (sub: string): Promise<UserRow | undefined> => {
    if (!rows.has(sub)) rows.set(sub, await kept.findRow(sub));
    return rows.get(sub);
  };
  const change = async (sub: string, members: Partial<UserRow>): Promise<void> => {
    rows.set(sub, { ...(await getUser(sub)), sub, ...members });
  };
  const isFree = async (sub: string, connectUserId: string, now: number): Promise<boolean> => {
    const holder = claims.get(connectUserId) ?? (await kept.findClaim(connectUserId));
    if (holder === undefined) return true;
    if (holder.sub === sub) return holder.orphanedAt === undefined;
    return mayBeAbandoned(holder, now) && (await getUser(holder.sub))?.connectUserId !== connectUserId;
  };
  return {
    getUser,
    async link(sub, connectUserId, now) {
      if (!(await isFree(sub, connectUserId, now))) return 'claimed-by-another';
      claims.set(connectUserId, { sub, claimedAt: now });
      const linked = (await getUser(sub))?.connectUserId;
      if (linked !== undefined && linked !== connectUserId) return 'claimed-by-another';
      await change(sub, { connectUserId, linkedAt: now, firstEmail: true });
      return 'linked';
    },
    async unlink(sub) {
      const { connectUserId: _, linkedAt: __, ...row } = (await getUser(sub)) ?? { sub };
      rows.set(sub, row);
    },
    orphan: async () => {},
    noteMissing: (sub, missingSince) => change(sub, missingSince === undefined ? {} : { missingSince }),
    noteConnectMissing: (sub, since) => change(sub, since === undefined ? {} : { connectMissingSince: since }),
    noteShownEmail: (sub, shownEmail) => change(sub, { shownEmail }),
    noteWrite: async () => true,
    takeBackWrite: async () => {},
    noteTry: async () => {},
    conclude: async () => true,
    concludeUnchanged: async () => true,
    async spendEmailBudget(sub, _now, maxUsersPerHour) {
      if (spent.has(sub)) return 'counted-before';
      if (spent.size >= maxUsersPerHour) return 'spent';
      spent.add(sub);
      return 'taken';
    },
    async giveBackEmailBudget(sub) {
      spent.delete(sub);
    },
    async rememberExposure(exposure, watched, now) {
      history = rememberExposure(history, exposure, watched, now);
      return history;
    },
    async findCaseMatch(sub) {
      const connectUserId = caseMatches.get(sub);
      return connectUserId === undefined ? undefined : { connectUserId, policyHash };
    },
  };
}
