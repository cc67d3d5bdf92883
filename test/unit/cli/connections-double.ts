import type { Connections } from '../../../cli/connections.ts';

const never = (): never => {
  throw new Error('Not asked for.');
};

/** Connections of which nothing may be asked; a test puts in what it needs. */
export const createConnections = (): Connections => ({
  region: 'eu-west-1',
  caller: never,
  describeStack: never,
  stacks: { isGone: never, ours: never },
  settings: { describe: never, describeMfa: never, update: never },
  functions: { environment: never, describe: never, policy: never, invoke: never, invokeLater: never },
  mapping: { find: never, setEnabled: never },
  backups: never,
  deadLetterQueue: never,
  changesAgain: never,
  changeQueue: never,
  queueDepth: never,
  userTable: never,
  tableOwner: never,
  sweepState: never,
  connectUsers: never,
  poolUsers: never,
  openSettings: never,
  planSources: never,
  doctor: never,
});
