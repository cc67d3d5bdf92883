import { type Address, addressCommands } from './address-commands.ts';
import { printable, printableJson } from './printable.ts';
import { type Look, lookOf } from './states.ts';
import { type Line, layOutTable, SHORT_ID } from './table.ts';
import { wrapProse } from './wrap.ts';

/** Where lines go. */
export interface Screen {
  /** A line of data, on stdout. */
  out(line: string): void;
  /** A line about what is going on, on stderr. */
  note(line: string): void;
  /** Replaces the last line of stderr, or removes it when empty; absent where stderr is no terminal. */
  readonly moving?: ((line: string) => void) | undefined;
  /** Columns of stdout; absent where it is no terminal. */
  readonly columns?: number | undefined;
  /** Adds colour to text on stdout; absent where there is none. */
  readonly paint?: ((look: Look, text: string) => string) | undefined;
}

/** Where an operator reads. Whatever is printed goes through here, and comes out without control characters. */
export interface Terminal {
  /** Data, on stdout. */
  out(lines: string | readonly Line[]): void;
  /** One JSON document, on stdout. */
  json(document: object): void;
  /** What is going on, on stderr. */
  note(lines: string | readonly string[]): void;
  /** A line on stderr that the next one replaces, and an empty one removes; `undefined` where no line can move. */
  readonly moving: ((line: string) => void) | undefined;
  /** From now on ids in tables are shown whole. */
  showWide(): void;
  /** From now on commands to paste carry what the operator has said about where things are. */
  addressTo(address: Address): void;
}

/** Makes a terminal of a screen: control characters in texts of AWS, queues and arguments are shown, and have no effect. */
export function createTerminal(screen: Screen): Terminal {
  const { moving, columns, paint } = screen;
  // Only a terminal has a line that moves.
  const noteColumns = moving === undefined ? undefined : columns;
  let moves = false;
  let wide = false;
  let toldOfIds = false;
  let address: Address = {};
  const move = (line: string): void => {
    if (line === '' && !moves) return;
    moves = line !== '';
    moving?.(printable(line));
  };
  const paintAs = (text: string, state: string): string => {
    const look = lookOf(state);
    return paint === undefined || look === undefined ? text : paint(look, text);
  };
  const write = (line: Line): void => {
    if (typeof line !== 'string') {
      const laidOut = layOutTable(line, { columns, wide, paint: paintAs });
      for (const each of laidOut) screen.out(each);
      if (!toldOfIds && laidOut.some((each) => SHORT_ID.test(each))) {
        toldOfIds = true;
        screen.note('Ids are shortened: --wide shows them whole.');
      }
      return;
    }
    // A line such as "paused: changes wait in the queue".
    const [state = ''] = line.split(':', 1);
    for (const [index, text] of wrapProse(printable(addressCommands(line, address)), columns).entries())
      screen.out(
        index === 0 && text.startsWith(`${state}:`) ? `${paintAs(state, state)}${text.slice(state.length)}` : text,
      );
  };
  return {
    out: (lines) => {
      move('');
      for (const line of typeof lines === 'string' ? [lines] : lines) write(line);
    },
    note: (lines) => {
      move('');
      for (const line of typeof lines === 'string' ? [lines] : lines)
        for (const text of wrapProse(printable(addressCommands(line, address)), noteColumns)) screen.note(text);
    },
    moving: moving === undefined ? undefined : move,
    showWide: () => {
      wide = true;
    },
    addressTo: (to) => {
      address = to;
    },
    json: (document) => {
      move('');
      for (const line of printableJson(document, (command) => addressCommands(command, address)).split('\n'))
        screen.out(line);
    },
  };
}

/** What is said where nothing was written. */
export const PLAN_ONLY = 'This is a plan; nothing was written. Repeat the command with --apply.';
