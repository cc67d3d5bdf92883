import type { Authorize } from '../../gateway/dispatch.ts';
import { AwsError, type Caller, type Cloud, unsupported } from '../../service.ts';
import { MANAGED_POLICIES } from './managed-policies.ts';
import { type Permission, permissionsFor } from './permissions.ts';
import { evaluate, type PolicyDocument, parsePolicy } from './policy-language.ts';
import type { RolePolicies } from './roles.ts';

type RoleCaller = Extract<Caller, { kind: 'role' }>;

/** What {@link createAuthorize} needs from other services. */
export interface AuthorizeDependencies {
  /** Undefined for a role that does not exist. */
  readonly policiesOf: (roleArn: string) => RolePolicies | undefined;
  /** The policy of a resource, as JSON text, if it has one. */
  readonly resourcePolicyOf: (arn: string) => string | undefined;
  /** See {@link permissionsFor}. */
  readonly needsDirectories: () => boolean;
  /** Name of the partition key of a table. */
  readonly partitionKeyOf: (tableName: string) => string | undefined;
}

/**
 * Creates the check of calls in a role. Its inline and managed policies and the policy of the resource must allow every
 * action that the call needs, and none may deny it. The account may do everything. For calls of AWS services, the called
 * service checks the policy of the resource.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html for the wording
 */
export function createAuthorize(cloud: Cloud, dependencies: AuthorizeDependencies): Authorize {
  const { policiesOf, resourcePolicyOf, partitionKeyOf, needsDirectories } = dependencies;
  const { accountId, region } = cloud;
  return ({ caller }, service, operation, input) => {
    if (caller.kind !== 'role') return;
    const policies = policiesOf(caller.roleArn);
    if (policies === undefined)
      throw new AwsError('UnrecognizedClientException', 'The security token included in the request is invalid.', 403);
    const facts = { accountId, region, partitionKeyOf, needsDirectories: needsDirectories() };
    for (const permission of permissionsFor(facts, service, operation, input)) {
      check(cloud, caller, policies, permission, resourcePolicyOf(permission.resource));
    }
  };
}

function check(
  cloud: Cloud,
  caller: RoleCaller,
  { inline, managedPolicyArns }: RolePolicies,
  { action, resource, context }: Permission,
  resourcePolicy: string | undefined,
): void {
  const managed = managedPolicyArns.flatMap((arn): readonly PolicyDocument[] => {
    const document = MANAGED_POLICIES[arn];
    return document === undefined ? [] : [document];
  });
  const request = { action, resource, context: { ...contextOf(cloud, caller), ...context } };
  const ofIdentity = evaluate([...inline.map(({ document }) => document), ...managed], request);
  if (ofIdentity === 'denied')
    throw denied(cloud, caller, action, resource, 'with an explicit deny in an identity-based policy');
  const principal = { roleArn: caller.roleArn, accountId: cloud.accountId };
  const ofResource =
    resourcePolicy === undefined ? 'silent' : evaluate([parsePolicy(resourcePolicy)], { ...request, principal });
  if (ofResource === 'denied')
    throw denied(cloud, caller, action, resource, 'with an explicit deny in a resource-based policy');
  if (ofIdentity === 'allowed' || ofResource === 'allowed') return;
  const unknown = managedPolicyArns.find((arn) => !Object.hasOwn(MANAGED_POLICIES, arn));
  if (unknown !== undefined) throw unsupported(`the managed policy ${unknown}, which may or may not allow ${action}`);
  throw denied(cloud, caller, action, resource, `because no identity-based policy allows the ${action} action`);
}

function denied(cloud: Cloud, caller: RoleCaller, action: string, resource: string, why: string): AwsError {
  const user = `arn:aws:sts::${cloud.accountId}:assumed-role/${roleName(caller)}/${caller.functionName}`;
  return new AwsError(
    'AccessDeniedException',
    `User: ${user} is not authorized to perform: ${action} on resource: ${resource} ${why}`,
    403,
  );
}

const roleName = ({ roleArn }: RoleCaller): string => roleArn.split('/').at(-1) ?? '';

/** A loopback connection counts as TLS. Clients have no certificate to check. */
const contextOf = ({ accountId, region }: Cloud, { roleArn }: RoleCaller) => ({
  'aws:principalaccount': accountId,
  'aws:principalarn': roleArn,
  'aws:principalisawsservice': 'false',
  'aws:principaltype': 'AssumedRole',
  'aws:requestedregion': region,
  'aws:securetransport': 'true',
  'aws:viaawsservice': 'false',
});
