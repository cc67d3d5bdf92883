import { randomUUID } from 'node:crypto';
import type { DeadLetter, DeadLetterQueue } from '../../../cli/dead-letters/ports.ts';
import type { Functions, PolicyStatement } from '../../../cli/deployment/ports.ts';
import type { JsonObject } from '../../../cli/json.ts';
import { createTerminal as guardScreen, type Screen, type Terminal } from '../../../cli/terminal/terminal.ts';
import type { TriggerDeps } from '../../../cli/triggers/inspect.ts';
import { DESCRIBED_ONLY } from '../../../cli/triggers/update-request.ts';

/** A terminal that keeps what is written to it. */
export function createTerminal(): Terminal & {
  readonly lines: string[];
  readonly notes: string[];
  readonly screen: Screen;
} {
  const lines: string[] = [];
  const notes: string[] = [];
  const screen = { out: (line: string) => void lines.push(line), note: (line: string) => void notes.push(line) };
  return { lines, notes, screen, ...guardScreen(screen) };
}

export const OURS = 'arn:aws:lambda:eu-west-1:111122223333:function:pool-trigger';
export const THEIRS = 'arn:aws:lambda:eu-west-1:111122223333:function:their-trigger';
export const POOL_ID = 'eu-west-1_Ab12Cd34E';
export const POOL_ARN = `arn:aws:cognito-idp:eu-west-1:111122223333:userpool/${POOL_ID}`;

/** A pool as `DescribeUserPool` tells of it, with a setting that no SDK knows. */
export const describedPool = (members: JsonObject = {}): JsonObject => ({
  Id: POOL_ID,
  Name: 'agents',
  Arn: POOL_ARN,
  Status: 'Enabled',
  CreationDate: 1_767_225_600,
  LastModifiedDate: 1_767_225_600.5,
  EstimatedNumberOfUsers: 7,
  MfaConfiguration: 'OPTIONAL',
  UserPoolTier: 'LITE',
  LambdaConfig: { PreSignUp: THEIRS },
  NewSetting: { Depth: [1, { Of: 'it' }] },
  ...members,
});

export const PERMISSION: PolicyStatement = {
  Effect: 'Allow',
  Principal: { Service: 'cognito-idp.amazonaws.com' },
  Action: 'lambda:InvokeFunction',
  Resource: OURS,
  Condition: { ArnLike: { 'AWS:SourceArn': POOL_ARN }, StringEquals: { 'AWS:SourceAccount': '111122223333' } },
};

/** A user pool that resets what an update leaves out; counts and can be disturbed. */
export function createTriggerWorld(initial: JsonObject = describedPool()) {
  let pool = initial;
  let mfa: JsonObject = { MfaConfiguration: 'OPTIONAL', SoftwareTokenMfaConfiguration: { Enabled: true } };
  const environments = new Map<string, Record<string, string>>([
    [OURS, { POST_AUTHENTICATION: 'false' }],
    [THEIRS, {}],
  ]);
  /** Functions of the product by ARN, with the stack that made each. */
  const stackIds = new Map<string, string>([[OURS, 'stack/ours']]);
  const unreadable = new Set<string>();
  const goneStacks = new Set<string>();
  const policies = new Map<string, readonly PolicyStatement[] | 'unreadable'>([
    [OURS, [PERMISSION]],
    [THEIRS, [PERMISSION]],
  ]);
  const stop = new AbortController();
  const updates: JsonObject[] = [];
  const files = new Map<string, string>();
  const world = {
    stop,
    updates,
    files,
    environments,
    stackIds,
    unreadable,
    goneStacks,
    policies,
    get pool() {
      return pool;
    },
    /** Changes the pool, as another administrator would. */
    disturb(members: JsonObject) {
      pool = { ...pool, LastModifiedDate: Number(pool.LastModifiedDate) + 1, ...members };
    },
    /** What the description lacks changes, as if the update had done it. */
    disturbMfa(members: JsonObject) {
      mfa = { ...mfa, ...members };
    },
    /** Runs before each update; what it throws is the answer. */
    beforeUpdate: () => {},
    /** Runs after each update has been taken in; what it throws is the answer. */
    afterUpdate: () => {},
    /** Runs before each description. */
    beforeDescribe: (_count: number) => {},
    /** What was kept in the table of whether strangers may sign up. */
    signUps: [] as { readonly selfSignUp: boolean; readonly preSignUp: boolean }[],
    terminal: createTerminal(),
    /** Names of the stacks of the product. */
    ours: ['ConnectSync-Ab12Cd34E-11111111'],
  };
  let descriptions = 0;
  const deps: TriggerDeps = {
    terminal: world.terminal,
    remember: async (signUp) => void world.signUps.push(signUp),
    now: () => Date.UTC(2026, 0, 2, 3, 4, 5),
    signal: stop.signal,
    settings: {
      describe: async () => {
        descriptions += 1;
        world.beforeDescribe(descriptions);
        return { text: JSON.stringify({ UserPool: pool }), pool: structuredClone(pool) as JsonObject };
      },
      describeMfa: async () => structuredClone(mfa) as JsonObject,
      update: async (request) => {
        world.beforeUpdate();
        updates.push(request);
        const { UserPoolId: _, PoolName, ...settings } = request;
        const fixed = Object.entries(pool).filter(([name]) => DESCRIBED_ONLY.includes(name));
        pool = {
          ...Object.fromEntries(fixed),
          Name: PoolName ?? '',
          ...settings,
          LastModifiedDate: Number(pool.LastModifiedDate) + 1,
        };
        world.afterUpdate();
      },
    },
    functions: {
      environment: async (arn) => environments.get(arn),
      describe: async (arn) => {
        const environment = environments.get(arn);
        const stackId = stackIds.get(arn);
        if (unreadable.has(arn)) return 'unreadable';
        if (environment === undefined) return 'missing';
        const name = arn.split(':').at(-1);
        return {
          environment,
          roleArn: `arn:aws:iam::111122223333:role/${name}-role`,
          logGroup: `/logs/${name}`,
          ...(stackId !== undefined && { stackId }),
        };
      },
      policy: async (arn) => policies.get(arn) ?? [],
      invoke: () => Promise.reject(new Error('Not asked for.')),
      invokeLater: () => Promise.reject(new Error('Not asked for.')),
    } satisfies Functions,
    stacks: { isGone: async (stackId) => goneStacks.has(stackId), ours: async () => world.ours },
    backups: {
      save: async (name, text) => {
        files.set(name, text);
        return `/kept/${name}`;
      },
    },
  };
  return { world, deps };
}

/** A dead letter as SQS hands it out. */
export const letter = (members: Partial<DeadLetter> & { readonly body: string }): DeadLetter => ({
  messageId: randomUUID(),
  receiptHandle: randomUUID(),
  sentAt: 1_767_225_600_000,
  receiveCount: 1,
  attributes: {},
  ...members,
});

/** A dead-letter queue in memory: what is received is hidden until it is released or removed. */
export function createDeadLetters(letters: readonly DeadLetter[], batch = 10) {
  const visible = [...letters];
  const hidden: DeadLetter[] = [];
  const take = (from: DeadLetter[], { messageId }: DeadLetter) => {
    const at = from.findIndex((one) => one.messageId === messageId);
    return at < 0 ? undefined : from.splice(at, 1)[0];
  };
  const port: DeadLetterQueue = {
    count: async () => ({ visible: visible.length, hidden: hidden.length }),
    receive: async () => {
      const taken = visible.splice(0, batch);
      hidden.push(...taken);
      return taken;
    },
    release: async (released) => {
      for (const one of released) {
        const found = take(hidden, one);
        if (found !== undefined) visible.push(found);
      }
    },
    remove: async (removed) => {
      if (take(hidden, removed) === undefined) throw new Error('It was not received.');
    },
  };
  return {
    ...port,
    visible,
    hidden,
    drop: (letter: DeadLetter) => void (take(hidden, letter) ?? take(visible, letter)),
  };
}
