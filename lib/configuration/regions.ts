/**
 * Partitions of AWS that are known by how their Regions begin; every other Region is of `aws`.
 *
 * @see https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html
 */
const PARTITIONS: readonly (readonly [begin: string, partition: string])[] = [
  ['us-gov-', 'aws-us-gov'],
  ['cn-', 'aws-cn'],
  ['eusc-', 'aws-eusc'],
  ['us-iso-', 'aws-iso'],
  ['us-isob-', 'aws-iso-b'],
  ['eu-isoe-', 'aws-iso-e'],
  ['us-isof-', 'aws-iso-f'],
];

/** Partition of a Region. Pure. */
export const partitionOf = (region: string): string =>
  PARTITIONS.find(([begin]) => region.startsWith(begin))?.[1] ?? 'aws';

/**
 * Regions that AWS lists for Amazon Connect, read in November 2026.
 *
 * @see https://docs.aws.amazon.com/general/latest/gr/connect_region.html
 */
export const CONNECT_REGIONS: readonly string[] = [
  'us-east-1',
  'us-west-2',
  'af-south-1',
  'ap-northeast-1',
  'ap-northeast-2',
  'ap-southeast-1',
  'ap-southeast-2',
  'ca-central-1',
  'eu-central-1',
  'eu-west-2',
  'us-gov-west-1',
];
