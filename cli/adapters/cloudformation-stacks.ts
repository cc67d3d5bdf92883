import {
  type CloudFormationClient,
  DescribeStacksCommand,
  paginateDescribeStacks,
} from '@aws-sdk/client-cloudformation';
import { callAws } from '../../lambda/adapters/aws-errors.ts';
import { STACK_DESCRIPTION } from '../../lib/configuration/deployment-identity.ts';
import type { DescribeStack, Stacks } from '../deployment/ports.ts';

/** Reads the status and the outputs of stacks. */
export const createDescribeStack =
  (client: CloudFormationClient): DescribeStack =>
  async (StackName) => {
    // CloudFormation has no error of its own for a stack that does not exist.
    const answer = await callAws(
      'cloudformation:DescribeStacks',
      () => client.send(new DescribeStacksCommand({ StackName })),
      { ValidationError: undefined },
    );
    const [stack] = answer?.Stacks ?? [];
    if (stack === undefined) return undefined;
    const outputs = (stack.Outputs ?? []).map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]);
    return { status: stack.StackStatus ?? '', outputs: Object.fromEntries(outputs) };
  };

/** Looks for stacks. */
export const createStacks = (client: CloudFormationClient): Stacks => ({
  async isGone(StackName) {
    const answer = await callAws(
      'cloudformation:DescribeStacks',
      () => client.send(new DescribeStacksCommand({ StackName })),
      { ValidationError: undefined },
    );
    // A deleted stack is shown by its id for 90 days, and then no longer.
    const [stack] = answer?.Stacks ?? [];
    return stack === undefined || stack.StackStatus === 'DELETE_COMPLETE';
  },
  async ours() {
    const names: string[] = [];
    const pages = paginateDescribeStacks({ client }, {});
    for (;;) {
      const { done, value } = await callAws('cloudformation:DescribeStacks', () => pages.next());
      if (done === true) return names;
      for (const { StackName, Description } of value.Stacks ?? [])
        if (Description === STACK_DESCRIPTION && StackName !== undefined) names.push(StackName);
    }
  },
});
