/** One of the two outputs of a program. */
export interface Output {
  write(text: string): void;
  /** Why the text did not reach its end, such as `ENOSPC`; `undefined` when it did, and when its reader wants no more. */
  failure(): string | undefined;
}

/**
 * Writes to an output as long as it takes text. When its reader closes it (`connect-sync status | head -3`), what follows is
 * dropped, and the command goes on to its end: whether it wrote to AWS must not depend on who reads along.
 */
export function createOutput(stream: NodeJS.WritableStream): Output {
  let closed = false;
  let failure: string | undefined;
  stream.on('error', ({ code }: NodeJS.ErrnoException) => {
    closed = true;
    if (code !== 'EPIPE') failure ??= code ?? 'unknown';
  });
  return {
    write(text) {
      if (!closed) stream.write(text);
    },
    failure: () => failure,
  };
}
