import type { Policy } from '../../../lambda/core/policy.ts';
import type { Digest } from '../../../lambda/core/rows/digest.ts';
import { matches } from '../../../lambda/core/rows/digest.ts';
import type { Item } from './expressions.ts';
import { isPersonal, UNOWNED } from './people.ts';
import type { Sandbox } from './sandbox.ts';
import { BURST, RATE } from './settings.ts';
import type { TableDouble } from './table.ts';

/** Fields of an identity as Connect keeps it. */
export type Fields = Readonly<Partial<Record<string, string>>>;

/** A change as it lies in the queue. */
interface QueuedChange {
  readonly sub: string;
  readonly eventId: string;
  readonly cause: string;
  readonly occurredAt: number;
}

/** When the worker looks for the last time for what a trigger has announced, milliseconds after it was sent. */
const LAST_LOOK_MS = 2_000;

/** What the watch reads in addition to the reports that it gets. */
export interface Watched {
  /** True time, milliseconds since the epoch. */
  readonly now: () => number;
  readonly table: TableDouble;
  readonly policy: Policy;
  readonly type: 'CONNECT_MANAGED' | 'SAML';
  /** How far apart two requests may come closer than their slots, milliseconds: clocks, latency, slow tables. */
  readonly latenessMs: number;
  readonly isAdmin: (connectUserId: string) => boolean;
}

/**
 * Checks every read, write, message and log line of a run when it happens, and records each breach of an invariant. It does
 * not change the run.
 */
export function createWatch({ now, table, policy, type, latenessMs, isAdmin }: Watched) {
  const violations: string[] = [];
  const startedAt = now();
  const breach = (rule: string, what: string) => {
    if (violations.length < 20) violations.push(`${rule} at ${now() - startedAt} ms: ${what}`);
  };
  const emailField = type === 'SAML' ? 'SecondaryEmail' : 'Email';
  const ownerOf = (connectUserId: string) =>
    table.raw('user#').find((row) => row.connectUserId?.S === connectUserId)?.sub?.S;

  /** By sub: addresses seen verified, all values seen, and when Cognito was last read, by sandbox and at all. */
  const verified = new Map<string, Set<string>>();
  const seen = new Map<string, Set<string>>();
  const reads = new Map<Sandbox, Map<string, number>>();
  const concluded = new Map<string, number>();
  /** By event id: when Cognito had stored what the message announces. */
  const storedAt = new Map<string, number>();
  /** By event id: changes that a trigger has announced, and messages that are done with. */
  const notes = new Map<string, { readonly sub: string; readonly at: number; readonly occurredAt: number }>();
  const deletedAt = new Map<string, number>();
  const changedAt = new Map<string, number>();
  const deadLettered = new Set<string>();
  /** By Connect user: what it holds now, every address it ever held, and those of its people who had it verified. */
  const held = new Map<string, Fields>();
  const addresses = new Map<string, Set<string>>();
  const settled = new Set<string>();
  const inFlight = new Map<string, readonly string[]>();
  const levels = new Map<string, { level: number; at: number }>();

  const remember = (map: Map<string, Set<string>>, key: string, value: string | undefined) => {
    if (value !== undefined) map.set(key, (map.get(key) ?? new Set()).add(value));
  };

  function checkEmail(connectUserId: string, sub: string, value: string): void {
    const row = table.get(`user#${sub}`) ?? {};
    const domain = value.slice(value.indexOf('@') + 1);
    const { allowedDomains } = policy.email;
    const releases = (row.releases ?? {}) as Readonly<Record<string, Digest>>;
    const released = matches(releases[emailField], value);
    if (!verified.get(sub)?.has(value)) breach('e-mail', `${value} was never verified for the person`);
    if (allowedDomains.length > 0 && !allowedDomains.includes(domain)) breach('e-mail', `${value} is not allowed`);
    if (released) return;
    if (isAdmin(connectUserId)) breach('e-mail', `${value} for a protected profile`);
    if (!policy.adoption.trustFirstEmail && !settled.has(`${sub} ${connectUserId}`)) {
      breach('e-mail', `${value} is the first one of a link and was not released`);
    }
    // A budget whose last place was given back has no set any more.
    const budgets = table.all('budget#').filter(({ subs }) => (subs as ReadonlySet<string> | undefined)?.has(sub));
    if (budgets.length === 0) breach('e-mail', `${value} was not counted into the budget`);
  }

  return {
    violations,
    breach,
    /** A message is about to be sent. It announces nothing newer than this moment. */
    announced: (eventId: string) => storedAt.set(eventId, now()),
    /** A record of Cognito is about to be sent. The change is stored by now, also a change that a trigger has announced. */
    stored(eventId: string, eventName: string, sub = ''): void {
      storedAt.set(eventId, now());
      for (const [noteId, note] of /UpdateUserAttributes$/.test(eventName) ? notes : []) {
        if (note.sub !== sub || storedAt.has(noteId)) continue;
        notes.delete(noteId);
        // The worker tells by the time of the last change whether it came too early: another one at about that time
        // misleads it, as clocks differ by up to a second.
        const changed = changedAt.get(sub) ?? startedAt;
        if (now() - note.at > LAST_LOOK_MS || changed > note.occurredAt - 1_000) continue;
        storedAt.set(noteId, now());
        const deleted = deletedAt.get(noteId);
        // A user without a row is left to the sweep, which reads later.
        if (deleted !== undefined && table.get(`user#${sub}`) !== undefined)
          breach('nothing lost', `trigger ${noteId} was done with ${now() - deleted} ms early`);
      }
      changedAt.set(sub, now());
    },
    /** Cognito answered `AdminGetUser`; `attributes` is undefined when there is no user. */
    read(sandbox: Sandbox, sub: string, attributes: Fields | undefined): void {
      reads.set(sandbox, (reads.get(sandbox) ?? new Map<string, number>()).set(sub, now()));
      if (attributes?.sub !== sub) return;
      for (const value of Object.values(attributes)) remember(seen, sub, value?.normalize('NFC').trim());
      if (attributes.email_verified !== 'true') return;
      remember(verified, sub, attributes.email);
      for (const [connectUserId, past] of addresses) {
        if (past.has(attributes.email ?? '')) settled.add(`${sub} ${connectUserId}`);
      }
    },
    /** A link that a person settled before the run. */
    settle: (sub: string, connectUserId: string) => settled.add(`${sub} ${connectUserId}`),
    /** A worker has written to the table. */
    tableWrite(sandbox: Sandbox, input: object): void {
      const { Key } = input as { readonly Key?: Item };
      if (Key?.pk?.S?.startsWith('rate-limit#')) return;
      const text = JSON.stringify(input);
      if (isPersonal(text)) breach('personal data', `in the table: ${text}`);
      const sub = /"user#([^"]+)"/.exec(text)?.[1];
      const readAt = sub === undefined ? undefined : reads.get(sandbox)?.get(sub);
      if (sub !== undefined && readAt !== undefined && text.includes('concludedAt')) concluded.set(sub, readAt);
    },
    /** The table holds something new. */
    row(pk: string, { sub, connectUserId }: Item): void {
      const id = connectUserId?.S;
      if (id === undefined || !pk.startsWith('user#')) return;
      const holders = table.raw('user#').filter((row) => row.connectUserId?.S === id);
      const claim = table.get(`claim#${id}`);
      if (holders.length > 1) breach('one Connect user, one sub', `${id} has ${holders.length} rows`);
      if (claim?.sub !== sub?.S) breach('one Connect user, one sub', `${id} is claimed by ${claim?.sub}`);
    },
    /** A request to Connect is sent. Returns a function to call when its sender no longer waits for it. */
    connectRequest(operation: string, input: object): () => void {
      const { level, at } = levels.get(operation) ?? { level: 0, at: now() };
      const next = Math.max(0, level - ((now() - at) * RATE) / 1_000) + 1;
      levels.set(operation, { level: next, at: now() });
      if (next > BURST + (RATE * latenessMs) / 1_000) breach('rate limit', `${operation} is ${next.toFixed(2)} deep`);
      const { UserId } = input as { readonly UserId?: string };
      if (UserId === undefined) return () => {};
      const others = inFlight.get(UserId) ?? [];
      // A Cognito user of the same name may look at the Connect user while its own Cognito user has it written.
      if (operation === 'UpdateUserIdentityInfo' && others.includes(operation))
        breach('one at a time', `${operation} of ${UserId} beside another one`);
      inFlight.set(UserId, [...others, operation]);
      return () => {
        const open = inFlight.get(UserId) ?? [];
        inFlight.set(UserId, open.toSpliced(open.indexOf(operation), 1));
      };
    },
    /** Connect holds a new state of a user: by whom, matters only for updates, which are ours alone. */
    connectWrite(kind: 'created' | 'updated' | 'deleted', connectUserId: string, identity: Fields): void {
      const before = held.get(connectUserId) ?? {};
      held.set(connectUserId, identity);
      if (kind === 'updated') {
        const sub = ownerOf(connectUserId);
        if (sub === undefined) {
          breach('one Connect user, one sub', `${connectUserId} belongs to no Cognito user`);
          return;
        }
        for (const field of ['FirstName', 'LastName', 'Email', 'SecondaryEmail', 'Mobile']) {
          const value = identity[field];
          if (value === before[field]) continue;
          if (field === emailField && value !== undefined) checkEmail(connectUserId, sub, value);
          else if (!field.endsWith('Name') && !isMobile(policy, field))
            breach('fields not owned', `${field}: ${value}`);
          else if (value !== undefined && !seen.get(sub)?.has(value)) breach('never older', `${field} is ${value}`);
        }
      }
      remember(addresses, connectUserId, identity[emailField]);
      const owner = ownerOf(connectUserId) ?? '';
      if (verified.get(owner)?.has(identity[emailField] ?? '')) settled.add(`${owner} ${connectUserId}`);
    },
    /** A message is about to be deleted because the worker says that it is done with it. */
    deleted(messageId: string, body: string): void {
      if (deadLettered.has(messageId)) return;
      const change = readChange(body);
      if (change === undefined) {
        breach('nothing lost', 'an unreadable message is gone');
        return;
      }
      const { sub, eventId, cause } = change;
      deletedAt.set(eventId, now());
      const at = storedAt.get(eventId);
      const seenAt = concluded.get(sub) ?? Math.max(0, ...[...reads.values()].map((bySub) => bySub.get(sub) ?? 0));
      if (at !== undefined && seenAt < at) breach('nothing lost', `${cause} ${eventId} came ${at - seenAt} ms later`);
    },
    /** A message was put into the dead-letter queue by the worker. */
    deadLettered(messageId: string, reason: string | undefined): void {
      deadLettered.add(messageId);
      if (reason === 'bug') breach('nothing lost', `${messageId} is given up, although time would have healed it`);
    },
    /** A message was sent to a queue of the product. */
    sent(body: string, whole: string): void {
      if (isPersonal(whole)) breach('personal data', `in a message: ${whole}`);
      const change = readChange(body);
      if (change?.cause !== 'trigger' || notes.has(change.eventId)) return;
      notes.set(change.eventId, { sub: change.sub, at: now(), occurredAt: change.occurredAt });
    },
    logged(line: string): void {
      if (isPersonal(line)) breach('personal data', `in the log: ${line}`);
    },
    /** A caller of Cognito had to wait for our trigger. */
    triggered(durationMs: number): void {
      if (durationMs > 1_500) breach('caller of Cognito', `waited ${durationMs} ms`);
    },
  };
}

const readChange = (body: string): QueuedChange | undefined =>
  body.startsWith('{"v":1') ? (JSON.parse(body) as QueuedChange) : undefined;

/** See {@link createWatch}. */
export type Watch = ReturnType<typeof createWatch>;

const isMobile = ({ mapping }: Policy, field: string): boolean =>
  field === 'Mobile' && mapping.Mobile !== null && UNOWNED.Mobile !== undefined;
