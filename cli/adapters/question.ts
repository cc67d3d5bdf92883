import { createInterface } from 'node:readline/promises';

/** Where questions are asked and answered. */
export interface Dialogue {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
  /** Ends the question. */
  readonly signal: AbortSignal;
}

/** Asks one question; `undefined` when the input ends or the signal aborts before the answer. */
export async function askQuestion({ input, output, signal }: Dialogue, question: string): Promise<string | undefined> {
  if (signal.aborted) return undefined;
  const lines = createInterface({ input, output });
  try {
    const ended = new Promise<undefined>((resolve) => {
      lines.once('close', () => resolve(undefined));
      // A terminal in raw mode sends Ctrl-C here and not to the process.
      lines.once('SIGINT', () => resolve(undefined));
      signal.addEventListener('abort', () => resolve(undefined), { once: true });
    });
    return await Promise.race([lines.question(question), ended]);
  } finally {
    lines.close();
  }
}
