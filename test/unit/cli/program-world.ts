import type { AwsAccess, Connections } from '../../../cli/connections.ts';
import { run } from '../../../cli/run.ts';
import type { OpenSettings } from '../../../lambda/core/links/exposure.ts';
import type { TableOwner } from '../../../lambda/ports.ts';
import { createDeadLetters, createTerminal, createTriggerWorld, letter, OURS, POOL_ID } from './doubles.ts';
import { createConnect, createUserWorld } from './user-doubles.ts';

/** Outputs of the stack. */
export const OUTPUTS = {
  UserPoolId: POOL_ID,
  PoolTriggerFunctionArn: OURS,
  QueueUrl: 'https://queue.fifo',
  DeadLetterQueueUrl: 'https://dead.fifo',
  IntakeDeadLetterQueueUrl: 'https://intake',
  ChangeIntakeFunctionName: 'intake',
  TableName: 'state',
  SyncWorkerFunctionName: 'worker',
  SweepFunctionName: 'sweep',
};

/**
 * The whole program on doubles.
 *
 * @param outputs - of the stack; `null` when there is none.
 */
export function createWorld(outputs: Record<string, string> | null = OUTPUTS) {
  const terminal = createTerminal();
  const { world, deps } = createTriggerWorld();
  const users = createUserWorld();
  const openSettings: { answer: OpenSettings } = { answer: { selfSignUp: false, writableAttributes: new Set() } };
  const accesses: AwsAccess[] = [];
  const stacks: string[] = [];
  const opened: string[] = [];
  const owner: { of: TableOwner | undefined } = { of: undefined };
  const stack = { status: 'CREATE_COMPLETE' };
  const table: { fails: Error | undefined } = { fails: undefined };
  const configured: { stack: string | undefined } = { stack: undefined };
  const connections: Connections = {
    region: 'eu-west-1',
    doctor: () => Promise.reject(new Error('Not asked for.')),
    caller: users.deps.caller,
    describeStack: async (name) => {
      stacks.push(name);
      return outputs === null ? undefined : { status: stack.status, outputs };
    },
    stacks: deps.stacks,
    settings: deps.settings,
    functions: deps.functions,
    mapping: { find: async () => ({ id: 'mapping', state: 'enabled' }), setEnabled: async () => {} },
    backups: () => deps.backups,
    deadLetterQueue: (url) => {
      opened.push(url);
      return createDeadLetters([letter({ body: 'x', attributes: { reason: 'malformed-message' } })]);
    },
    changesAgain: () => ({ send: async () => {}, moveAll: async () => 'unsupported' }),
    changeQueue: (url) => {
      opened.push(url);
      return users.deps.queue;
    },
    queueDepth: async (url) => {
      opened.push(url);
      return { visible: 0, hidden: 0 };
    },
    tableOwner: async () => {
      if (table.fails !== undefined) throw table.fails;
      return owner.of;
    },
    userTable: (name) => {
      opened.push(name);
      return users.deps.table;
    },
    sweepState: async (name) => {
      opened.push(name);
      return undefined;
    },
    connectUsers: () => createConnect([]),
    openSettings: async () => openSettings.answer,
    planSources: () => {
      throw new Error('Nothing is to be planned.');
    },
    poolUsers: (userPoolId) => {
      opened.push(userPoolId);
      return users.deps.pool;
    },
  };
  const start = (args: readonly string[], connect = async (): Promise<Connections> => connections) =>
    run(args, {
      connect: (access) => {
        accesses.push({ region: access.region, profile: access.profile });
        return connect();
      },
      screen: terminal.screen,
      configuredStack: () => configured.stack,
      configuration: () => undefined,
      now: () => 0,
      sleep: async () => {},
      signal: new AbortController().signal,
      readFile: () => Promise.reject(new Error('Nothing is to be read.')),
      writeFile: () => Promise.reject(new Error('Nothing is to be written.')),
      appendFile: () => Promise.reject(new Error('Nothing is to be written.')),
      version: '1.2.3',
    });
  return { start, terminal, accesses, stacks, opened, world, configured, owner, stack, table, users, openSettings };
}
