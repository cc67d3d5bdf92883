import { PermanentError } from '../../lambda/core/failures/errors.ts';
import { attributesOfRules } from '../../lambda/core/links/adoption.ts';
import type { OpenSettings } from '../../lambda/core/links/exposure.ts';
import type { SyncTable } from '../../lambda/ports.ts';
import type { Connections } from '../connections.ts';
import { type ReadWorkerSettings, readWorkerSettings } from './worker-settings.ts';

/** What {@link rememberSettings} reads, and where it keeps what strangers can do. */
export interface SettingsMemory {
  readonly table: Pick<SyncTable, 'rememberExposure'> & {
    /** The time of the table, milliseconds since the epoch. */
    now(): Promise<number>;
  };
  /** The settings of the deployed worker say which attributes the adoption rules read. */
  readonly workerSettings: () => Promise<ReadWorkerSettings>;
  /** Reads the settings of the pool with all its app clients, as the worker does. */
  readonly openSettings: () => Promise<OpenSettings>;
}

/** What the description of a pool says of sign-up. */
type SignUp = Readonly<Required<Pick<OpenSettings, 'selfSignUp' | 'preSignUp'>>>;

/** Adds to what the table remembers of the pool whether strangers may sign up now. */
export type RememberSettings = (signUp: SignUp) => Promise<void>;

const NO_ATTRIBUTES = { watched: [], writableAttributes: new Set<string>() };

/**
 * Adds the present settings to what the table remembers of the pool: whether strangers may sign up, whether a function runs
 * before sign-up, and which attributes of adoption rules users may write. Every function that reads the settings does the same.
 * The app clients are read only where a rule reads an attribute.
 *
 * A caller who may not read the rules or the app clients keeps sign-up only. A caller who may not write the table keeps
 * nothing: the worker and the sweep do. Nothing is kept either where the table is gone, as after half a removal.
 */
export async function rememberSettings(memory: SettingsMemory, signUp: SignUp): Promise<void> {
  const { table } = memory;
  const { watched, writableAttributes } = (await whereAllowed(() => readAttributes(memory))) ?? NO_ATTRIBUTES;
  await whereAllowed(async () => table.rememberExposure({ ...signUp, writableAttributes }, watched, await table.now()));
}

/** Where the pool, the table and the worker of a deployment are. */
interface RememberPlaces {
  readonly userPoolId: string;
  readonly tableName: string;
  /** Absent where the places were given one by one: then the rules are not known. */
  readonly syncWorker?: string | undefined;
}

/** Connects {@link rememberSettings} to a deployment. */
export const rememberIn =
  (
    { userTable, functions, openSettings }: Pick<Connections, 'userTable' | 'functions' | 'openSettings'>,
    { userPoolId, tableName, syncWorker }: RememberPlaces,
  ): RememberSettings =>
  (signUp) =>
    rememberSettings(
      {
        table: userTable(tableName),
        workerSettings: async () =>
          syncWorker === undefined ? { unknown: 'no worker is named' } : readWorkerSettings(functions, syncWorker),
        openSettings: () => openSettings(userPoolId),
      },
      signUp,
    );

async function readAttributes({ workerSettings, openSettings }: SettingsMemory) {
  const settings = await workerSettings();
  const watched = 'unknown' in settings ? [] : attributesOfRules(settings.POLICY.adoption.rules);
  if (watched.length === 0) return NO_ATTRIBUTES;
  const { writableAttributes } = await openSettings();
  return { watched, writableAttributes };
}

async function whereAllowed<Value>(call: () => Promise<Value>): Promise<Value | undefined> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof PermanentError && /AccessDenied|^ResourceNotFound/.test(error.code)) return undefined;
    throw error;
  }
}
