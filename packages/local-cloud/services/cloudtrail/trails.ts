import type {
  AdvancedEventSelector,
  DescribeTrailsRequest,
  DescribeTrailsResponse,
  EventSelector,
  GetEventSelectorsRequest,
  GetEventSelectorsResponse,
  GetTrailStatusRequest,
  GetTrailStatusResponse,
} from '@aws-sdk/client-cloudtrail';
import { z } from 'zod';
import { AwsError, type Cloud } from '../../service.ts';
import type { CloudTrailRecord } from './record.ts';
import { basicSelector, covers, type Trail, trailSchema } from './trail.ts';

/** The trails of the account, as they are visible in its Region. */
export interface Trails {
  readonly operations: {
    DescribeTrails(input: DescribeTrailsRequest): DescribeTrailsResponse;
    GetTrailStatus(input: GetTrailStatusRequest): GetTrailStatusResponse;
    GetEventSelectors(input: GetEventSelectorsRequest): GetEventSelectorsResponse;
  };
  /** Whether a trail that is logging selects a record. */
  takes(record: CloudTrailRecord): boolean;
  /** With a body it replaces all trails. Without one it shows them. */
  change(body: unknown): readonly Trail[];
}

/** The trail that exists from the start. */
const FIRST: Trail = trailSchema.parse({ name: 'management-events' });

/**
 * Creates the account with one trail that logs all management events of all Regions.
 *
 * @see https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_DescribeTrails.html
 */
export function createTrails({ accountId, region }: Pick<Cloud, 'accountId' | 'region'>): Trails {
  let trails: readonly Trail[] = [FIRST];
  const homeOf = ({ homeRegion = region }: Trail) => homeRegion;
  const arnOf = (trail: Trail) => `arn:aws:cloudtrail:${homeOf(trail)}:${accountId}:trail/${trail.name}`;
  const isHere = (trail: Trail) => homeOf(trail) === region;
  /** A multi-Region trail of another Region is visible here as a shadow trail. */
  const seen = () => trails.filter((trail) => isHere(trail) || trail.multiRegion);
  const find = (name: string | undefined): Trail => {
    const found = seen().find((trail) => arnOf(trail) === name || (isHere(trail) && trail.name === name));
    if (found !== undefined) return found;
    throw new AwsError('TrailNotFoundException', `Unknown trail: ${name} for the user: ${accountId}`);
  };
  return {
    operations: {
      DescribeTrails({ includeShadowTrails = true, trailNameList = [] }) {
        const listed = seen().filter((trail) => includeShadowTrails || isHere(trail));
        const wanted = (trail: Trail) =>
          trailNameList.length === 0 || trailNameList.some((name) => name === trail.name || name === arnOf(trail));
        return {
          trailList: listed.filter(wanted).map((trail) => ({
            Name: trail.name,
            TrailARN: arnOf(trail),
            HomeRegion: homeOf(trail),
            IsMultiRegionTrail: trail.multiRegion,
            IsOrganizationTrail: trail.organization,
            IncludeGlobalServiceEvents: true,
            S3BucketName: `trail-${accountId}`,
            HasCustomEventSelectors: trail.selectors !== undefined || trail.advancedSelectors !== undefined,
          })),
        };
      },
      GetTrailStatus: ({ Name }) => ({ IsLogging: find(Name).logging }),
      GetEventSelectors({ TrailName }) {
        const trail = find(TrailName);
        if (trail.advancedSelectors !== undefined)
          return {
            TrailARN: arnOf(trail),
            AdvancedEventSelectors: structuredClone(trail.advancedSelectors) as AdvancedEventSelector[],
          };
        const selectors: EventSelector[] = structuredClone(trail.selectors ?? [basicSelector.parse({})]);
        return { TrailARN: arnOf(trail), EventSelectors: selectors };
      },
    },
    takes: (record) => seen().some((trail) => trail.logging && covers(trail, record)),
    change(body) {
      if (body === undefined || body === null) return trails;
      const parsed = z.array(trailSchema).safeParse(body);
      if (!parsed.success) throw new AwsError('ValidationException', z.prettifyError(parsed.error));
      trails = parsed.data;
      return trails;
    },
  };
}
