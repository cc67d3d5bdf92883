import { PermanentError } from '../../lambda/core/errors.ts';
import type { Policy } from '../../lambda/core/policy.ts';
import type { Functions, WorkerMapping } from './ports.ts';
import { readWorkerSettings } from './worker-settings.ts';

/** What the worker is set to: whether it runs, what it may write, and for whom. A member that may not be read is absent. */
export interface Switches {
  readonly paused?: boolean;
  readonly mode?: Policy['mode'];
  /** The rule of the scope, in words. */
  readonly scope?: string;
  /** Why members are absent. */
  readonly notKnown: readonly string[];
}

/** Reads the switches. A missing permission leaves out what it is needed for. */
export async function readSwitches(
  { functions, mapping }: { readonly functions: Functions; readonly mapping: WorkerMapping },
  worker: string,
): Promise<Switches> {
  const [settings, state] = await Promise.all([readWorkerSettings(functions, worker), readState(mapping, worker)]);
  return {
    ...(state === 'unknown' ? {} : { paused: state === 'disabled' }),
    ...('unknown' in settings ? {} : { mode: settings.POLICY.mode, scope: describeScope(settings.POLICY.scope) }),
    notKnown: [
      ...('unknown' in settings ? [`The mode was not read: ${settings.unknown}.`] : []),
      ...(state === 'unknown'
        ? ['Whether the worker is paused was not read: needs the permission lambda:ListEventSourceMappings.']
        : []),
    ],
  };
}

async function readState(mapping: WorkerMapping, worker: string) {
  try {
    return (await mapping.find(worker))?.state;
  } catch (error) {
    if (!(error instanceof PermanentError) || !/AccessDenied/.test(error.code)) throw error;
    return 'unknown';
  }
}

/** The rule that decides who is synchronized, in words. Pure. */
const describeScope = (scope: Policy['scope']): string => {
  if (scope.kind === 'everyone') return 'everyone';
  return scope.kind === 'group' ? `group ${scope.group}` : `${scope.attribute} = ${scope.equals}`;
};
