declare module 'dynalite' {
  import type { Server } from 'node:http';

  /** How long a table stays in a temporary state, milliseconds. */
  interface DynaliteOptions {
    readonly createTableMs?: number;
    readonly deleteTableMs?: number;
    readonly updateTableMs?: number;
  }
  function dynalite(options?: DynaliteOptions): Server;
  export = dynalite;
}
