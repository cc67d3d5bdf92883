import type { ChildProcess } from 'node:child_process';

/** The output of a process. */
export interface ProcessOutput {
  /** Resolves when all output that the process has written so far was passed on. */
  drained(): Promise<void>;
  /** Passes on the last text that has no line feed. */
  flush(): void;
}

/** Passes on stdout and stderr of a process, line by line. */
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
      // Written output is readable in the next turn of the event loop.
      for (let before = -1; before !== chunks; ) {
        before = chunks;
        await new Promise((resolve) => setImmediate(resolve));
      }
      flush();
    },
    flush,
  };
}
