import type {
  ListSecurityProfilePermissionsRequest,
  ListSecurityProfilePermissionsResponse,
  ListSecurityProfilesRequest,
  ListSecurityProfilesResponse,
} from '@aws-sdk/client-connect';
import { type Context, requireProfile } from './context.ts';
import { takePage } from './paging.ts';

/** @see https://docs.aws.amazon.com/connect/latest/APIReference/API_ListSecurityProfiles.html */
export const createListSecurityProfiles =
  (context: Context) =>
  (input: ListSecurityProfilesRequest): ListSecurityProfilesResponse => {
    const { id, securityProfiles, createdMs } = context.instances.require(input.InstanceId);
    const { items, ...token } = takePage(context, securityProfiles, input, `ListSecurityProfiles ${id}`, 1000);
    const modified = { LastModifiedTime: new Date(createdMs), LastModifiedRegion: context.cloud.region };
    return {
      SecurityProfileSummaryList: items.map(({ id, arn, name }) => ({ Id: id, Arn: arn, Name: name, ...modified })),
      ...token,
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
