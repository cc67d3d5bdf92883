import type { UserIdentityInfo, UserPhoneConfig } from '@aws-sdk/client-connect';
import type { Clock } from '../../clock.ts';

/** A Connect user as stored. */
export interface UserRecord {
  /** Order of creation. */
  readonly sequence: number;
  readonly instanceId: string;
  readonly id: string;
  readonly arn: string;
  readonly username: string;
  readonly identity: Readonly<UserIdentityInfo>;
  readonly phoneConfig: Readonly<UserPhoneConfig> | undefined;
  readonly directoryUserId: string | undefined;
  readonly securityProfileIds: readonly string[];
  readonly routingProfileId: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly lastModifiedMs: number;
}

/** An applied write. Reads may not show it yet. */
export interface UserChange {
  readonly kind: 'created' | 'updated' | 'deleted';
  readonly record: UserRecord;
}

/** How long it takes until a write is shown, milliseconds. */
export interface Spread {
  /** By reads and lists. */
  readonly readsMs: number;
  /** By searches. */
  readonly searchesMs: number;
}

/** Shown at once. */
export const AT_ONCE: Spread = { readsMs: 0, searchesMs: 0 };

/** Users of all instances. "Visible" is the state that reads show, "found" that of searches, "newest" that of the last write. */
export interface UserStore {
  visible(instanceId: string, id: string): UserRecord | undefined;
  newest(instanceId: string, id: string): UserRecord | undefined;
  newestByUsername(instanceId: string, username: string): UserRecord | undefined;
  listVisible(instanceId: string): readonly UserRecord[];
  listFound(instanceId: string): readonly UserRecord[];
  /** Whether reads still show an older state of a user. */
  isSpreading(instanceId: string, id: string): boolean;
  listNewest(instanceId: string): readonly UserRecord[];
  /** Stores a user and sets its modification time. It is shown after `spread`. */
  put(fields: Omit<UserRecord, 'sequence' | 'lastModifiedMs'>, spread: Spread): UserRecord;
  remove(record: UserRecord, spread: Spread): void;
  /** Calls `listener` after each applied write. Returns a function that stops it. */
  onChange(listener: (change: UserChange) => void): () => void;
}

interface Version {
  readonly visibleAtMs: number;
  readonly foundAtMs: number;
  readonly record: UserRecord | undefined;
}

/** Creates an empty store. */
export function createUserStore(clock: Clock): UserStore {
  const byInstance = new Map<string, Map<string, readonly Version[]>>();
  const idsByName = new Map<string, string>();
  const listeners = new Set<(change: UserChange) => void>();
  let nextSequence = 0;

  const usersOf = (instanceId: string) => {
    const users = byInstance.get(instanceId) ?? new Map<string, readonly Version[]>();
    byInstance.set(instanceId, users);
    return users;
  };
  const nameKey = (instanceId: string, username: string) => `${instanceId}/${username}`;
  const shownVersion = (versions: readonly Version[]) =>
    versions.findLast(({ visibleAtMs }) => visibleAtMs <= clock.now());
  const foundVersion = (versions: readonly Version[]) => versions.findLast(({ foundAtMs }) => foundAtMs <= clock.now());
  const present = (versions: readonly (Version | undefined)[]): readonly UserRecord[] =>
    versions.flatMap((version) => version?.record ?? []);

  function write(kind: UserChange['kind'], record: UserRecord, { readsMs, searchesMs }: Spread): void {
    const users = usersOf(record.instanceId);
    const now = clock.now();
    const written = kind === 'deleted' ? undefined : record;
    const version = { visibleAtMs: now + readsMs, foundAtMs: now + searchesMs, record: written };
    if (kind === 'deleted' && readsMs === 0 && searchesMs === 0) users.delete(record.id);
    else users.set(record.id, [...stillShown(users.get(record.id) ?? []), version]);
    for (const listener of listeners) listener({ kind, record });
  }

  /** Removes versions that neither reads nor searches will show again. */
  function stillShown(versions: readonly Version[]): readonly Version[] {
    const shown = [shownVersion(versions), foundVersion(versions)].map(
      (version) => version && versions.indexOf(version),
    );
    return versions.slice(Math.min(...shown.map((index) => index ?? 0)));
  }

  const store: UserStore = {
    visible: (instanceId, id) => shownVersion(usersOf(instanceId).get(id) ?? [])?.record,
    newest: (instanceId, id) => usersOf(instanceId).get(id)?.at(-1)?.record,
    newestByUsername(instanceId, username) {
      const id = idsByName.get(nameKey(instanceId, username));
      return id === undefined ? undefined : store.newest(instanceId, id);
    },
    listVisible: (instanceId) => present([...usersOf(instanceId).values()].map(shownVersion)),
    listFound: (instanceId) => present([...usersOf(instanceId).values()].map(foundVersion)),
    isSpreading: (instanceId, id) => (usersOf(instanceId).get(id)?.at(-1)?.visibleAtMs ?? 0) > clock.now(),
    listNewest: (instanceId) => present([...usersOf(instanceId).values()].map((versions) => versions.at(-1))),
    put(fields, spread) {
      const before = store.newest(fields.instanceId, fields.id);
      const sequence = before?.sequence ?? nextSequence++;
      const record = { ...fields, sequence, lastModifiedMs: clock.now() };
      idsByName.set(nameKey(record.instanceId, record.username), record.id);
      write(before === undefined ? 'created' : 'updated', record, spread);
      return record;
    },
    remove(record, spread) {
      idsByName.delete(nameKey(record.instanceId, record.username));
      write('deleted', record, spread);
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  return store;
}
