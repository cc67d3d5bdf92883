import type { Configuration } from '../lib/configuration/configuration-schema.ts';
import type { AwsAccess, Connections } from './connections.ts';
import type { Exit } from './exit.ts';
import type { Terminal } from './terminal/terminal.ts';

/** What the program runs on. */
export interface ProgramDeps {
  /** @throws {ConfigError} when there is no Region or there are no credentials. */
  readonly connect: (access: AwsAccess) => Promise<Connections>;
  readonly terminal: Terminal;
  /** The stack that the configuration at hand makes, if there is one. */
  readonly configuredStack: () => string | undefined;
  /**
   * The configuration in a file; without a file that at hand, or `undefined` where there is none that is complete.
   *
   * @throws {ConfigError} for a named file that cannot be used.
   */
  readonly configuration: (file: string | undefined) => Configuration | undefined;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Resolves early when `signal` aborts. */
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** Aborts when the user wants it to end. */
  readonly signal: AbortSignal;
  /** Reads a text file that the operator names. @throws {ConfigError} `no-file`, `not-text`. */
  readonly readFile: (path: string) => Promise<string>;
  /** Writes a text file. @throws {ConfigError} `not-written`, where there is one and it is not to be overwritten, too. */
  readonly writeFile: (path: string, text: string, options: { readonly overwrite: boolean }) => Promise<void>;
  /** Adds to a text file that only its owner may read; makes it where there is none. @throws {ConfigError} `not-written`. */
  readonly appendFile: (path: string, text: string) => Promise<void>;
  /** Asks a person at the terminal; `undefined` when they end the input. Absent where no person can be asked. */
  readonly ask?: ((question: string) => Promise<string | undefined>) | undefined;
  readonly version: string;
  /** Width of the terminal, if it is one. */
  readonly columns?: number | undefined;
  /** Gets how the command ended. */
  readonly onExit: (exit: Exit) => void;
}
