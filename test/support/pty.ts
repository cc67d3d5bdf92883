import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { type CliOptions, EXECUTABLE, environmentOfCli } from './cli.ts';

/** Whether this machine has `script` of util-linux, which runs a program on a terminal. */
export const hasScript = (): boolean => /util-linux/.test(String(spawnSync('script', ['--version']).stdout));

/** What is typed once the terminal shows a text. */
export interface Typed {
  readonly after: string;
  readonly keys: string;
}

/** How a run on a terminal ended, and what the terminal showed: both streams, as a person sees them. */
export interface TerminalResult {
  readonly exit: number | null;
  readonly shown: string;
}

const HANGS_AFTER_MS = 120_000;

/** Ctrl-C, as a keyboard sends it. */
export const CTRL_C = '\u0003';

const quote = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;

/** Runs `connect-sync` on a terminal of this many columns, with a person at the keyboard. */
export async function runOnTerminal(
  args: readonly string[],
  {
    columns = 80,
    typed = [],
    ...options
  }: CliOptions & { readonly columns?: number; readonly typed?: readonly Typed[] },
): Promise<TerminalResult> {
  const words = [process.execPath, EXECUTABLE, ...args].map(quote).join(' ');
  const child = spawn(
    'script',
    ['--quiet', '--flush', '--return', '--command', `stty cols ${columns}; ${words}`, '/dev/null'],
    {
      cwd: options.cwd,
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...environmentOfCli(options), TERM: 'xterm' },
    },
  );
  const left = [...typed];
  let shown = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    shown += text;
    const [next] = left;
    if (next === undefined || !shown.includes(next.after)) return;
    left.shift();
    child.stdin.write(next.keys);
  });
  // Ends a hang, for instance where another question is asked than the one that is answered.
  const hang = setTimeout(() => child.kill(), HANGS_AFTER_MS);
  const [exit] = (await once(child, 'close')) as [number | null];
  clearTimeout(hang);
  return { exit, shown };
}
