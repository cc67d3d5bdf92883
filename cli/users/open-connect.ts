import type { Connected } from '../command.ts';
import { type ReadWorkerSettings, readWorkerSettings } from '../deployment/worker-settings.ts';
import type { ConnectUsers } from './ports.ts';

/** What commands about Connect users need to know of the deployment. */
export const CONNECT_PLACES = ['tableName', 'syncWorker'] as const;

/** The settings of the worker, read once, and the Connect instance that it writes to. */
export interface OpenedConnect {
  readonly workerSettings: () => Promise<ReadWorkerSettings>;
  /** The reason where the settings, and so the instance, are not known. */
  readonly connect: () => Promise<ConnectUsers | { readonly unknown: string }>;
}

/** Opens the Connect instance as the worker knows it, when it is first asked for. */
export function openConnect({
  connectUsers,
  functions,
  place: { tableName, syncWorker },
}: Connected<(typeof CONNECT_PLACES)[number]>): OpenedConnect {
  let settings: Promise<ReadWorkerSettings> | undefined;
  const workerSettings = () => {
    settings ??= readWorkerSettings(functions, syncWorker);
    return settings;
  };
  return {
    workerSettings,
    async connect() {
      const read = await workerSettings();
      if ('unknown' in read) return read;
      const { CONNECT_INSTANCE_ID: instanceId, CONNECT_REGION: region, CONNECT_REQUESTS_PER_SECOND } = read;
      return connectUsers({ instanceId, region, requestsPerSecond: CONNECT_REQUESTS_PER_SECOND, tableName });
    },
  };
}
