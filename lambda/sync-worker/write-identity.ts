import { WRITE_OPERATION } from '../core/failures/bad-requests.ts';
import { TransientError } from '../core/failures/errors.ts';
import { classifyRefusal, isDefiniteRefusal } from '../core/failures/refusal.ts';
import { type Identity, textOf, type UpdatableType } from '../core/identity/identity.ts';
import { digestOf } from '../core/rows/digest.ts';
import type { UserRow } from '../core/rows/user-row.ts';
import { type GroupRefusal, splitChanges } from '../core/writes/field-groups.ts';
import { type Changes, composeWrite } from '../core/writes/plan-identity.ts';
import type { WriteNote } from '../ports.ts';
import type { SyncDeps } from './deps.ts';
import { linkOf } from './linked-user.ts';

/** A write that was planned for a linked user. */
export interface PlannedWrite {
  readonly row: UserRow;
  readonly connectUserId: string;
  readonly observed: Identity;
  readonly type: UpdatableType;
  readonly write: Identity;
  readonly changes: Changes;
  /** Reads may still show the identity before the last write. A write of only a part of the changes would send it back. */
  readonly rewrite: boolean;
}

/** The result of a write: what Connect has taken, and what it has refused. */
export interface WriteResult {
  readonly taken: Changes;
  readonly refusals: readonly GroupRefusal[];
  /** The code with which Connect refused an identity in which nothing was new. */
  readonly refusedAsShown?: string;
}

/**
 * Sends an identity to Connect. Each request is noted in the row before it is sent. The note is restored when Connect has
 * definitely refused the request. A refused identity is sent again in parts, so that one field does not block the others.
 *
 * @param onTaken - is told what Connect has taken, also when another part fails afterwards.
 * @throws {TransientError | PermanentError} for a failure that is no verdict on the values. Parts that were taken stay noted.
 */
export async function writeIdentity(
  deps: SyncDeps,
  planned: PlannedWrite,
  onTaken: (changes: Changes) => void,
): Promise<WriteResult | 'connect-user-missing'> {
  const { row, write, changes } = planned;
  const { policy } = deps;
  const send = createSender(deps, planned);
  const parts = splitChanges(changes);
  // After an answer with status 400 or 409 without a verdict, the next try sends the parts one by one.
  const alreadyDoubted = doubtedSince(row) !== undefined;
  const mayTakeApart = !planned.rewrite || policy.identityUpdate === 'changed';
  if (!alreadyDoubted || parts.length < 2 || !mayTakeApart) {
    const answer = await send(write);
    if (answer === 'connect-user-missing') return answer;
    if (answer === 'taken') {
      onTaken(changes);
      return { taken: changes, refusals: [] };
    }
    const [only] = parts;
    if (parts.length === 1 && only) return { taken: new Map(), refusals: [{ ...only, code: answer.code }] };
    // The write has no new value: Connect refuses its own values.
    if (parts.length === 0) return { taken: new Map(), refusals: [], refusedAsShown: answer.code };
    if (!mayTakeApart)
      throw new TransientError('settling', 'Connect may still show an older identity, so the parts are not sent yet.');
  }
  return sendInParts(deps, planned, send, onTaken);
}

const doubtedSince = ({ lastTry }: UserRow): number | undefined => lastTry?.badRequestsSince?.[WRITE_OPERATION];

async function sendInParts(
  { policy }: SyncDeps,
  { observed, type, changes }: PlannedWrite,
  send: Sender,
  onTaken: (changes: Changes) => void,
): Promise<WriteResult | 'connect-user-missing'> {
  let taken: Changes = new Map();
  const refusals: GroupRefusal[] = [];
  const unclear: unknown[] = [];
  for (const part of splitChanges(changes)) {
    const together = new Map([...taken, ...part.changes]);
    const sent = policy.identityUpdate === 'whole' ? together : part.changes;
    try {
      const answer = await send(composeWrite(observed, sent, type, policy.identityUpdate));
      if (answer === 'connect-user-missing') return answer;
      if (answer === 'taken') {
        taken = together;
        onTaken(part.changes);
      } else refusals.push({ ...part, code: answer.code });
    } catch (error) {
      // Try the other parts, because they may succeed. After a throttle or an outage they would fail as well.
      if (error instanceof TransientError || !isDefiniteRefusal(error)) throw error;
      unclear.push(error);
    }
  }
  if (unclear.length > 0) throw unclear[0];
  return { taken, refusals };
}

type Answer = 'taken' | 'connect-user-missing' | { readonly code: string };
type Sender = (identity: Identity) => Promise<Answer>;

/** Sends identities one after the other. The row always has the note of the last one. */
function createSender({ directory, table, clock, newSalt }: SyncDeps, { row, connectUserId }: PlannedWrite): Sender {
  const { lastWriteAt, lastWrite, writeAnswered, earlierWriteAt } = row;
  let noted: WriteNote = { lastWriteAt, lastWrite, writeAnswered, earlierWriteAt };
  return async (identity) => {
    const digest = digestOf(textOf(identity), newSalt());
    const now = clock.now();
    if (!(await table.noteWrite(row.sub, linkOf(row), digest, now, noted.lastWriteAt))) {
      throw new TransientError('link-changed', 'The link of the user was changed while it was being reconciled.');
    }
    const before = noted;
    try {
      if ((await directory.updateIdentity(connectUserId, identity)) === 'connect-user-missing') {
        await table.takeBackWrite(row.sub, digest, before);
        return 'connect-user-missing';
      }
      noted = { lastWriteAt: now, lastWrite: digest, writeAnswered: true, earlierWriteAt: before.lastWriteAt };
      return 'taken';
    } catch (error) {
      if (!isDefiniteRefusal(error)) throw error;
      await table.takeBackWrite(row.sub, digest, before);
      if (classifyRefusal(error, doubtedSince(row), clock.now()) !== 'verdict') throw error;
      return { code: error.code };
    }
  };
}
