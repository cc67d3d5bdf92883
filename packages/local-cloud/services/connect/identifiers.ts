import type { Cloud } from '../../service.ts';
import { invalidParameter, notFound } from './errors.ts';
import { text } from './members.ts';

/** The resources below an instance in an ARN. A user is an `agent` there. */
export type ResourceKind = 'agent' | 'security-profile' | 'routing-profile';

/** @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonconnect.html */
export const instanceArn = (cloud: Cloud, instanceId: string): string =>
  `arn:aws:connect:${cloud.region}:${cloud.accountId}:instance/${instanceId}`;

/** ARN of a resource below an instance. */
export const resourceArn = (cloud: Cloud, instanceId: string, kind: ResourceKind, id: string): string =>
  `${instanceArn(cloud, instanceId)}/${kind}/${id}`;

/** A parsed Connect ARN. `kind` and `id` are absent for an instance. */
interface ParsedArn {
  readonly instanceId: string;
  readonly kind?: string;
  readonly id?: string;
}

/**
 * Parses a Connect ARN.
 *
 * @throws {AwsError} InvalidParameterException when it is not one, ResourceNotFoundException for another account or Region.
 */
function parseArn(cloud: Cloud, arn: string, member: string): ParsedArn {
  const match = /^arn:aws:connect:([^:]*):([^:]*):instance\/([^/]+)(?:\/([^/]+)\/([^/]+))?$/.exec(arn);
  const [, region, accountId, instanceId, kind, id] = match ?? [];
  if (instanceId === undefined) throw invalidParameter(`${member} is not the ARN of an Amazon Connect resource.`);
  // assumption: the error for an ARN of another account or Region is not documented
  if (region !== cloud.region || accountId !== cloud.accountId)
    throw notFound(`${member} names account ${accountId} in ${region}; this is ${cloud.accountId} in ${cloud.region}.`);
  return kind === undefined || id === undefined ? { instanceId } : { instanceId, kind, id };
}

/**
 * Reads an instance id, given as an id or as an ARN.
 *
 * @throws {AwsError} see {@link parseArn}; InvalidParameterException beyond 100 characters.
 */
export function readInstanceId(cloud: Cloud, value: unknown): string {
  const given = text(value, 'InstanceId', { min: 1, max: 100 });
  return given.startsWith('arn:') ? parseArn(cloud, given, 'InstanceId').instanceId : given;
}

/**
 * Reads the id of a resource in `instanceId`, given as an id or as an ARN.
 *
 * @throws {AwsError} InvalidParameterException for another kind of ARN, ResourceNotFoundException for another instance.
 */
export function readResourceId(
  cloud: Cloud,
  value: unknown,
  member: string,
  instanceId: string,
  kind: ResourceKind,
): string {
  const given = text(value, member, { min: 1 });
  if (!given.startsWith('arn:')) return given;
  const arn = parseArn(cloud, given, member);
  if (arn.kind !== kind || arn.id === undefined)
    throw invalidParameter(`${member} must be an ARN that ends in ${kind}/id.`);
  if (arn.instanceId !== instanceId) throw notFound(`${member} belongs to another instance than ${instanceId}.`);
  return arn.id;
}
