import { type Cloud, unsupported } from '../../service.ts';
import { attributesOfUpdate } from './attribute-names.ts';
import type { RequestContext } from './policy-conditions.ts';

/** One action on one resource that a call needs. */
export interface Permission {
  readonly action: string;
  /** ARN, or `*` for an action without a resource. */
  readonly resource: string;
  /** Condition keys of the service, in lower case. */
  readonly context?: RequestContext;
}

type Input = Readonly<Record<string, unknown>>;
type Derive = (operation: string, input: Input, facts: Facts) => readonly Permission[] | undefined;

/** Facts that are not in the request. */
export interface Facts extends Pick<Cloud, 'accountId' | 'region'> {
  /** Name of the partition key of a table; undefined when there is no such table. */
  readonly partitionKeyOf: (tableName: string) => string | undefined;
  /** DescribeInstance of Connect also needs `ds:DescribeDirectories`. */
  readonly needsDirectories: boolean;
}

/**
 * The permissions that a call needs: actions and resources of the service authorization reference.
 *
 * @throws {AwsError} UnsupportedOperation for a call whose permissions are not modelled: only the account may make it.
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */
export function permissionsFor(facts: Facts, service: string, operation: string, input: object): readonly Permission[] {
  const derive = Object.hasOwn(SERVICES, service) ? SERVICES[service] : undefined;
  const permissions = derive?.(operation, input as Input, facts);
  if (permissions === undefined) throw unsupported(`the permissions of a role to call ${operation} of ${service}`);
  return permissions;
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const items = (value: unknown): readonly Input[] => (Array.isArray(value) ? value : []);
const lastOf = (value: unknown, separator: string): string => text(value).split(separator).at(-1) ?? '';
const arn = ({ region, accountId }: Facts, service: string, resource: string): string =>
  `arn:aws:${service}:${region}:${accountId}:${resource}`;

/** SQS writes its actions in lower case when it denies them. A batch operation has the action of the single one. */
const sqs: Derive = (operation, { QueueUrl, QueueName, SourceArn, TaskHandle }, facts) => {
  const action = `sqs:${operation.replace(/Batch$/, '').toLowerCase()}`;
  if (operation === 'ListQueues') return [{ action, resource: '*' }];
  if (TaskHandle !== undefined) return undefined;
  const name = QueueName ?? lastOf(QueueUrl, '/');
  return [{ action, resource: SourceArn === undefined ? arn(facts, 'sqs', text(name)) : text(SourceArn) }];
};

/** Operations on several items, or with the key in an expression. Their keys are not read, because no function calls them. */
const MANY_KEYS: ReadonlySet<string> = new Set(['BatchWriteItem', 'Query']);

/**
 * The partition key of the item of a request: `dynamodb:LeadingKeys`. A scan has none.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html
 */
function leadingKey({ Key, Item }: Input, name: string | undefined): string | undefined {
  if (name === undefined) return undefined;
  const value: unknown = Object.values(Object((Object(Key ?? Item) as Input)[name]))[0];
  return typeof value === 'string' ? value : undefined;
}

const dynamodb: Derive = (operation, input, facts) => {
  const { TableName, IndexName, ResourceArn } = input;
  const action = `dynamodb:${operation}`;
  const table = (name: unknown) =>
    text(name).startsWith('arn:') ? text(name) : arn(facts, 'dynamodb', `table/${text(name)}`);
  if (operation === 'ListTables') return [{ action, resource: '*' }];
  if (ResourceArn !== undefined) return [{ action, resource: text(ResourceArn) }];
  if (TableName === undefined || MANY_KEYS.has(operation)) return undefined;
  const resource = `${table(TableName)}${IndexName === undefined ? '' : `/index/${text(IndexName)}`}`;
  const key = leadingKey(input, facts.partitionKeyOf(lastOf(TableName, '/')));
  const context = {
    ...(key !== undefined && { 'dynamodb:leadingkeys': [key] }),
    ...(operation === 'UpdateItem' && { 'dynamodb:attributes': attributesOfUpdate(input) }),
  };
  return [{ action, resource, ...(Object.keys(context).length > 0 && { context }) }];
};

const cognito: Derive = (operation, { UserPoolId, ClientId, AccessToken, ResourceArn }, facts) => {
  const action = `cognito-idp:${operation}`;
  if (UserPoolId !== undefined)
    return [{ action, resource: arn(facts, 'cognito-idp', `userpool/${text(UserPoolId)}`) }];
  // A call of an app client or a user needs no permission, and no permission is checked.
  if (ClientId !== undefined || AccessToken !== undefined) return [];
  return [{ action, resource: ResourceArn === undefined ? '*' : text(ResourceArn) }];
};

const connect: Derive = (operation, input, facts) => {
  const action = `connect:${operation}`;
  const { resourceArn, InstanceId, UserId, SecurityProfileId, SecurityProfileIds, RoutingProfileId } = input;
  const id = lastOf(
    text(resourceArn ?? InstanceId)
      .split('/')
      .slice(0, 2)
      .join('/'),
    '/',
  );
  const instance = arn(facts, 'connect', `instance/${id}`);
  const on = (resource: string): Permission => ({ action, resource, context: { 'connect:instanceid': id } });
  if (resourceArn !== undefined) return [on(text(resourceArn))];
  if (operation === 'CreateUser') {
    const profiles = (Array.isArray(SecurityProfileIds) ? SecurityProfileIds : []).map(
      (profile) => `security-profile/${lastOf(profile, '/')}`,
    );
    const needed = ['agent/*', `routing-profile/${lastOf(RoutingProfileId, '/')}`, ...profiles];
    return needed.map((resource) => on(`${instance}/${resource}`));
  }
  if (UserId !== undefined) return [on(`${instance}/agent/${lastOf(UserId, '/')}`)];
  if (SecurityProfileId !== undefined) return [on(`${instance}/security-profile/${lastOf(SecurityProfileId, '/')}`)];
  if (operation !== 'DescribeInstance' || !facts.needsDirectories) return [on(instance)];
  // assumption: @see https://docs.aws.amazon.com/connect/latest/adminguide/security-iam-amazon-connect-permissions.html
  return [on(instance), { action: 'ds:DescribeDirectories', resource: '*' }];
};

const lambda: Derive = (operation, { FunctionName, UUID, Resource }, facts) => {
  const action = operation === 'Invoke' ? 'lambda:InvokeFunction' : `lambda:${operation}`;
  if (FunctionName !== undefined) {
    // A name, a partial ARN (account:function:name) or an ARN, with or without a qualifier.
    const name = /^(?:(?:arn:aws:lambda:[^:]+:)?\d{12}:function:)?([^:]+)/.exec(text(FunctionName))?.[1] ?? '';
    return [{ action, resource: arn(facts, 'lambda', `function:${name}`) }];
  }
  if (UUID !== undefined) return [{ action, resource: arn(facts, 'lambda', `event-source-mapping:${text(UUID)}`) }];
  return [{ action, resource: Resource === undefined ? '*' : text(Resource) }];
};

const events: Derive = (operation, { Entries, Name, Rule }, facts) => {
  const action = `events:${operation}`;
  if (operation === 'PutEvents') {
    const buses = new Set(items(Entries).map(({ EventBusName }) => lastOf(EventBusName ?? 'default', '/')));
    return [...buses].map((bus) => ({ action, resource: arn(facts, 'events', `event-bus/${bus}`) }));
  }
  const rule = Name ?? Rule;
  return rule === undefined ? undefined : [{ action, resource: arn(facts, 'events', `rule/${text(rule)}`) }];
};

const sts: Derive = (operation, { RoleArn }) => {
  // Needs no permission, and cannot be denied.
  if (operation === 'GetCallerIdentity') return [];
  return [{ action: `sts:${operation}`, resource: text(RoleArn) }];
};

/** A list of all stacks, and a stack by its name or id. */
const cloudformation: Derive = (operation, { StackName }, facts) => {
  if (operation !== 'DescribeStacks') return undefined;
  const name = text(StackName);
  const resource = name.startsWith('arn:') ? name : arn(facts, 'cloudformation', `stack/${name}/*`);
  return [{ action: `cloudformation:${operation}`, resource: StackName === undefined ? '*' : resource }];
};

const SERVICES: Readonly<Record<string, Derive>> = {
  cloudformation,
  'cognito-idp': cognito,
  connect,
  dynamodb,
  events,
  lambda,
  sqs,
  sts,
};
