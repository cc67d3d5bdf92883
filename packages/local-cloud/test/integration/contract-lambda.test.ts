import * as sdk from '@aws-sdk/client-lambda';
import { strToU8, zipSync } from 'fflate';
import { expect } from 'vitest';
import type { Caller } from '../../service.ts';
import { bySdk, describeContract } from './contract-fixture.ts';

const ACCOUNT: Caller = { kind: 'account' };
const ROLE = 'arn:aws:iam::000000000000:role/fn';
const ARN = 'arn:aws:lambda:eu-west-1:000000000000:function:fn';
const QUEUE = 'arn:aws:sqs:eu-west-1:000000000000:work';
const zip = (answer: string) => zipSync({ 'index.js': strToU8(`exports.handler = async () => ${answer};`) });
const named = () => ({ FunctionName: 'fn' });
const GONE = { name: 'ResourceNotFoundException', status: 404 };

/** Each operation as https://docs.aws.amazon.com/lambda/latest/api/API_NAME.html has it. */
describeContract({
  service: 'lambda',
  connect: bySdk(sdk, (config) => new sdk.LambdaClient(config)),
  prepare: async ({ cloud }) => {
    const Action = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ChangeMessageVisibility'];
    const policy = { Statement: [{ Effect: 'Allow', Action, Resource: QUEUE }] };
    const role = { RoleName: 'fn', AssumeRolePolicyDocument: '{"Statement":[]}' };
    const inline = { RoleName: 'fn', PolicyName: 'queue', PolicyDocument: JSON.stringify(policy) };
    await cloud.call('iam', 'CreateRole', role, ACCOUNT);
    await cloud.call('iam', 'PutRolePolicy', inline, ACCOUNT);
    await cloud.call('sqs', 'CreateQueue', { QueueName: 'work' }, ACCOUNT);
  },
  steps: [
    {
      operation: 'CreateFunction',
      input: () => ({
        ...named(),
        Role: ROLE,
        Runtime: 'nodejs24.x',
        Handler: 'index.handler',
        Code: { ZipFile: zip('"first"') },
        Environment: { Variables: { STAGE: 'test' } },
      }),
      answers: () => ({ FunctionArn: ARN, State: 'Active', Timeout: 3, Environment: { Variables: { STAGE: 'test' } } }),
    },
    {
      operation: 'CreateFunction',
      shows: 'refuses a name that is taken',
      input: () => ({
        ...named(),
        Role: ROLE,
        Runtime: 'nodejs24.x',
        Handler: 'index.handler',
        Code: { ZipFile: zip('"second"') },
      }),
      fails: { name: 'ResourceConflictException', status: 409 },
    },
    {
      operation: 'GetFunction',
      input: () => ({ FunctionName: ARN }),
      answers: () => ({ Configuration: { FunctionName: 'fn', Runtime: 'nodejs24.x' } }),
    },
    {
      operation: 'UpdateFunctionConfiguration',
      input: () => ({ ...named(), Timeout: 5 }),
      answers: () => ({ Timeout: 5 }),
    },
    { operation: 'GetFunctionConfiguration', input: named, answers: () => ({ Timeout: 5, Handler: 'index.handler' }) },
    {
      operation: 'UpdateFunctionCode',
      input: () => ({ ...named(), ZipFile: zip('({ new: true })') }),
      answers: () => ({ FunctionName: 'fn', LastUpdateStatus: 'Successful' }),
    },
    {
      operation: 'Invoke',
      input: () => ({ ...named(), LogType: 'Tail', Payload: '{}' }),
      answers: () => ({
        StatusCode: 200,
        ExecutedVersion: '$LATEST',
        LogResult: expect.any(String),
        Payload: expect.toSatisfy((payload: Uint8Array) => Buffer.from(payload).toString() === '{"new":true}'),
      }),
    },
    {
      operation: 'Invoke',
      shows: 'takes an event and answers at once',
      input: () => ({ ...named(), InvocationType: 'Event', Payload: '{}' }),
      answers: () => ({ StatusCode: 202 }),
    },
    {
      operation: 'Invoke',
      shows: 'refuses an event of 2 MB',
      input: () => ({ ...named(), InvocationType: 'Event', Payload: JSON.stringify('x'.repeat(2 * 1024 * 1024)) }),
      fails: { name: 'RequestTooLargeException', status: 413 },
    },
    {
      operation: 'Invoke',
      shows: 'refuses what is no JSON',
      input: () => ({ ...named(), Payload: '{' }),
      fails: { name: 'InvalidRequestContentException', status: 400, message: /Could not parse request body into json/ },
    },
    { operation: 'ListFunctions', input: () => ({}), answers: () => ({ Functions: [{ FunctionName: 'fn' }] }) },
    {
      operation: 'PutFunctionConcurrency',
      input: () => ({ ...named(), ReservedConcurrentExecutions: 2 }),
      answers: () => ({ ReservedConcurrentExecutions: 2 }),
    },
    { operation: 'DeleteFunctionConcurrency', input: named },
    { operation: 'TagResource', input: () => ({ Resource: ARN, Tags: { owner: 'me', kept: 'yes' } }) },
    { operation: 'UntagResource', input: () => ({ Resource: ARN, TagKeys: ['owner'] }) },
    {
      operation: 'GetFunction',
      shows: 'shows the tags that are left',
      input: named,
      answers: () => ({ Tags: { kept: 'yes' } }),
    },
    {
      operation: 'AddPermission',
      input: () => ({
        ...named(),
        StatementId: 'pool',
        Action: 'lambda:InvokeFunction',
        Principal: 'cognito-idp.amazonaws.com',
      }),
      answers: () => ({ Statement: expect.stringContaining('cognito-idp.amazonaws.com') }),
    },
    { operation: 'GetPolicy', input: named, answers: () => ({ Policy: expect.stringContaining('"Sid":"pool"') }) },
    { operation: 'RemovePermission', input: () => ({ ...named(), StatementId: 'pool' }) },
    { operation: 'GetPolicy', shows: 'finds none where there is none', input: named, fails: GONE },
    {
      operation: 'PutFunctionEventInvokeConfig',
      input: () => ({ ...named(), MaximumRetryAttempts: 1, DestinationConfig: { OnFailure: { Destination: QUEUE } } }),
      answers: () => ({ MaximumRetryAttempts: 1, FunctionArn: `${ARN}:$LATEST` }),
    },
    { operation: 'DeleteFunctionEventInvokeConfig', input: named },
    {
      operation: 'CreateEventSourceMapping',
      input: () => ({
        ...named(),
        EventSourceArn: QUEUE,
        BatchSize: 5,
        FunctionResponseTypes: ['ReportBatchItemFailures'],
      }),
      answers: () => ({ BatchSize: 5, EventSourceArn: QUEUE, FunctionArn: ARN, State: 'Creating' }),
      keep: ({ UUID }, state) => {
        state.mapping = String(UUID);
      },
    },
    {
      operation: 'CreateEventSourceMapping',
      shows: 'refuses a role without the permission to read the queue',
      input: () => ({ ...named(), EventSourceArn: 'arn:aws:sqs:eu-west-1:000000000000:other' }),
      fails: { name: 'InvalidParameterValueException', status: 400 },
    },
    {
      operation: 'UpdateEventSourceMapping',
      input: ({ mapping }) => ({ UUID: mapping, BatchSize: 6 }),
      answers: () => ({ BatchSize: 6 }),
    },
    {
      operation: 'GetEventSourceMapping',
      input: ({ mapping }) => ({ UUID: mapping }),
      answers: () => ({ State: 'Enabled', LastProcessingResult: 'No records processed' }),
    },
    {
      operation: 'ListEventSourceMappings',
      input: named,
      answers: ({ mapping }) => ({ EventSourceMappings: [{ UUID: mapping }] }),
    },
    { operation: 'DeleteEventSourceMapping', input: ({ mapping }) => ({ UUID: mapping }) },
    { operation: 'DeleteFunction', input: named },
    { operation: 'GetFunction', shows: 'finds a deleted function no more', input: named, fails: GONE },
  ],
});
