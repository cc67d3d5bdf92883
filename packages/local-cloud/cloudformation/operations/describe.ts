import type { Operations } from '../../service.ts';
import { AwsError, unsupported } from '../../service.ts';
import { validationError } from '../errors.ts';
import type { Engine } from '../inspect.ts';
import { readTemplate, type TemplateSource } from '../source.ts';
import type { Stack, StackEvent } from '../stack.ts';
import { parseTemplate } from '../template.ts';
import type { ChangeSet } from './change-sets.ts';

interface Named {
  readonly StackName: string;
  readonly NextToken?: string;
}

const eventsPerPage = 100;

const withReason = (reason: string | undefined) => (reason === undefined ? {} : { ResourceStatusReason: reason });

/** One page of a stack's events, newest first. The token names the last event of the page before. */
const pageOf = (events: readonly StackEvent[], token: string | undefined) => {
  const newestFirst = [...events].reverse();
  const start = token === undefined ? 0 : newestFirst.findIndex(({ EventId }) => EventId === token) + 1;
  if (token !== undefined && start === 0) throw validationError(`Unknown NextToken ${token}`);
  const page = newestFirst.slice(start, start + eventsPerPage);
  const last = page.at(-1);
  return { page, ...(last && start + eventsPerPage < newestFirst.length ? { NextToken: last.EventId } : {}) };
};

const statusesOf = (stack: Stack) => [...stack.statuses.values()].filter(({ status }) => status !== 'DELETE_COMPLETE');

/** DescribeStackEvents, DescribeEvents, DescribeStackResources, ListStackResources, GetTemplate, GetTemplateSummary, ListExports. */
export const createDescribeOperations = (
  { cloud, stacks }: Engine,
  changeSetOf: (selector: { readonly ChangeSetName: string; readonly StackName?: string }) => ChangeSet,
): Operations => {
  const operations = {
    DescribeStackEvents({ StackName, NextToken }: Named) {
      const stack = stacks.find(StackName);
      if (stack === undefined) throw validationError(`Stack [${StackName}] does not exist`);
      const { page, ...next } = pageOf(stack.events, NextToken);
      return { StackEvents: page, ...next };
    },
    // Change sets are checked before they are created, so they have no failed events. The CDK CLI asks for them anyway.
    DescribeEvents({ StackName }: Named) {
      stacks.get(StackName);
      return { OperationEvents: [] };
    },
    ListHookResults() {
      return { HookResults: [] };
    },
    DescribeStackResources({ StackName, LogicalResourceId }: Named & { readonly LogicalResourceId?: string }) {
      if (StackName === undefined) throw unsupported('DescribeStackResources by PhysicalResourceId');
      const stack = stacks.get(StackName);
      return {
        StackResources: statusesOf(stack)
          .filter(({ logicalId }) => LogicalResourceId === undefined || logicalId === LogicalResourceId)
          .map(({ logicalId, physicalId, type, at, status, reason }) => ({
            StackName: stack.name,
            StackId: stack.id,
            LogicalResourceId: logicalId,
            ...(physicalId === undefined ? {} : { PhysicalResourceId: physicalId }),
            ResourceType: type,
            Timestamp: at,
            ResourceStatus: status,
            ...withReason(reason),
            DriftInformation: { StackResourceDriftStatus: 'NOT_CHECKED' },
          })),
      };
    },
    ListStackResources({ StackName }: Named) {
      return {
        StackResourceSummaries: statusesOf(stacks.get(StackName)).map(
          ({ logicalId, physicalId, type, at, status, reason }) => ({
            LogicalResourceId: logicalId,
            ...(physicalId === undefined ? {} : { PhysicalResourceId: physicalId }),
            ResourceType: type,
            LastUpdatedTimestamp: at,
            ResourceStatus: status,
            ...withReason(reason),
            DriftInformation: { StackResourceDriftStatus: 'NOT_CHECKED' },
          }),
        ),
      };
    },
    GetTemplate({ StackName, ChangeSetName }: { readonly StackName?: string; readonly ChangeSetName?: string }) {
      if (ChangeSetName !== undefined) {
        const { prepared } = changeSetOf({ ChangeSetName, ...(StackName === undefined ? {} : { StackName }) });
        return { TemplateBody: prepared.body, StagesAvailable: ['Original', 'Processed'] };
      }
      const { deployed } = stacks.get(StackName);
      return { TemplateBody: deployed?.body ?? '{}', StagesAvailable: ['Original', 'Processed'] };
    },
    async GetTemplateSummary(input: TemplateSource & { readonly StackName?: string }) {
      const stack = stacks.find(input.StackName);
      if (input.StackName !== undefined && stack === undefined)
        throw new AwsError('ValidationError', `Stack with id ${input.StackName} does not exist`);
      const body = stack?.deployed?.body ?? (await readTemplate(cloud, stack, input));
      const { Parameters, Resources, Description } = parseTemplate(body);
      return {
        ...(Description === undefined ? {} : { Description }),
        Parameters: Object.entries(Parameters).map(([key, { Type, Default, NoEcho, Description: text }]) => ({
          ParameterKey: key,
          ParameterType: Type,
          NoEcho: NoEcho === true,
          ...(Default === undefined ? {} : { DefaultValue: String(Default) }),
          ...(text === undefined ? {} : { Description: text }),
          ParameterConstraints: {},
        })),
        ResourceTypes: [...new Set(Object.values(Resources).map(({ Type }) => Type))],
      };
    },
    ListExports() {
      return {
        Exports: stacks.all
          .filter(({ status }) => status !== 'DELETE_COMPLETE')
          .flatMap(({ id, deployed }) =>
            (deployed?.outputs ?? []).flatMap(({ ExportName, OutputValue }) =>
              ExportName === undefined ? [] : [{ ExportingStackId: id, Name: ExportName, Value: OutputValue }],
            ),
          ),
      };
    },
  };
  return operations as Operations;
};
