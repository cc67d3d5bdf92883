import type { Callers } from '../../gateway/callers.ts';
import type { HostedService } from '../../gateway/hosted-service.ts';
import { AwsError, type Call, type Cloud } from '../../service.ts';

const DEFAULT_SESSION_SECONDS = 3_600;

/** What this service assumes of AWS where AWS does not say. */
export const ASSUMPTIONS = [
  {
    topic: 'sts AssumeRole',
    assumed: 'every role of the account exists and trusts the account; its sessions act as the account',
  },
] as const;

/** What is missing from operations that are served in part. */
export const PARTIAL = { AssumeRole: 'policies, tags and external id are ignored' } as const;

/** Creates AWS STS: who am I, and the roles that a deployment assumes; `lend` makes the keys of their sessions. */
export const createSts = (cloud: Cloud, lend: Callers['lendAccount']): HostedService => ({
  operations: {
    GetCallerIdentity: (_input: object, { caller }: Call) => identify(cloud, caller),
    AssumeRole: (input: AssumeRoleInput) => assumeRole(cloud, lend, input),
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
  lend: Callers['lendAccount'],
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
  const { accessKeyId, secretAccessKey, sessionToken } = lend(expiresAt);
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
