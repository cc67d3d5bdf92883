import { InterruptedError, RefusedError } from '../exit.ts';

/** See {@link confirmNumber}. */
export interface Confirmation {
  /** How many there are now. */
  readonly count: number;
  /** What the operator has given by `--yes`. */
  readonly yes: number | undefined;
  /** Asks for a line; absent where no operator is at the keyboard. */
  readonly ask?: ((question: string) => Promise<string | undefined>) | undefined;
}

/**
 * Has the operator say how many users a plan is for: by `--yes N`, or by typing the number.
 *
 * @throws {RefusedError} when it is another number, or none; nothing has been written then.
 * @throws {InterruptedError} at Ctrl-C.
 */
export async function confirmNumber({ count, yes, ask }: Confirmation): Promise<void> {
  if (yes === undefined && ask !== undefined) {
    const answer = await ask(`Type the number of users, ${count}, to go on: `);
    if (answer === undefined) throw new InterruptedError();
    if (answer.trim() === String(count)) return;
    throw new RefusedError(
      `Received ${JSON.stringify(answer.trim())}, but the plan is for ${count}; nothing was written.`,
    );
  }
  if (yes === count) return;
  throw new RefusedError(
    `--yes: received ${yes ?? 'nothing'}, but the plan is for ${count} now; nothing was written. Look at the plan again.`,
  );
}
