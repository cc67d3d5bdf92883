import {
  type ConnectClient,
  DescribeInstanceCommand,
  paginateListInstances,
  paginateListSecurityProfilePermissions,
  paginateListSecurityProfiles,
} from '@aws-sdk/client-connect';
import { callAws } from '../../lambda/adapters/aws-errors.ts';
import type { InstanceFacts, Instances, SecurityProfile } from '../doctor/ports.ts';
import { pagesOf } from './pages.ts';

interface Described {
  readonly Id?: string | undefined;
  readonly Arn?: string | undefined;
  readonly InstanceAlias?: string | undefined;
  readonly IdentityManagementType?: string | undefined;
}

const toInstance = ({ Id, Arn, InstanceAlias, IdentityManagementType }: Described): readonly InstanceFacts[] =>
  Id === undefined || Arn === undefined
    ? []
    : [{ id: Id, arn: Arn, alias: InstanceAlias ?? Id, identityManagementType: IdentityManagementType }];

/**
 * The Connect instances of one account and Region. Calls do not take slots, because before the first deployment there is no
 * table for the rate limit.
 */
export const createInstances = (client: ConnectClient): Instances => ({
  async list() {
    const instances: InstanceFacts[] = [];
    for await (const { InstanceSummaryList = [] } of pagesOf(
      'connect:ListInstances',
      paginateListInstances({ client }, {}),
    ))
      instances.push(...InstanceSummaryList.flatMap(toInstance));
    return instances;
  },
  async describe(InstanceId) {
    const answer = await callAws(
      'connect:DescribeInstance',
      () => client.send(new DescribeInstanceCommand({ InstanceId })),
      { ResourceNotFoundException: undefined },
    );
    return answer?.Instance && toInstance(answer.Instance)[0];
  },
  async profiles(InstanceId) {
    const profiles: SecurityProfile[] = [];
    const pages = paginateListSecurityProfiles({ client }, { InstanceId, MaxResults: 1_000 });
    for await (const { SecurityProfileSummaryList = [] } of pagesOf('connect:ListSecurityProfiles', pages))
      for (const { Id, Name } of SecurityProfileSummaryList)
        if (Id !== undefined && Name !== undefined) profiles.push({ id: Id, name: Name });
    return profiles;
  },
  async permissions(InstanceId, SecurityProfileId) {
    const permissions: string[] = [];
    const pages = paginateListSecurityProfilePermissions(
      { client },
      { InstanceId, SecurityProfileId, MaxResults: 1_000 },
    );
    for await (const { Permissions = [] } of pagesOf('connect:ListSecurityProfilePermissions', pages))
      permissions.push(...Permissions);
    return permissions;
  },
});
