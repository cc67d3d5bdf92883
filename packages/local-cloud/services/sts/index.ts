import type { Callers } from '../../gateway/callers.ts';
import type { HostedService } from '../../gateway/hosted-service.ts';
import { AwsError, type Call, type Cloud } from '../../service.ts';

const DEFAULT_SESSION_SECONDS = 3_600;

/** What this service assumes of AWS where AWS does not say. */
export const ASSUMPTIONS = [
  {
    topic: 'sts AssumeRole',
    assumed: 'every role trusts the account; a session of a role that was not made here acts as the account',
  },
] as const;

/** What is missing from operations that are served in part. */
export const PARTIAL = { AssumeRole: 'policies, tags and external id are ignored' } as const;

/** What {@link createSts} works with. */
interface StsDependencies extends Pick<Callers, 'lendAccount' | 'lendRole'> {
  /** Whether the role was made in this cloud. */
  readonly exists: (roleArn: string) => boolean;
}

/** Creates AWS STS: who am I, and sessions of roles. */
export const createSts = (cloud: Cloud, dependencies: StsDependencies): HostedService => ({
  operations: {
    GetCallerIdentity: (_input: object, { caller }: Call) => identify(cloud, caller),
    AssumeRole: (input: AssumeRoleInput) => assumeRole(cloud, dependencies, input),
  },
});

interface AssumeRoleInput {
  readonly RoleArn?: string;
  readonly RoleSessionName?: string;
  readonly DurationSeconds?: number;
}

/** @see https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html */
function identify({ accountId }: Cloud, caller: Call['caller']) {
  if (caller.kind !== 'role') return { UserId: accountId, Account: accountId, Arn: `arn:aws:iam::${accountId}:root` };
  const role = caller.roleArn.split('/').at(-1) ?? '';
  return {
    UserId: `AROA:${caller.functionName}`,
    Account: accountId,
    Arn: `arn:aws:sts::${accountId}:assumed-role/${role}/${caller.functionName}`,
  };
}

/** @see https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
function assumeRole(
  { accountId, clock }: Cloud,
  { lendAccount, lendRole, exists }: StsDependencies,
  { RoleArn, RoleSessionName, DurationSeconds = DEFAULT_SESSION_SECONDS }: AssumeRoleInput,
) {
  if (RoleArn === undefined || RoleSessionName === undefined) {
    throw new AwsError('ValidationError', 'RoleArn and RoleSessionName are required.');
  }
  const [, , , , account, resource = ''] = RoleArn.split(':');
  if (account !== accountId || !resource.startsWith('role/')) {
    throw new AwsError('AccessDenied', `Not authorized to perform: sts:AssumeRole on resource: ${RoleArn}`, 403);
  }
  const expiresAt = clock.now() + DurationSeconds * 1_000;
  const { accessKeyId, secretAccessKey, sessionToken } = exists(RoleArn)
    ? lendRole(RoleArn, RoleSessionName, expiresAt)
    : lendAccount(expiresAt);
  const role = resource.split('/').at(-1) ?? '';
  return {
    Credentials: {
      AccessKeyId: accessKeyId,
      SecretAccessKey: secretAccessKey,
      SessionToken: sessionToken,
      Expiration: new Date(expiresAt),
    },
    AssumedRoleUser: {
      AssumedRoleId: `AROA:${RoleSessionName}`,
      Arn: `arn:aws:sts::${accountId}:assumed-role/${role}/${RoleSessionName}`,
    },
  };
}
