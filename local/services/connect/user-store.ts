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

/** An applied write, as soon as it is applied, whether reads show it yet or not. */
export interface UserChange {
  readonly kind: 'created' | 'updated' | 'deleted';
  readonly record: UserRecord;
}

/** Users of all instances. "Visible" is what reads show; "newest" is what has been written. */
export interface UserStore {
  visible(instanceId: string, id: string): UserRecord | undefined;
  newest(instanceId: string, id: string): UserRecord | undefined;
  newestByUsername(instanceId: string, username: string): UserRecord | undefined;
  listVisible(instanceId: string): readonly UserRecord[];
  listNewest(instanceId: string): readonly UserRecord[];
  /** Stores a user, moving its modification time; visible after `delayMs`. */
  put(fields: Omit<UserRecord, 'sequence' | 'lastModifiedMs'>, delayMs: number): UserRecord;
  remove(record: UserRecord, delayMs: number): void;
  /** Calls `listener` after each applied write; returns how to stop. */
  onChange(listener: (change: UserChange) => void): () => void;
}

interface Version {
  readonly visibleAtMs: number;
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
  const present = (versions: readonly (Version | undefined)[]): readonly UserRecord[] =>
    versions.flatMap((version) => version?.record ?? []);

  function write(kind: UserChange['kind'], record: UserRecord, delayMs: number): void {
    const users = usersOf(record.instanceId);
    const versions = users.get(record.id) ?? [];
    const shown = shownVersion(versions);
    const version = { visibleAtMs: clock.now() + delayMs, record: kind === 'deleted' ? undefined : record };
    if (kind === 'deleted' && delayMs === 0) users.delete(record.id);
    else users.set(record.id, [...versions.slice(shown ? versions.indexOf(shown) : 0), version]);
    for (const listener of listeners) listener({ kind, record });
  }

  const store: UserStore = {
    visible: (instanceId, id) => shownVersion(usersOf(instanceId).get(id) ?? [])?.record,
    newest: (instanceId, id) => usersOf(instanceId).get(id)?.at(-1)?.record,
    newestByUsername(instanceId, username) {
      const id = idsByName.get(nameKey(instanceId, username));
      return id === undefined ? undefined : store.newest(instanceId, id);
    },
    listVisible: (instanceId) => present([...usersOf(instanceId).values()].map(shownVersion)),
    listNewest: (instanceId) => present([...usersOf(instanceId).values()].map((versions) => versions.at(-1))),
    put(fields, delayMs) {
      const before = store.newest(fields.instanceId, fields.id);
      const sequence = before?.sequence ?? nextSequence++;
      const record = { ...fields, sequence, lastModifiedMs: clock.now() };
      idsByName.set(nameKey(record.instanceId, record.username), record.id);
      write(before === undefined ? 'created' : 'updated', record, delayMs);
      return record;
    },
    remove(record, delayMs) {
      idsByName.delete(nameKey(record.instanceId, record.username));
      write('deleted', record, delayMs);
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  return store;
}
