import { printable, printableJson } from './printable.ts';

/** Where lines go. */
export interface Screen {
  /** A line of data, on stdout. */
  out(line: string): void;
  /** A line about what is going on, on stderr. */
  note(line: string): void;
  /** Replaces the last line of stderr, or removes it when empty; absent where stderr is no terminal. */
  readonly moving?: ((line: string) => void) | undefined;
}

/** Where an operator reads. Whatever is printed goes through here, and comes out without control characters. */
export interface Terminal {
  /** Data, on stdout. */
  out(lines: string | readonly string[]): void;
  /** One JSON document, on stdout. */
  json(document: object): void;
  /** What is going on, on stderr. */
  note(lines: string | readonly string[]): void;
  /** A line on stderr that the next one replaces, and an empty one removes; `undefined` where no line can move. */
  readonly moving: ((line: string) => void) | undefined;
}

/** Makes a terminal of a screen: what AWS, queues and arguments say is shown, and not obeyed. */
export function createTerminal(screen: Screen): Terminal {
  const { moving } = screen;
  let moves = false;
  const move = (line: string): void => {
    if (line === '' && !moves) return;
    moves = line !== '';
    moving?.(printable(line));
  };
  const each = (write: (line: string) => void) => (lines: string | readonly string[]) => {
    move('');
    for (const line of typeof lines === 'string' ? [lines] : lines) write(printable(line));
  };
  return {
    out: each((line) => screen.out(line)),
    note: each((line) => screen.note(line)),
    moving: moving === undefined ? undefined : move,
    json: (document) => {
      move('');
      for (const line of printableJson(document).split('\n')) screen.out(line);
    },
  };
}

/** What is said where nothing was written. */
export const PLAN_ONLY = 'This is a plan; nothing was written. Repeat the command with --apply.';
