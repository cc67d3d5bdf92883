import { describe, expect, it } from 'vitest';
import { createStack, ofType, type Resource, resourcesOf, STAGES } from './stacks.ts';

/** The logical id that `Fn::GetAtt` or `Ref` points to. */
const target = (reference: { readonly 'Fn::GetAtt'?: readonly string[]; readonly Ref?: string }): string =>
  reference['Fn::GetAtt']?.[0] ?? reference.Ref ?? '';

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Principal?: unknown;
  readonly Condition?: object;
}

const list = <Item>(value: Item | readonly Item[]): readonly Item[] => (Array.isArray(value) ? value : [value as Item]);
const statementsOf = (role: Resource): readonly Statement[] =>
  role.Properties.Policies.flatMap(
    ({ PolicyDocument }: { PolicyDocument: { Statement: readonly Statement[] } }) => PolicyDocument.Statement,
  );

/** The only wildcards there may be in what a role allows, each with its reason in `lib/constructs`. */
const WILDCARDS = [
  'arn:aws:connect:eu-west-2:111122223333:instance/11111111-2222-3333-4444-555555555555/agent/*',
  // ds:DescribeDirectories knows no resource.
  '*',
];

describe.each(STAGES)('the template for the stage $stage', ({ configuration }) => {
  const resources = resourcesOf(createStack(configuration));
  const queues = ofType(resources, 'AWS::SQS::Queue');
  const functions = ofType(resources, 'AWS::Lambda::Function');
  const roles = ofType(resources, 'AWS::IAM::Role');

  it('pairs each queue with a dead-letter queue of its own kind', () => {
    const redriven = queues.filter(({ Properties }) => Properties.RedrivePolicy !== undefined);
    const kinds = redriven.map(({ Properties }) => [
      Properties.FifoQueue,
      resources[target(Properties.RedrivePolicy.deadLetterTargetArn)]?.Properties.FifoQueue,
    ]);

    expect(kinds).toEqual([[true, true]]);
  });

  it('gives EventBridge a standard queue as dead-letter queue, which is all that it takes', () => {
    const fifo = ofType(resources, 'AWS::Events::Rule').flatMap(({ Properties }) =>
      Properties.Targets.map(
        (one: { DeadLetterConfig: { Arn: object } }) =>
          resources[target(one.DeadLetterConfig.Arn)]?.Properties.FifoQueue,
      ),
    );

    expect(fifo).toEqual([undefined, undefined, undefined]);
  });

  it('keeps a message invisible for at least six times the time-out of the function that reads it', () => {
    const ratios = ofType(resources, 'AWS::Lambda::EventSourceMapping').map(({ Properties }) => {
      const queue = resources[target(Properties.EventSourceArn)];
      const reader = resources[target(Properties.FunctionName)];
      return queue?.Properties.VisibilityTimeout / reader?.Properties.Timeout;
    });

    expect(ratios).toHaveLength(1);
    expect(Math.min(...ratios)).toBeGreaterThanOrEqual(6);
  });

  it('encrypts every queue and table, and keeps messages for 14 days', () => {
    expect(
      queues.map(({ Properties }) => [Properties.SqsManagedSseEnabled, Properties.MessageRetentionPeriod]),
    ).toEqual([
      [true, 1_209_600],
      [true, 1_209_600],
      [true, 1_209_600],
    ]);
    expect(
      ofType(resources, 'AWS::DynamoDB::GlobalTable').map(({ Properties }) => Properties.SSESpecification.SSEEnabled),
    ).toEqual([true]);
  });

  it('refuses calls without TLS on every queue', () => {
    const guarded = ofType(resources, 'AWS::SQS::QueuePolicy').flatMap(({ Properties }) =>
      Properties.PolicyDocument.Statement.filter(
        ({ Effect, Action, Principal, Condition }: Statement) =>
          Effect === 'Deny' &&
          Action === 'sqs:*' &&
          JSON.stringify(Principal) === '{"AWS":"*"}' &&
          JSON.stringify(Condition) === '{"Bool":{"aws:SecureTransport":"false"}}',
      ).map(() => target(Properties.Queues[0])),
    );

    expect(guarded.toSorted()).toEqual(queues.map(({ id }) => id).toSorted());
  });

  it('gives every function its own log group with a retention', () => {
    const groups = functions.map(({ Properties }) => target(Properties.LoggingConfig.LogGroup));

    expect(new Set(groups).size).toBe(4);
    expect(groups.map((id) => resources[id]?.Properties.RetentionInDays)).toEqual([30, 30, 30, 30]);
  });

  it('stays within the 4 KB that a function has for its environment', () => {
    const sizes = functions.map(({ Properties }) => JSON.stringify(Properties.Environment.Variables).length);

    expect(Math.max(...sizes)).toBeLessThan(4_096 - 3 * 80);
  });

  it('has no custom resource, and nothing that AWS manages in its roles', () => {
    expect(Object.values(resources).filter(({ Type }) => /^Custom::|CustomResource/.test(Type))).toEqual([]);
    expect(roles.flatMap(({ Properties }) => Properties.ManagedPolicyArns ?? [])).toEqual([]);
    expect(ofType(resources, 'AWS::IAM::Policy')).toEqual([]);
  });

  it('allows no wildcard without a reason', () => {
    const statements = roles.flatMap(statementsOf);
    const actions = statements.flatMap(({ Action }) => list(Action));
    const named = statements.flatMap((statement) => list(statement.Resource)).filter((arn) => typeof arn === 'string');

    expect(actions.filter((action) => action.includes('*'))).toEqual([]);
    expect(named.filter((arn) => arn.includes('*'))).toEqual(WILDCARDS);
  });

  it('lets a role be taken by Lambda only, and one by the schedule, for this account', () => {
    expect(roles.map(({ Properties }) => Properties.AssumeRolePolicyDocument.Statement[0].Principal)).toEqual([
      ...Array.from({ length: 4 }, () => ({ Service: 'lambda.amazonaws.com' })),
      { Service: 'scheduler.amazonaws.com' },
    ]);
    const schedule = roles.find(({ id }) => id.includes('ScheduleRole'));
    expect(schedule?.Properties.AssumeRolePolicyDocument.Statement[0].Condition).toEqual({
      StringEquals: {
        'aws:SourceAccount': '111122223333',
        'aws:SourceArn': 'arn:aws:scheduler:eu-west-1:111122223333:schedule-group/default',
      },
    });
  });

  it('names the invoker of every permission together with the one resource it acts for', () => {
    const permissions = ofType(resources, 'AWS::Lambda::Permission').map(({ Properties }) => [
      Properties.Principal,
      Properties.SourceArn !== undefined,
    ]);

    expect(permissions.toSorted()).toEqual([
      ['cognito-idp.amazonaws.com', true],
      ['events.amazonaws.com', true],
      ['events.amazonaws.com', true],
      ['events.amazonaws.com', true],
    ]);
  });

  it('does not let the trigger refer to the pool that refers to it', () => {
    const trigger = functions.find(({ id }) => id.includes('PoolTrigger'));
    const role = resources[target(trigger?.Properties.Role)];
    const text = JSON.stringify([trigger, role]);

    for (const { id } of ofType(resources, 'AWS::Cognito::UserPool')) expect(text).not.toContain(id);
    expect(text).not.toContain('userpool');
  });

  describe('allows', () => {
    /** The keys to which a statement is limited; a request without a key is refused as well. */
    const describeKeys = (condition: Statement['Condition']): string => {
      if (condition === undefined) return '';
      const keys: unknown = Object(Object(condition)['ForAllValues:StringLike'])['dynamodb:LeadingKeys'];
      expect(condition).toEqual({
        'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': keys },
        Null: { 'dynamodb:LeadingKeys': 'false' },
      });
      return `, items ${list(keys).join(' ')}`;
    };

    /** What the role of a function allows, resource by resource, in words that do not change with logical ids. */
    const permissionsOf = (name: string): Readonly<Record<string, readonly string[]>> => {
      const role = roles.find(({ id }) => id.includes(name));
      const nameOf = (resource: unknown): string => {
        const text =
          resource === '*'
            ? 'everything'
            : typeof resource === 'string'
              ? resource.split(':').slice(2, 6).join(':')
              : target(resource as object);
        const known = {
          ChangeQueueChanges: 'changes.fifo',
          ChangeQueueDeadLetters: 'dead letters',
          IntakeDeadLetters: 'intake dead letters',
          State: 'table',
          [`${name.replace(/Role$/, '')}Logs`]: 'own log',
          SweepFunction: 'sweep',
          'cognito-idp': 'pool',
          UserPoolUsers: 'pool',
          'agent/*': 'agents',
          connect: 'instance',
          everything: 'everything',
        };
        return (
          Object.entries(known).find(([part]) => text.includes(part))?.[1] ?? `unexpected: ${JSON.stringify(resource)}`
        );
      };
      return Object.fromEntries(
        (role ? statementsOf(role) : []).flatMap(({ Effect, Action, Resource, Condition }) =>
          list(Resource).map((resource) => [
            `${Effect} on ${nameOf(resource)}${describeKeys(Condition)}`,
            list(Action).toSorted(),
          ]),
        ),
      );
    };
    const ownLog = { 'Allow on own log': ['logs:CreateLogStream', 'logs:PutLogEvents'] };

    it('pool-trigger to send a change, and no more', () => {
      expect(permissionsOf('PoolTrigger')).toEqual({ 'Allow on changes.fifo': ['sqs:SendMessage'], ...ownLog });
    });

    it('change-intake to look a user up and to send a change or a record that it could not read, and no more', () => {
      expect(permissionsOf('ChangeIntake')).toEqual({
        'Allow on changes.fifo': ['sqs:SendMessage'],
        'Allow on intake dead letters': ['sqs:SendMessage'],
        'Allow on table, items user#*': ['dynamodb:GetItem'],
        ...ownLog,
      });
    });

    it('sync-worker to read the pool, to read and update agents of the instance, and no more', () => {
      expect(permissionsOf('SyncWorker')).toEqual({
        'Allow on changes.fifo': [
          'sqs:ChangeMessageVisibility',
          'sqs:DeleteMessage',
          'sqs:GetQueueAttributes',
          'sqs:ReceiveMessage',
        ],
        'Allow on dead letters': ['sqs:SendMessage'],
        'Allow on table, items deployment user#* claim#* budget#* rate-limit#* exposure': [
          'dynamodb:GetItem',
          'dynamodb:UpdateItem',
        ],
        'Allow on table, items claim#*': ['dynamodb:PutItem'],
        'Allow on table, items sweep#match#*': ['dynamodb:GetItem'],
        'Allow on pool': ['cognito-idp:AdminGetUser', 'cognito-idp:DescribeUserPool', 'cognito-idp:ListUsers'],
        'Allow on instance': ['connect:DescribeInstance', 'connect:ListSecurityProfiles', 'connect:SearchUsers'],
        'Allow on agents': ['connect:DescribeUser', 'connect:UpdateUserIdentityInfo'],
        'Allow on everything': ['ds:DescribeDirectories'],
        ...ownLog,
      });
    });

    it('sweep only to list both sides and its rows and to send changes, and to read no single user', () => {
      expect(permissionsOf('SweepRole')).toEqual({
        'Allow on changes.fifo': ['sqs:GetQueueAttributes', 'sqs:SendMessage'],
        'Allow on table': ['dynamodb:Scan'],
        'Allow on table, items deployment sweep sweep#match#* rate-limit#* exposure': [
          'dynamodb:GetItem',
          'dynamodb:UpdateItem',
        ],
        'Allow on pool': ['cognito-idp:DescribeUserPool', 'cognito-idp:ListUsers'],
        'Allow on instance': ['connect:ListUsers'],
        'Allow on own log': ['logs:CreateLogStream', 'logs:PutLogEvents'],
      });
    });

    it('the schedule to run the sweep, and no more', () => {
      expect(permissionsOf('ScheduleRole')).toEqual({ 'Allow on sweep': ['lambda:InvokeFunction'] });
    });
  });
});
