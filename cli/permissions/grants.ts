import type { TABLE_KEYS } from '../../lambda/config.ts';

/** What a call is about, as the policies name it: `docs/iam/README.md` says what to put in place of each capital word. */
export const RESOURCES = {
  everything: ['*'],
  pool: ['arn:aws:cognito-idp:REGION:ACCOUNT:userpool/USER_POOL_ID'],
  instance: ['arn:aws:connect:INSTANCE_REGION:ACCOUNT:instance/INSTANCE_ID'],
  connectUsers: ['arn:aws:connect:INSTANCE_REGION:ACCOUNT:instance/INSTANCE_ID/agent/*'],
  securityProfiles: ['arn:aws:connect:INSTANCE_REGION:ACCOUNT:instance/INSTANCE_ID/security-profile/*'],
  table: ['arn:aws:dynamodb:REGION:ACCOUNT:table/TABLE_NAME'],
  queue: ['arn:aws:sqs:REGION:ACCOUNT:QUEUE_NAME'],
  deadLetterQueues: [
    'arn:aws:sqs:REGION:ACCOUNT:DEAD_LETTER_QUEUE_NAME',
    'arn:aws:sqs:REGION:ACCOUNT:INTAKE_DEAD_LETTER_QUEUE_NAME',
  ],
  functions: ['arn:aws:lambda:REGION:ACCOUNT:function:*'],
  mappings: ['arn:aws:lambda:REGION:ACCOUNT:event-source-mapping:*'],
  changeIntake: ['arn:aws:lambda:REGION:ACCOUNT:function:CHANGE_INTAKE_NAME'],
  sweep: ['arn:aws:lambda:REGION:ACCOUNT:function:SWEEP_NAME'],
} as const;

/** Actions on a resource; on items of the table with these keys, and on these of their attributes only, where they are named. */
export interface Grant {
  readonly on: keyof typeof RESOURCES;
  readonly actions: readonly string[];
  readonly keys?: readonly (keyof typeof TABLE_KEYS)[];
  readonly attributes?: readonly string[];
}

/** Who may use a command: each of them may use what those before may. */
export type Duty = 'look' | 'operate' | 'release';

const FIND_STACK: Grant = { on: 'everything', actions: ['cloudformation:DescribeStacks'] };
const READ_ROWS: Grant = { on: 'table', actions: ['dynamodb:GetItem'] };
const SCAN: Grant = { on: 'table', actions: ['dynamodb:Scan'] };
const DEPTHS: readonly Grant[] = [
  { on: 'queue', actions: ['sqs:GetQueueAttributes'] },
  { on: 'deadLetterQueues', actions: ['sqs:GetQueueAttributes'] },
];
const FIND_USER: Grant = { on: 'pool', actions: ['cognito-idp:AdminGetUser', 'cognito-idp:ListUsers'] };
const WORKER_SETTINGS: Grant = { on: 'functions', actions: ['lambda:GetFunctionConfiguration'] };
/** Lambda lists the mappings of all functions to who may list any. */
const FIND_MAPPING: Grant = { on: 'everything', actions: ['lambda:ListEventSourceMappings'] };
const RATE_LIMIT: Grant = { on: 'table', actions: ['dynamodb:UpdateItem'], keys: ['rateLimit'] };
const IDENTITY_TYPE: readonly Grant[] = [
  { on: 'instance', actions: ['connect:DescribeInstance'] },
  { on: 'everything', actions: ['ds:DescribeDirectories'] },
];
const FIND_CONNECT_USER: readonly Grant[] = [
  { on: 'instance', actions: ['connect:SearchUsers'] },
  { on: 'connectUsers', actions: ['connect:DescribeUser'] },
];
const PROFILES: Grant = { on: 'instance', actions: ['connect:ListSecurityProfiles'] };
const LIST_USERS: Grant = { on: 'pool', actions: ['cognito-idp:ListUsers', 'cognito-idp:ListUsersInGroup'] };
/** What strangers can do in the pool. The app clients are read only where an adoption rule reads an attribute. */
const POOL_SETTINGS: Grant = {
  on: 'pool',
  actions: ['cognito-idp:DescribeUserPool', 'cognito-idp:DescribeUserPoolClient', 'cognito-idp:ListUserPoolClients'],
};
const KEEP_SETTINGS: Grant = {
  on: 'table',
  actions: ['dynamodb:GetItem', 'dynamodb:UpdateItem'],
  keys: ['exposure'],
};
const DEAD_LETTERS: Grant = { on: 'deadLetterQueues', actions: ['sqs:ChangeMessageVisibility', 'sqs:ReceiveMessage'] };
/** Finds the user that a command changes. For an alias, it reads the settings of the pool and keeps them in the table. */
const IDENTIFY: readonly Grant[] = [FIND_USER, WORKER_SETTINGS, POOL_SETTINGS, KEEP_SETTINGS];
const SEND: Grant = { on: 'queue', actions: ['sqs:SendMessage'] };
const DLQ = [FIND_STACK, ...DEPTHS, DEAD_LETTERS];
/** Both sides of users, as `--names` and `--show-values` read them. */
const SIDES = [FIND_USER, WORKER_SETTINGS, RATE_LIMIT, ...FIND_CONNECT_USER];
const SHOW = [FIND_STACK, READ_ROWS, ...SIDES, ...IDENTITY_TYPE];
const rows = (...actions: readonly string[]): Grant => ({ on: 'table', actions, keys: ['user', 'claim'] });

const PAUSE = [FIND_STACK, FIND_MAPPING, { on: 'mappings', actions: ['lambda:UpdateEventSourceMapping'] }] as const;

/** What each command calls, and whose duty it is. Attaching and detaching triggers is for the person who deploys: it sets the whole pool. */
export const COMMANDS: Readonly<Record<string, { readonly duty: Duty; readonly grants: readonly Grant[] }>> = {
  status: {
    duty: 'look',
    grants: [FIND_STACK, SCAN, READ_ROWS, ...DEPTHS, WORKER_SETTINGS, FIND_MAPPING, PROFILES, ...SIDES],
  },
  held: { duty: 'look', grants: [FIND_STACK, SCAN, READ_ROWS, ...SIDES] },
  explain: { duty: 'look', grants: [...DLQ, READ_ROWS, FIND_USER] },
  show: { duty: 'look', grants: SHOW },
  plan: {
    duty: 'look',
    grants: [
      FIND_STACK,
      SCAN,
      READ_ROWS,
      POOL_SETTINGS,
      LIST_USERS,
      WORKER_SETTINGS,
      RATE_LIMIT,
      ...IDENTITY_TYPE,
      ...FIND_CONNECT_USER,
      { on: 'instance', actions: ['connect:ListSecurityProfiles', 'connect:ListUsers'] },
    ],
  },
  'trigger show': {
    duty: 'look',
    grants: [
      FIND_STACK,
      POOL_SETTINGS,
      {
        on: 'functions',
        actions: ['lambda:GetFunction', 'lambda:GetFunctionConfiguration', 'lambda:GetPolicy', 'lambda:ListTags'],
      },
      KEEP_SETTINGS,
    ],
  },
  dlq: { duty: 'look', grants: DLQ },
  reconcile: {
    duty: 'operate',
    // The table and the queues are read with --follow.
    grants: [FIND_STACK, { on: 'sweep', actions: ['lambda:InvokeFunction'] }, SCAN, READ_ROWS, ...DEPTHS],
  },
  pause: { duty: 'operate', grants: PAUSE },
  resume: { duty: 'operate', grants: PAUSE },
  sync: { duty: 'operate', grants: [FIND_STACK, READ_ROWS, ...IDENTIFY, SEND] },
  redrive: {
    duty: 'operate',
    grants: [
      ...DLQ,
      READ_ROWS,
      // To keep who did it, and nothing else of the row: links and releases are of another duty.
      { on: 'table', actions: ['dynamodb:UpdateItem'], keys: ['user'], attributes: ['pk', 'redrivenBy'] },
      {
        on: 'deadLetterQueues',
        actions: [
          'sqs:CancelMessageMoveTask',
          'sqs:DeleteMessage',
          'sqs:ListMessageMoveTasks',
          'sqs:StartMessageMoveTask',
        ],
      },
      SEND,
      { on: 'changeIntake', actions: ['lambda:InvokeFunction'] },
    ],
  },
  release: {
    duty: 'release',
    grants: [...SHOW, ...IDENTIFY, SCAN, rows('dynamodb:UpdateItem'), SEND],
  },
  link: { duty: 'release', grants: [...SHOW, ...IDENTIFY, rows('dynamodb:PutItem', 'dynamodb:UpdateItem'), SEND] },
  unlink: {
    duty: 'release',
    grants: [FIND_STACK, READ_ROWS, ...IDENTIFY, rows('dynamodb:DeleteItem', 'dynamodb:UpdateItem')],
  },
};
