import { type CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { callAws } from '../../lambda/adapters/aws-errors.ts';
import type { StackOutputs } from '../deployment/ports.ts';

/** Reads the outputs of stacks. */
export const createStackOutputs =
  (client: CloudFormationClient): StackOutputs =>
  async (StackName) => {
    // CloudFormation has no error of its own for a stack that does not exist.
    const answer = await callAws(
      'cloudformation:DescribeStacks',
      () => client.send(new DescribeStacksCommand({ StackName })),
      { ValidationError: undefined },
    );
    const [stack] = answer?.Stacks ?? [];
    return (
      stack &&
      Object.fromEntries((stack.Outputs ?? []).map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]))
    );
  };
