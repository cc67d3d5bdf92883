import type { ChildProcess } from 'node:child_process';

/** What is being read from a process. */
export interface ProcessOutput {
  /** Resolves when everything the process has written so far has been handed over. */
  drained(): Promise<void>;
  /** Hands over what has not ended in a line feed yet. */
  flush(): void;
}

/** Hands over a process's stdout and stderr line by line. */
export function readLines(child: ChildProcess, onLine: (line: string) => void): ProcessOutput {
  let chunks = 0;
  const flushes = [child.stdout, child.stderr].map((stream) => {
    let rest = '';
    stream?.setEncoding('utf8');
    stream?.on('data', (chunk: string) => {
      chunks += 1;
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      lines.forEach(onLine);
    });
    return () => {
      if (rest !== '') onLine(rest);
      rest = '';
    };
  });
  const flush = () => {
    for (const each of flushes) each();
  };
  return {
    async drained() {
      // What has been written is readable in the next turn of the event loop, as long as there is anything.
      for (let before = -1; before !== chunks; ) {
        before = chunks;
        await new Promise((resolve) => setImmediate(resolve));
      }
      flush();
    },
    flush,
  };
}
