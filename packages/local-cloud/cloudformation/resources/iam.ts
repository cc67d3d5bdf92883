import { documentOf, type Existing, ignoringMissing, type Provider, type Work } from '../provider.ts';
import type { Fields } from '../values.ts';

const gone = ['NoSuchEntity'];

interface InlinePolicy {
  readonly PolicyName: string;
  readonly PolicyDocument: unknown;
}

const inlineOf = (properties: Fields) => (properties.Policies ?? []) as readonly InlinePolicy[];
const managedOf = (properties: Fields) => (properties.ManagedPolicyArns ?? []) as readonly string[];

const putPolicy = ({ call }: Work, RoleName: string, { PolicyName, PolicyDocument }: InlinePolicy) =>
  call('iam', 'PutRolePolicy', { RoleName, PolicyName, PolicyDocument: documentOf(PolicyDocument) });

/** Gives the role the policies of `wanted` and removes those that only `before` has. */
const setPolicies = async (work: Work, RoleName: string, wanted: Fields, before: Fields) => {
  for (const policy of inlineOf(wanted)) await putPolicy(work, RoleName, policy);
  for (const PolicyArn of managedOf(wanted)) await work.call('iam', 'AttachRolePolicy', { RoleName, PolicyArn });
  const kept = inlineOf(wanted).map(({ PolicyName }) => PolicyName);
  for (const { PolicyName } of inlineOf(before).filter((policy) => !kept.includes(policy.PolicyName)))
    await ignoringMissing(gone, () => work.call('iam', 'DeleteRolePolicy', { RoleName, PolicyName }));
  for (const PolicyArn of managedOf(before).filter((arn) => !managedOf(wanted).includes(arn)))
    await ignoringMissing(gone, () => work.call('iam', 'DetachRolePolicy', { RoleName, PolicyArn }));
};

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-role.html */
export const roleProvider: Provider = {
  type: 'AWS::IAM::Role',
  models: ['AssumeRolePolicyDocument', 'ManagedPolicyArns', 'MaxSessionDuration', 'Path', 'Policies', 'RoleName'],
  nameProperty: 'RoleName',
  async create(work, begun) {
    const { properties } = work;
    const name = (properties.RoleName as string | undefined) ?? work.name({ maxLength: 64 });
    const { Role } = await work.call<{ Role: { Arn: string; RoleId: string } }>('iam', 'CreateRole', {
      RoleName: name,
      AssumeRolePolicyDocument: documentOf(properties.AssumeRolePolicyDocument),
      ...(properties.Path === undefined ? {} : { Path: properties.Path }),
      ...(properties.MaxSessionDuration === undefined ? {} : { MaxSessionDuration: properties.MaxSessionDuration }),
    });
    begun(name);
    await setPolicies(work, name, properties, {});
    return { physicalId: name, attributes: { Arn: Role.Arn, RoleId: Role.RoleId } };
  },
  async update(existing) {
    const { physicalId: RoleName, properties, previous, attributes } = existing;
    const PolicyDocument = documentOf(properties.AssumeRolePolicyDocument);
    if (PolicyDocument !== documentOf(previous.AssumeRolePolicyDocument))
      await existing.call('iam', 'UpdateAssumeRolePolicy', { RoleName, PolicyDocument });
    if (properties.MaxSessionDuration !== previous.MaxSessionDuration)
      await existing.call('iam', 'UpdateRole', { RoleName, MaxSessionDuration: properties.MaxSessionDuration ?? 3600 });
    await setPolicies(existing, RoleName, properties, previous);
    return { physicalId: RoleName, attributes };
  },
  async remove(existing) {
    const { physicalId: RoleName, previous, call } = existing;
    await ignoringMissing(gone, async () => {
      await setPolicies(existing, RoleName, {}, previous);
      await call('iam', 'DeleteRole', { RoleName });
    });
  },
};

const rolesOf = (properties: Fields) => (properties.Roles ?? []) as readonly string[];

const putOnRoles = async (work: Work) => {
  const { PolicyName, PolicyDocument } = work.properties;
  for (const role of rolesOf(work.properties))
    await putPolicy(work, role, { PolicyName: String(PolicyName), PolicyDocument });
};

const takeFromRoles = async ({ call, previous }: Existing, roles: readonly string[]) => {
  for (const RoleName of roles)
    await ignoringMissing(gone, () => call('iam', 'DeleteRolePolicy', { RoleName, PolicyName: previous.PolicyName }));
};

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-policy.html */
export const policyProvider: Provider = {
  type: 'AWS::IAM::Policy',
  models: ['PolicyDocument', 'PolicyName', 'Roles'],
  async create(work, begun) {
    const physicalId = work.name({ maxLength: 128 });
    begun(physicalId);
    await putOnRoles(work);
    return { physicalId, attributes: { Id: physicalId } };
  },
  async update(existing) {
    const { properties, previous, physicalId, attributes } = existing;
    await putOnRoles(existing);
    const isRenamed = properties.PolicyName !== previous.PolicyName;
    await takeFromRoles(
      existing,
      rolesOf(previous).filter((role) => isRenamed || !rolesOf(properties).includes(role)),
    );
    return { physicalId, attributes };
  },
  remove: (existing) => takeFromRoles(existing, rolesOf(existing.previous)),
};
