import { ConfigError } from '../../lambda/core/failures/errors.ts';
import type { Reading } from '../doctor/reading.ts';
import { InterruptedError } from '../exit.ts';
import type { Terminal } from '../terminal/terminal.ts';

/** Asks a person; `undefined` when they end the input or interrupt. */
type Ask = (question: string) => Promise<string | undefined>;

/** What is chosen from. */
export interface Choice<Item> {
  /** What it is, in words: `user pool`. */
  readonly what: string;
  /** The option that names one. */
  readonly flag: string;
  /** The option's value. */
  readonly given: string | undefined;
  readonly items: Reading<readonly Item[]>;
  readonly idOf: (item: Item) => string;
  readonly nameOf: (item: Item) => string;
  readonly terminal: Terminal;
  /** Absent where no person can be asked. */
  readonly ask: Ask | undefined;
}

/** How many times the question is asked, when an answer names no item. */
const TRIES = 3;

/**
 * Chooses one of a list: the one that an option names, else the one that a person picks by number or id.
 *
 * @throws {ConfigError} `no-list`, `none-there`, `not-in-list`, `no-choice`.
 * @throws {InterruptedError} when the person ends the input.
 */
export async function choose<Item>(choice: Choice<Item>): Promise<Item> {
  const { what, flag, given, items, idOf, terminal, ask } = choice;
  if (items.state !== 'read') {
    const why = items.state === 'denied' ? `needs permission ${items.permission}` : `AWS did not answer: ${items.code}`;
    throw new ConfigError(
      'no-list',
      `The list of ${what}s could not be read (${why}). Write connect-sync.json by hand: docs/configuration.md`,
    );
  }
  if (items.value.length === 0)
    throw new ConfigError(
      'none-there',
      `There is no ${what} in this account and Region: check --region and --profile.`,
    );
  const lines = items.value.map((item, index) => `  ${index + 1}  ${idOf(item)}  ${choice.nameOf(item)}`);
  if (given !== undefined) {
    const found = items.value.find((item) => idOf(item) === given);
    if (found !== undefined) return found;
    terminal.note([`The ${what}s that are there:`, ...lines]);
    throw new ConfigError('not-in-list', `${flag}: there is no ${what} ${given} in this account and Region.`);
  }
  if (ask === undefined) throw new ConfigError('no-choice', `Give ${flag}.`);
  terminal.note([`Which ${what}?`, ...lines]);
  for (let asked = 0; asked < TRIES; asked += 1) {
    const answer = await ask(`Number or id, 1 to ${items.value.length}: `);
    if (answer === undefined) throw new InterruptedError();
    const text = answer.trim();
    const picked = items.value.find((item, index) => idOf(item) === text || String(index + 1) === text);
    if (picked !== undefined) return picked;
    terminal.note(`There is no ${what} ${JSON.stringify(text)} in the list: give the number of a line, or an id.`);
  }
  throw new ConfigError('no-choice', `No ${what} was chosen. Nothing was written.`);
}
