import type { Problem } from '../../lambda/config.ts';
import { partitionOf } from './regions.ts';

/** Where an Amazon Connect instance lives, as its ARN says. */
export interface ConnectInstance {
  readonly arn: string;
  /** Such as `aws` or `aws-us-gov`. */
  readonly partition: string;
  readonly region: string;
  readonly account: string;
  readonly instanceId: string;
}

const ARN =
  /^arn:(?<partition>aws[\w-]*):connect:(?<region>[a-z]{2,4}(?:-[a-z]+)+-\d):(?<account>\d{12}):instance\/(?<id>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/** What a Connect instance ARN has to look like, in words. */
export const CONNECT_INSTANCE_ARN_FORM =
  'the ARN of an Amazon Connect instance, such as "arn:aws:connect:eu-west-2:111122223333:instance/11111111-2222-3333-4444-555555555555" (with the id of the instance, not its alias: aws connect list-instances)';

/**
 * Reads the ARN of a Connect instance. Pure.
 *
 * @returns undefined when it is not one.
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonconnect.html
 */
export function parseConnectInstanceArn(arn: string): ConnectInstance | undefined {
  const { partition, region, account, id } = ARN.exec(arn)?.groups ?? {};
  return partition && region && account && id ? { arn, partition, region, account, instanceId: id } : undefined;
}

/**
 * Finds an instance whose partition is not that of its Region, or of the Region of the pool: no account, no credentials and no call
 * reaches from one partition into another. Pure.
 *
 * @param poolRegion - where it is known.
 */
export function findForeignPartition(
  { arn, partition, region }: ConnectInstance,
  poolRegion: string | undefined,
): readonly Problem[] {
  const problem = (message: string) => [{ path: 'connectInstanceArn', message: `received ${arn}; ${message}` }];
  if (partitionOf(region) !== partition)
    return problem(
      `expected arn:${partitionOf(region)}:…, because ${region} is in the partition ${partitionOf(region)}`,
    );
  if (poolRegion === undefined || partitionOf(poolRegion) === partition) return [];
  return problem(
    `expected an instance of the partition ${partitionOf(poolRegion)}, where the pool is (${poolRegion}): no call reaches from one partition into another, so use a pool and an instance of the same partition`,
  );
}
