import { NormalizedSchema } from '@smithy/core/schema';
import type { OperationModel, ServiceModel } from './models.ts';

/** Type of a member: the number in the SDK's schemas, or a list or structure of such types. */
type Shape = 0 | 1 | 2 | 4 | readonly [Shape] | Members;
/** Members by name. A name that ends in `!` is required. */
interface Members {
  readonly [name: string]: Shape;
}

const TEXT = 0;
const NUMBER = 1;
const BOOLEAN = 2;
const TIME = 4;

const ROLE: Members = {
  Path: TEXT,
  RoleName: TEXT,
  RoleId: TEXT,
  Arn: TEXT,
  CreateDate: TIME,
  AssumeRolePolicyDocument: TEXT,
  Description: TEXT,
  MaxSessionDuration: NUMBER,
};
const ROLE_NAME: Members = { 'RoleName!': TEXT };

const SCHEDULE_NAME: Members = { 'Name!': TEXT, GroupName: TEXT };
const SCHEDULE: Members = {
  ...SCHEDULE_NAME,
  ActionAfterCompletion: TEXT,
  Description: TEXT,
  EndDate: TIME,
  'FlexibleTimeWindow!': { 'Mode!': TEXT, MaximumWindowInMinutes: NUMBER },
  KmsKeyArn: TEXT,
  'ScheduleExpression!': TEXT,
  ScheduleExpressionTimezone: TEXT,
  StartDate: TIME,
  State: TEXT,
  'Target!': {
    'Arn!': TEXT,
    'RoleArn!': TEXT,
    DeadLetterConfig: { Arn: TEXT },
    Input: TEXT,
    RetryPolicy: { MaximumEventAgeInSeconds: NUMBER, MaximumRetryAttempts: NUMBER },
  },
};
const SCHEDULE_REQUEST: Members = { ...SCHEDULE, ClientToken: TEXT };

/** Input and output by operation. For REST: its method, its path and its query, with members in braces. */
type Operations = Readonly<Record<string, readonly [input: Members, output: Members, rest?: string]>>;

/**
 * The served members, with the types of the API references. A request with another member is refused. The error names it.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_Operations.html
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_Operations.html
 * @see https://docs.aws.amazon.com/scheduler/latest/APIReference/API_Operations.html
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html
 */
const SERVICES: Readonly<Record<'iam' | 'scheduler' | 'sts' | 'ssm', Operations>> = {
  iam: {
    CreateRole: [
      { ...ROLE_NAME, 'AssumeRolePolicyDocument!': TEXT, Path: TEXT, Description: TEXT, MaxSessionDuration: NUMBER },
      { 'Role!': ROLE },
    ],
    GetRole: [ROLE_NAME, { 'Role!': ROLE }],
    UpdateRole: [{ ...ROLE_NAME, Description: TEXT, MaxSessionDuration: NUMBER }, {}],
    UpdateAssumeRolePolicy: [{ ...ROLE_NAME, 'PolicyDocument!': TEXT }, {}],
    DeleteRole: [ROLE_NAME, {}],
    PutRolePolicy: [{ ...ROLE_NAME, 'PolicyName!': TEXT, 'PolicyDocument!': TEXT }, {}],
    GetRolePolicy: [
      { ...ROLE_NAME, 'PolicyName!': TEXT },
      { 'RoleName!': TEXT, 'PolicyName!': TEXT, 'PolicyDocument!': TEXT },
    ],
    DeleteRolePolicy: [{ ...ROLE_NAME, 'PolicyName!': TEXT }, {}],
    ListRolePolicies: [ROLE_NAME, { 'PolicyNames!': [TEXT], IsTruncated: BOOLEAN, Marker: TEXT }],
    AttachRolePolicy: [{ ...ROLE_NAME, 'PolicyArn!': TEXT }, {}],
    DetachRolePolicy: [{ ...ROLE_NAME, 'PolicyArn!': TEXT }, {}],
  },
  scheduler: {
    CreateSchedule: [SCHEDULE_REQUEST, { 'ScheduleArn!': TEXT }, 'POST /schedules/{Name}'],
    GetSchedule: [
      SCHEDULE_NAME,
      { ...SCHEDULE, Arn: TEXT, CreationDate: TIME, LastModificationDate: TIME },
      'GET /schedules/{Name}?groupName={GroupName}',
    ],
    UpdateSchedule: [SCHEDULE_REQUEST, { 'ScheduleArn!': TEXT }, 'PUT /schedules/{Name}'],
    DeleteSchedule: [
      { ...SCHEDULE_NAME, ClientToken: TEXT },
      {},
      'DELETE /schedules/{Name}?groupName={GroupName}&clientToken={ClientToken}',
    ],
  },
  sts: {
    GetCallerIdentity: [{}, { UserId: TEXT, Account: TEXT, Arn: TEXT }],
    AssumeRole: [
      {
        'RoleArn!': TEXT,
        'RoleSessionName!': TEXT,
        DurationSeconds: NUMBER,
        ExternalId: TEXT,
        Policy: TEXT,
        PolicyArns: [{ arn: TEXT }],
        SourceIdentity: TEXT,
        Tags: [{ 'Key!': TEXT, 'Value!': TEXT }],
        TransitiveTagKeys: [TEXT],
      },
      {
        Credentials: { 'AccessKeyId!': TEXT, 'SecretAccessKey!': TEXT, 'SessionToken!': TEXT, 'Expiration!': TIME },
        AssumedRoleUser: { 'AssumedRoleId!': TEXT, 'Arn!': TEXT },
        PackedPolicySize: NUMBER,
        SourceIdentity: TEXT,
      },
    ],
  },
  ssm: {
    GetParameter: [
      { 'Name!': TEXT, WithDecryption: BOOLEAN },
      {
        Parameter: {
          Name: TEXT,
          Type: TEXT,
          Value: TEXT,
          Version: NUMBER,
          LastModifiedDate: TIME,
          ARN: TEXT,
          DataType: TEXT,
        },
      },
    ],
  },
};

/** Creates the model of a service with few served operations. Every call returns the same model. */
export function createSmallModel(service: keyof typeof SERVICES): () => Promise<ServiceModel> {
  const operations = new Map(
    Object.entries(SERVICES[service]).map(([name, [input, output, rest]]): [string, OperationModel] => {
      const { route, traits } = readRest(rest);
      return [
        name,
        {
          name,
          input: NormalizedSchema.of(structure(service, `${name}Request`, input, traits)),
          output: NormalizedSchema.of(structure(service, `${name}Response`, output)),
          ...(route === undefined ? {} : { route }),
        },
      ];
    }),
  );
  const model = Promise.resolve({ operations, errors: [] });
  return () => model;
}

type StaticSchema = Parameters<typeof NormalizedSchema.of>[0];

/** The places of members that are not in the body. */
type Traits = ReadonlyMap<string, object>;

function readRest(text = ''): { readonly route?: NonNullable<OperationModel['route']>; readonly traits: Traits } {
  const [method = '', uri] = text.split(' ');
  if (uri === undefined) return { traits: new Map() };
  const [path = '', query] = uri.split('?');
  const labels = [...path.matchAll(/\{(\w+)\}/g)].map(([, member = '']) => [member, { httpLabel: 1 }] as const);
  const inQuery = [...new URLSearchParams(query)].map(
    ([name, member]) => [member.slice(1, -1), { httpQuery: name }] as const,
  );
  return { route: { method, uri: path, status: 200 }, traits: new Map<string, object>([...labels, ...inQuery]) };
}

function structure(service: string, name: string, members: Members, traits: Traits = new Map()): StaticSchema {
  // In the SDK's form, the required members are first, and their number is last.
  const entries = Object.entries(members).sort(
    ([left], [right]) => Number(right.endsWith('!')) - Number(left.endsWith('!')),
  );
  const required = entries.filter(([member]) => member.endsWith('!')).length;
  const names = entries.map(([member]) => member.replace('!', ''));
  const shapes = entries.map(([stated, shape]) => {
    const member = stated.replace('!', '');
    const schema = toSchema(service, `${name}${member}`, shape);
    return traits.has(member) ? [schema, traits.get(member)] : schema;
  });
  return [3, `com.amazonaws.${service}`, name, 0, names, shapes, required] as unknown as StaticSchema;
}

function toSchema(service: string, name: string, shape: Shape): unknown {
  if (typeof shape === 'number') return shape;
  if (!isList(shape)) return () => structure(service, name, shape);
  const element = toSchema(service, `${name}Element`, shape[0]);
  return () => [1, `com.amazonaws.${service}`, name, 0, element];
}

const isList = (shape: readonly [Shape] | Members): shape is readonly [Shape] => Array.isArray(shape);
