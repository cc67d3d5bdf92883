import {
  type AdvancedFieldSelector,
  type CloudTrailClient,
  DescribeTrailsCommand,
  GetEventSelectorsCommand,
  GetTrailStatusCommand,
} from '@aws-sdk/client-cloudtrail';
import { callAws } from '../../lambda/adapters/aws-errors.ts';
import type { SelectorField, TrailReader } from '../doctor/ports.ts';

/** Reads trails by their ARNs: a shadow trail, and that of an organisation, has no other name here. */
export const createTrailReader = (client: CloudTrailClient): TrailReader => ({
  async list() {
    const { trailList = [] } = await callAws('cloudtrail:DescribeTrails', () =>
      client.send(new DescribeTrailsCommand({ includeShadowTrails: true })),
    );
    return trailList.flatMap(({ TrailARN, HomeRegion = '', IsMultiRegionTrail = false }) =>
      TrailARN === undefined ? [] : [{ arn: TrailARN, homeRegion: HomeRegion, multiRegion: IsMultiRegionTrail }],
    );
  },
  async isLogging(Name) {
    const { IsLogging = false } = await callAws('cloudtrail:GetTrailStatus', () =>
      client.send(new GetTrailStatusCommand({ Name })),
    );
    return IsLogging;
  },
  async selectors(TrailName) {
    const { EventSelectors = [], AdvancedEventSelectors = [] } = await callAws('cloudtrail:GetEventSelectors', () =>
      client.send(new GetEventSelectorsCommand({ TrailName })),
    );
    return {
      basic: EventSelectors.map(
        ({ ReadWriteType = 'All', IncludeManagementEvents = true, ExcludeManagementEventSources = [] }) => ({
          readWriteType: ReadWriteType,
          management: IncludeManagementEvents,
          excluded: ExcludeManagementEventSources,
        }),
      ),
      advanced: AdvancedEventSelectors.map(({ FieldSelectors = [] }) => FieldSelectors.map(toField)),
    };
  },
});

const toField = (selector: AdvancedFieldSelector): SelectorField => ({
  field: selector.Field ?? '',
  equals: selector.Equals,
  startsWith: selector.StartsWith,
  endsWith: selector.EndsWith,
  notEquals: selector.NotEquals,
  notStartsWith: selector.NotStartsWith,
  notEndsWith: selector.NotEndsWith,
});
