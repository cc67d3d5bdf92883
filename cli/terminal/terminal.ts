/** Where an operator reads. */
export interface Terminal {
  /** A line of data, on stdout. */
  out(line: string): void;
  /** A line about what is going on, on stderr. */
  note(line: string): void;
}

/** What is said where nothing was written. */
export const PLAN_ONLY = 'This is a plan; nothing was written. Repeat the command with --apply.';
