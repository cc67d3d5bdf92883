import type {
  DescribeSecurityProfileRequest,
  DescribeSecurityProfileResponse,
  ListRoutingProfilesRequest,
  ListRoutingProfilesResponse,
  ListSecurityProfilePermissionsRequest,
  ListSecurityProfilePermissionsResponse,
  ListSecurityProfilesRequest,
  ListSecurityProfilesResponse,
} from '@aws-sdk/client-connect';
import { type Context, requireProfile } from './context.ts';
import type { Instance, Profile } from './instances.ts';
import { type PageRequest, takePage } from './paging.ts';

function listProfiles(
  context: Context,
  operation: string,
  instance: Instance,
  all: readonly Profile[],
  page: PageRequest,
) {
  const { region } = context.cloud;
  const { items, ...token } = takePage(context, all, page, `${operation} ${instance.id}`, 1000);
  const modified = { LastModifiedTime: new Date(instance.createdMs), LastModifiedRegion: region };
  return { summaries: items.map(({ id, arn, name }) => ({ Id: id, Arn: arn, Name: name, ...modified })), token };
}

/** @see https://docs.aws.amazon.com/connect/latest/APIReference/API_ListSecurityProfiles.html */
export const createListSecurityProfiles =
  (context: Context) =>
  (input: ListSecurityProfilesRequest): ListSecurityProfilesResponse => {
    const instance = context.instances.require(input.InstanceId);
    const { securityProfiles } = instance;
    const { summaries, token } = listProfiles(context, 'ListSecurityProfiles', instance, securityProfiles, input);
    return { SecurityProfileSummaryList: summaries, ...token };
  };

/** @see https://docs.aws.amazon.com/connect/latest/APIReference/API_ListRoutingProfiles.html */
export const createListRoutingProfiles =
  (context: Context) =>
  (input: ListRoutingProfilesRequest): ListRoutingProfilesResponse => {
    const instance = context.instances.require(input.InstanceId);
    const { routingProfiles } = instance;
    const { summaries, token } = listProfiles(context, 'ListRoutingProfiles', instance, routingProfiles, input);
    return { RoutingProfileSummaryList: summaries, ...token };
  };

/** @see https://docs.aws.amazon.com/connect/latest/APIReference/API_DescribeSecurityProfile.html */
export const createDescribeSecurityProfile =
  (context: Context) =>
  (input: DescribeSecurityProfileRequest): DescribeSecurityProfileResponse => {
    const instance = context.instances.require(input.InstanceId);
    const id = input.SecurityProfileId;
    const profile = requireProfile(context, instance, id, 'security-profile', 'SecurityProfileId');
    return {
      SecurityProfile: {
        Id: profile.id,
        OrganizationResourceId: instance.id,
        Arn: profile.arn,
        SecurityProfileName: profile.name,
        LastModifiedTime: new Date(instance.createdMs),
        LastModifiedRegion: context.cloud.region,
      },
    };
  };

/** @see https://docs.aws.amazon.com/connect/latest/APIReference/API_ListSecurityProfilePermissions.html */
export const createListSecurityProfilePermissions =
  (context: Context) =>
  (input: ListSecurityProfilePermissionsRequest): ListSecurityProfilePermissionsResponse => {
    const instance = context.instances.require(input.InstanceId);
    const id = input.SecurityProfileId;
    const { permissions } = requireProfile(context, instance, id, 'security-profile', 'SecurityProfileId');
    const all = permissions.map((permission, sequence) => ({ sequence, permission }));
    const scope = `ListSecurityProfilePermissions ${instance.id} ${id}`;
    const { items, ...token } = takePage(context, all, input, scope, 1000);
    return { Permissions: items.map(({ permission }) => permission), ...token };
  };
