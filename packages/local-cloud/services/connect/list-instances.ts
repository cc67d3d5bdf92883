import type { ListInstancesRequest, ListInstancesResponse } from '@aws-sdk/client-connect';
import type { Context } from './context.ts';
import { takePage } from './paging.ts';

/** @see https://docs.aws.amazon.com/connect/latest/APIReference/API_ListInstances.html */
export const createListInstances =
  (context: Context) =>
  (input: ListInstancesRequest): ListInstancesResponse => {
    const all = context.instances.all().map((instance, sequence) => ({ sequence, instance }));
    // In AWS, a page has at most ten instances.
    const { items, ...token } = takePage(context, all, { MaxResults: 10, ...input }, 'ListInstances', 10);
    return {
      InstanceSummaryList: items.map(({ instance: { id, arn, alias, identityManagementType, createdMs } }) => ({
        Id: id,
        Arn: arn,
        IdentityManagementType: identityManagementType,
        InstanceAlias: alias,
        CreatedTime: new Date(createdMs),
        InstanceStatus: 'ACTIVE' as const,
        InboundCallsEnabled: true,
        OutboundCallsEnabled: true,
      })),
      ...token,
    };
  };
