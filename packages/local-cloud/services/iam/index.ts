import { z } from 'zod';
import { AwsError, type Cloud, type Operations } from '../../service.ts';
import { checkEvaluable, parsePolicy } from './policy-language.ts';
import { createRoles, type Role, type RolePolicies } from './roles.ts';

/** What is assumed because AWS does not document it. */
export const ASSUMPTIONS: readonly { readonly topic: string; readonly assumed: string; readonly switch?: string }[] = [
  {
    topic: 'Managed policies',
    assumed:
      'attaching one needs only its ARN. The contents of two are known, AWSLambdaBasicExecutionRole and AWSLambdaSQSQueueExecutionRole; a call that only another one could allow is refused by name',
  },
  {
    topic: 'Policies of roles',
    assumed:
      'inline policies and those two, with Allow and Deny, wildcards, and conditions on strings, ARNs, Bool and Null over a short list of keys, ForAllValues and ForAnyValue among them; anything else is refused when the policy is put. No permissions boundaries, session policies or organizations',
  },
  { topic: 'aws:SecureTransport', assumed: 'true: the loopback counts as TLS' },
  {
    topic: 'connect:DescribeInstance and ds:DescribeDirectories',
    assumed:
      'Needed together, as the resource schema of AWS::Connect::Instance and the managed policy AmazonConnectReadOnlyAccess have them. The service authorization reference does not list the second one.',
    switch: 'describeDirectories: required | ignored',
  },
  { topic: 'Permissions to write logs', assumed: 'not looked at: functions write no log over the API here' },
];

/** What is missing from operations that are served in part. Missing members are refused. The error names them. */
export const PARTIAL: Readonly<Record<string, string>> = {
  CreateRole: 'no tags, no permissions boundary; only EventBridge Scheduler looks at what the trust policy says',
  ListAttachedRolePolicies: 'one page, no PathPrefix',
  ListRolePolicies: 'one page',
  UpdateAssumeRolePolicy: 'only EventBridge Scheduler looks at what the trust policy says',
};

const settingsSchema = z.strictObject({ describeDirectories: z.enum(['required', 'ignored']) });

/** The IAM of the local cloud. */
export interface Iam {
  readonly operations: Operations;
  /** See `HostedService`. */
  readonly views: { readonly settings: () => z.infer<typeof settingsSchema> };
  readonly changes: { readonly settings: (body: unknown) => z.infer<typeof settingsSchema> };
  /** Whether DescribeInstance of Connect also needs the permission to describe directories. */
  needsDirectories(): boolean;
  /** The policies of a role, or undefined when there is no such role. */
  policiesOf(roleArn: string): RolePolicies | undefined;
}

interface RoleInput {
  readonly RoleName: string;
}
interface InlineInput extends RoleInput {
  readonly PolicyName: string;
  readonly PolicyDocument: string;
}
interface ManagedInput extends RoleInput {
  readonly PolicyArn: string;
}

// IAM returns policy documents URL-encoded (RFC 3986).
const encode = (document: string) =>
  encodeURIComponent(document).replace(/[!'()*]/g, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`);

const describe = (role: Role) => ({
  Path: role.path,
  RoleName: role.name,
  RoleId: role.id,
  Arn: role.arn,
  CreateDate: role.createdAt,
  AssumeRolePolicyDocument: encode(role.trust),
  ...(role.description === undefined ? {} : { Description: role.description }),
  MaxSessionDuration: role.maxSessionDuration,
});

const missingPolicy = (name: string) =>
  new AwsError('NoSuchEntity', `The role policy with name ${name} cannot be found.`, 404);

/**
 * Creates IAM: roles with their inline policies and the ARNs of their managed ones.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_Operations.html
 */
export const createIam = (cloud: Cloud): Iam => {
  const roles = createRoles(cloud);
  let settings: z.infer<typeof settingsSchema> = { describeDirectories: 'required' };
  const operations = {
    CreateRole(
      input: RoleInput & {
        readonly AssumeRolePolicyDocument: string;
        readonly Path?: string;
        readonly Description?: string;
        readonly MaxSessionDuration?: number | string;
      },
    ) {
      const role = roles.create(input.RoleName, input.AssumeRolePolicyDocument, input.Path);
      role.description = input.Description;
      role.maxSessionDuration = Number(input.MaxSessionDuration ?? role.maxSessionDuration);
      return { Role: describe(role) };
    },
    GetRole: ({ RoleName }: RoleInput) => ({ Role: describe(roles.get(RoleName)) }),
    UpdateRole({
      RoleName,
      Description,
      MaxSessionDuration,
    }: RoleInput & { readonly Description?: string; readonly MaxSessionDuration?: number | string }) {
      const role = roles.get(RoleName);
      role.description = Description ?? role.description;
      role.maxSessionDuration = Number(MaxSessionDuration ?? role.maxSessionDuration);
      return {};
    },
    UpdateAssumeRolePolicy({ RoleName, PolicyDocument }: RoleInput & { readonly PolicyDocument: string }) {
      parsePolicy(PolicyDocument);
      roles.get(RoleName).trust = PolicyDocument;
      return {};
    },
    DeleteRole({ RoleName }: RoleInput) {
      const role = roles.get(RoleName);
      if (role.inline.size > 0)
        throw new AwsError('DeleteConflict', 'Cannot delete entity, must delete policies first.', 409);
      if (role.managed.size > 0)
        throw new AwsError('DeleteConflict', 'Cannot delete entity, must detach all policies first.', 409);
      roles.remove(RoleName);
      return {};
    },
    PutRolePolicy({ RoleName, PolicyName, PolicyDocument }: InlineInput) {
      const role = roles.get(RoleName);
      const document = parsePolicy(PolicyDocument);
      checkEvaluable(document);
      role.inline.set(PolicyName, { text: PolicyDocument, document });
      return {};
    },
    GetRolePolicy({ RoleName, PolicyName }: InlineInput) {
      const policy = roles.get(RoleName).inline.get(PolicyName);
      if (policy === undefined) throw missingPolicy(PolicyName);
      return { RoleName, PolicyName, PolicyDocument: encode(policy.text) };
    },
    DeleteRolePolicy({ RoleName, PolicyName }: InlineInput) {
      if (!roles.get(RoleName).inline.delete(PolicyName)) throw missingPolicy(PolicyName);
      return {};
    },
    ListRolePolicies: ({ RoleName }: RoleInput) => ({
      PolicyNames: [...roles.get(RoleName).inline.keys()],
      IsTruncated: false,
    }),
    AttachRolePolicy({ RoleName, PolicyArn }: ManagedInput) {
      roles.get(RoleName).managed.add(PolicyArn);
      return {};
    },
    DetachRolePolicy({ RoleName, PolicyArn }: ManagedInput) {
      if (!roles.get(RoleName).managed.delete(PolicyArn))
        throw new AwsError('NoSuchEntity', `Policy ${PolicyArn} was not found.`, 404);
      return {};
    },
  };
  return {
    operations: operations as Operations,
    views: { settings: () => settings },
    changes: {
      settings(body) {
        settings = settingsSchema.parse(body);
        return settings;
      },
    },
    needsDirectories: () => settings.describeDirectories === 'required',
    policiesOf(roleArn) {
      const role = roles.byArn(roleArn);
      if (role === undefined) return undefined;
      return {
        trust: parsePolicy(role.trust),
        inline: [...role.inline].map(([name, { document }]) => ({ name, document })),
        managedPolicyArns: [...role.managed],
      };
    },
  };
};
