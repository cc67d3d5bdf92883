import type { DoctorFacts } from './facts.ts';
import type { Reading } from './reading.ts';

/** What a check has found, in sentences, and what to do about it. */
export type Verdict =
  | { readonly state: 'ok'; readonly says: string }
  | {
      readonly state: 'warning' | 'problem';
      readonly says: string;
      /** What to do. */
      readonly advice: string;
      /** The command to paste. */
      readonly command?: string;
    }
  | {
      readonly state: 'not checked';
      readonly says: string;
      /** The permission that the caller lacks. */
      readonly permission?: string;
    };

/** One check of `doctor`. */
export interface Check {
  /** Name by which people and scripts know it. */
  readonly name: string;
  /** Decides by facts alone; `undefined` where the check does not apply. Pure. */
  readonly decide: (facts: DoctorFacts) => Verdict | undefined;
}

/** Everything is as it should be. Pure. */
export const ok = (says: string): Verdict => ({ state: 'ok', says });

/** It works, and not as well as it could. Pure. */
export const warning = (says: string, advice: string, command?: string): Verdict => ({
  state: 'warning',
  says,
  advice,
  ...(command !== undefined && { command }),
});

/** It does not work, or not safely. Pure. */
export const problem = (says: string, advice: string, command?: string): Verdict => ({
  state: 'problem',
  says,
  advice,
  ...(command !== undefined && { command }),
});

/** Code of settings that neither a configuration nor the worker of this version has. */
export const NO_SETTINGS = 'no-worker-of-this-version';

/** Codes with which AWS says that there is no such thing. */
const IS_GONE = /NotFound|NonExistent|DoesNotExist/;

/** The verdict where a value could not be read. Pure. */
export function unread(reading: Exclude<Reading<unknown>, { readonly state: 'read' }>): Verdict {
  if (reading.state === 'denied')
    return { state: 'not checked', says: `Needs permission ${reading.permission}.`, permission: reading.permission };
  const { code } = reading;
  if (code === NO_SETTINGS)
    return { state: 'not checked', says: 'The settings are not known: the worker is gone, or of another version.' };
  // Where a part is gone, the check of that part says what to do.
  if (IS_GONE.test(code)) return { state: 'not checked', says: `What this looks at is gone (${code}).` };
  return { state: 'not checked', says: `AWS did not answer: ${code}. Try again in a while.` };
}

/** Decides by a value where it was read, and says why not where it was not. Pure. */
export const judge = <Value, Decided extends Verdict | undefined>(
  reading: Reading<Value>,
  decide: (value: Value) => Decided,
): Verdict | Decided => (reading.state === 'read' ? decide(reading.value) : unread(reading));

/** The command that restores a missing or changed part of the stack. */
export const MEND = 'npx cdk deploy --revert-drift';

/** Decides by a part of the stack; a part that AWS does not know is gone. Pure. */
export const judgePart = <Value>(reading: Reading<Value>, part: string, decide: (value: Value) => Verdict): Verdict =>
  reading.state === 'failed' && IS_GONE.test(reading.code)
    ? problem(`${part} is gone (${reading.code}).`, 'Have CloudFormation create it again:', MEND)
    : judge(reading, decide);

/** Names in a sentence. Pure. */
export const listed = (names: readonly string[]): string => names.join(', ');
