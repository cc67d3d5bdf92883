import * as sdk from '@aws-sdk/client-cloudformation';
import { expect } from 'vitest';
import { bySdk, describeContract } from './contract-fixture.ts';

const template = (VisibilityTimeout: number) =>
  JSON.stringify({
    Description: 'For a test',
    Resources: { Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'work', VisibilityTimeout } } },
    Outputs: { Address: { Value: { Ref: 'Queue' }, Export: { Name: 'work-address' } } },
  });
const stack = () => ({ StackName: 'work' });
const changeSet = (name: string) => ({ ...stack(), ChangeSetName: name });
const isIn = (StackStatus: string) => () => ({ Stacks: [{ StackName: 'work', StackStatus }] });

/** Each operation as https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_NAME.html has it. */
describeContract({
  service: 'cloudformation',
  connect: bySdk(sdk, (config) => new sdk.CloudFormationClient(config)),
  steps: [
    {
      operation: 'GetTemplateSummary',
      input: () => ({ TemplateBody: template(30) }),
      answers: () => ({ Description: 'For a test', ResourceTypes: ['AWS::SQS::Queue'] }),
    },
    {
      operation: 'GetTemplateSummary',
      shows: 'refuses a template that is none',
      input: () => ({ TemplateBody: '{' }),
      fails: { name: 'ValidationError', status: 400 },
    },
    {
      operation: 'CreateStack',
      input: () => ({ ...stack(), TemplateBody: template(30) }),
      answers: () => ({ StackId: expect.stringContaining(':stack/work/') }),
    },
    { operation: 'DescribeStacks', comesTrue: true, input: stack, answers: isIn('CREATE_COMPLETE') },
    {
      operation: 'CreateStack',
      shows: 'refuses a name that is taken',
      input: () => ({ ...stack(), TemplateBody: template(30) }),
      fails: { name: 'AlreadyExistsException', status: 400, message: /already exists/ },
    },
    {
      operation: 'DescribeStackResources',
      input: stack,
      answers: () => ({ StackResources: [{ LogicalResourceId: 'Queue', ResourceType: 'AWS::SQS::Queue' }] }),
    },
    {
      operation: 'ListStackResources',
      input: stack,
      answers: () => ({ StackResourceSummaries: [{ LogicalResourceId: 'Queue', ResourceStatus: 'CREATE_COMPLETE' }] }),
    },
    {
      operation: 'DescribeStackEvents',
      shows: 'tells the newest first',
      input: stack,
      answers: () => ({
        StackEvents: [
          { LogicalResourceId: 'work', ResourceStatus: 'CREATE_COMPLETE' },
          { LogicalResourceId: 'Queue', ResourceStatus: 'CREATE_COMPLETE' },
          { LogicalResourceId: 'Queue', ResourceStatusReason: 'Resource creation Initiated' },
          { LogicalResourceId: 'Queue', ResourceStatus: 'CREATE_IN_PROGRESS', PhysicalResourceId: '' },
          { LogicalResourceId: 'work', ResourceStatus: 'CREATE_IN_PROGRESS' },
        ],
      }),
    },
    { operation: 'DescribeEvents', input: stack, answers: () => ({ OperationEvents: [] }) },
    { operation: 'GetTemplate', input: stack, answers: () => ({ TemplateBody: template(30) }) },
    {
      operation: 'ListExports',
      input: () => ({}),
      answers: () => ({ Exports: [{ Name: 'work-address', Value: expect.stringMatching(/\/work$/) }] }),
    },
    {
      operation: 'ListStacks',
      input: () => ({ StackStatusFilter: ['CREATE_COMPLETE'] }),
      answers: () => ({ StackSummaries: [{ StackName: 'work' }] }),
    },
    {
      operation: 'UpdateStack',
      shows: 'says that there is nothing to do',
      input: () => ({ ...stack(), TemplateBody: template(30) }),
      fails: { name: 'ValidationError', status: 400, message: /^No updates are to be performed\.$/ },
    },
    { operation: 'UpdateStack', input: () => ({ ...stack(), TemplateBody: template(40) }) },
    {
      operation: 'DescribeStacks',
      shows: 'tells of the update',
      comesTrue: true,
      input: stack,
      answers: isIn('UPDATE_COMPLETE'),
    },
    {
      operation: 'CreateChangeSet',
      input: () => ({ ...changeSet('first'), TemplateBody: template(50) }),
      answers: () => ({ Id: expect.stringContaining(':changeSet/first/') }),
    },
    {
      operation: 'DescribeChangeSet',
      comesTrue: true,
      input: () => changeSet('first'),
      answers: () => ({
        Status: 'CREATE_COMPLETE',
        ExecutionStatus: 'AVAILABLE',
        Changes: [{ ResourceChange: { Action: 'Modify', LogicalResourceId: 'Queue', Replacement: 'False' } }],
      }),
    },
    {
      operation: 'ListChangeSets',
      input: stack,
      answers: () => ({ Summaries: [{ ChangeSetName: 'first', ExecutionStatus: 'AVAILABLE' }] }),
    },
    { operation: 'ListHookResults', input: () => ({}), answers: () => ({ HookResults: [] }) },
    { operation: 'DeleteChangeSet', input: () => changeSet('first') },
    {
      operation: 'DescribeChangeSet',
      shows: 'finds a deleted one no more',
      input: () => changeSet('first'),
      fails: { name: 'ChangeSetNotFoundException', status: 404 },
    },
    {
      operation: 'CreateChangeSet',
      shows: 'makes another',
      input: () => ({ ...changeSet('second'), TemplateBody: template(60) }),
    },
    {
      operation: 'DescribeChangeSet',
      shows: 'waits for another',
      comesTrue: true,
      input: () => changeSet('second'),
      answers: () => ({ Status: 'CREATE_COMPLETE' }),
    },
    { operation: 'ExecuteChangeSet', input: () => changeSet('second') },
    {
      operation: 'DescribeStacks',
      shows: 'tells of the executed change set',
      comesTrue: true,
      input: stack,
      answers: () => ({
        Stacks: [{ StackStatus: 'UPDATE_COMPLETE', ChangeSetId: expect.stringContaining('/second/') }],
      }),
    },
    {
      operation: 'UpdateTerminationProtection',
      input: () => ({ ...stack(), EnableTerminationProtection: true }),
    },
    {
      operation: 'DeleteStack',
      shows: 'keeps a protected stack',
      input: stack,
      fails: { name: 'ValidationError', status: 400, message: /TerminationProtection/ },
    },
    {
      operation: 'UpdateTerminationProtection',
      shows: 'ends the protection',
      input: () => ({ ...stack(), EnableTerminationProtection: false }),
    },
    { operation: 'DeleteStack', input: stack },
    {
      operation: 'ListStacks',
      shows: 'tells of the deleted stack',
      comesTrue: true,
      input: () => ({ StackStatusFilter: ['DELETE_COMPLETE'] }),
      answers: () => ({ StackSummaries: [{ StackName: 'work' }] }),
    },
    {
      operation: 'DescribeStacks',
      shows: 'finds a deleted stack no more',
      input: stack,
      fails: { name: 'ValidationError', status: 400, message: /^Stack with id work does not exist$/ },
    },
  ],
});
