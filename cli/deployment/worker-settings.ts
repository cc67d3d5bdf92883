import { syncWorkerEnv } from '../../lambda/config.ts';
import { PermanentError } from '../../lambda/core/failures/errors.ts';
import type { Functions } from './ports.ts';

/** What the worker runs with: policy, instance, rate. */
export type WorkerSettings = ReturnType<typeof syncWorkerEnv.parse>;

/** The settings, or why they cannot be known: for people, in the words of a check that was left out. */
export type ReadWorkerSettings = WorkerSettings | { readonly unknown: string };

/**
 * Reads the settings of the deployed worker from its environment. A missing permission is an answer: a command that needs
 * them for a comparison says that it has not compared.
 */
export async function readWorkerSettings(functions: Functions, functionName: string): Promise<ReadWorkerSettings> {
  try {
    const { success, data } = syncWorkerEnv.safeParse(await functions.environment(functionName));
    return success ? data : { unknown: `${functionName} is not the worker of this version` };
  } catch (error) {
    if (!(error instanceof PermanentError) || !/AccessDenied/.test(error.code)) throw error;
    return { unknown: 'needs the permission lambda:GetFunctionConfiguration' };
  }
}
