import type { Cloud, Operation, Operations } from '../service.ts';
import { validationError } from './errors.ts';
import type { Engine } from './inspect.ts';
import { createChangeSetOperations } from './operations/change-sets.ts';
import { createDescribeOperations } from './operations/describe.ts';
import { createStackOperations } from './operations/stacks.ts';
import { createProviders } from './resources/index.ts';
import { createStacks } from './stack.ts';

/** What is assumed because AWS does not document it, and where the local cloud differs from AWS on purpose. */
export const ASSUMPTIONS: readonly { readonly topic: string; readonly assumed: string; readonly switch?: string }[] = [
  {
    topic: 'DescribeStacks while an operation runs',
    assumed:
      'waits up to two seconds for the operation to end, so that clients which poll every five seconds are not slowed down; AWS answers at once',
    switch: 'createCloudFormation(cloud, { settleMs: 0 })',
  },
  {
    topic: 'Times of stack events',
    assumed: 'events of one stack are at least a millisecond apart, so that sorting by time keeps their order',
  },
  {
    topic: 'Templates that name what is not modelled',
    assumed:
      'all such resources are reported as CREATE_FAILED or UPDATE_FAILED before anything is made; AWS checks resource by resource',
  },
  {
    topic: 'A failing rule (CheckBootstrapVersion)',
    assumed: "a ValidationError with the assertion's description; AWS documents no wording",
  },
  {
    topic: 'Resources under way when another one fails',
    assumed: 'are finished before the rollback begins; AWS cancels them',
  },
  {
    topic: 'Deleting a stack whose exports are in use',
    assumed: 'ends in DELETE_FAILED with the names of the stacks that use them',
  },
  {
    topic: 'Generated names of user pools and their clients',
    assumed: 'LogicalId-RANDOM12, without the stack name',
  },
];

/** Only events come in pages. A token for another list was not given out by this service. */
const withoutToken = (name: string, run: Operation): Operation =>
  name === 'DescribeStackEvents'
    ? run
    : (input: { readonly NextToken?: string }, call) => {
        if (input.NextToken !== undefined) throw validationError(`Unknown NextToken ${input.NextToken}`);
        return run(input as never, call);
      };

/** The CloudFormation of the local cloud. */
export interface CloudFormation {
  readonly operations: Operations;
  /** Resolves when no operation is running. */
  close(): Promise<void>;
}

/**
 * Creates CloudFormation: stacks, change sets and events. Providers create resources by calls to the other services of the
 * cloud. State is kept in memory.
 *
 * @param options.settleMs - how long `DescribeStacks` waits at most for a running operation to end (milliseconds).
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/Welcome.html
 */
export const createCloudFormation = (
  cloud: Cloud,
  { settleMs = 2_000 }: { readonly settleMs?: number } = {},
): CloudFormation => {
  const stacks = createStacks(cloud);
  const engine: Engine = { cloud, stacks, providers: createProviders() };
  const changeSets = createChangeSetOperations(engine);
  const operations: Operations = {
    ...changeSets.operations,
    ...createStackOperations(engine, settleMs),
    ...createDescribeOperations(engine, changeSets.find),
  };
  return {
    operations: Object.fromEntries(Object.entries(operations).map(([name, run]) => [name, withoutToken(name, run)])),
    close: async () => {
      await Promise.allSettled(stacks.all.map(({ running }) => running));
    },
  };
};
