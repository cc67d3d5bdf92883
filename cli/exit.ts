/** How a command ended, as scripts see it. */
export const EXIT = {
  /** Everything is as it should be. */
  inOrder: 0,
  /** Something is not: a plan with changes, dead letters, a check that failed. */
  attention: 1,
  /** The command line or the configuration cannot be used. */
  usage: 2,
  /** AWS could not be reached, or refused. */
  remote: 3,
  /** Ctrl-C ended the command before its end, as shells say it. */
  interrupted: 130,
} as const;

/** See {@link EXIT}. */
export type Exit = (typeof EXIT)[keyof typeof EXIT];

/** Ctrl-C ended the command before anything was written. Ends with {@link EXIT}`.interrupted`. */
export class InterruptedError extends Error {
  override readonly name = 'InterruptedError';

  constructor() {
    super('Interrupted; nothing was written.');
  }
}

/** A check refused the command, or a part of it. Ends with {@link EXIT}`.attention`. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';
  /** Why, a sentence or more for each reason. */
  readonly reasons: readonly string[];

  constructor(message: string, reasons: readonly string[] = []) {
    super(message);
    this.reasons = reasons;
  }
}
