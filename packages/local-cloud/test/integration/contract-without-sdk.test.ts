import { describe, expect } from 'vitest';
import type { Caller } from '../../service.ts';
import { describeContract } from './contract-fixture.ts';
import { byJson, byQuery, byRestJson, byS3 } from './contract-wire.ts';

const ACCOUNT: Caller = { kind: 'account' };
const TRUST = '{"Statement":[]}';
const POLICY = '{"Statement":[{"Effect":"Allow","Action":"sqs:*","Resource":"*"}]}';
const MANAGED = 'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole';
const role = () => ({ RoleName: 'worker' });
const inline = () => ({ ...role(), PolicyName: 'queue' });
const managed = () => ({ ...role(), PolicyArn: MANAGED });

/** Each operation as https://docs.aws.amazon.com/IAM/latest/APIReference/API_NAME.html has it. */
describe('IAM', () => {
  describeContract({
    service: 'iam',
    connect: byQuery('iam'),
    steps: [
      {
        operation: 'CreateRole',
        input: () => ({ ...role(), AssumeRolePolicyDocument: TRUST, Path: '/app/' }),
        answers: () => ({ Role: { Arn: 'arn:aws:iam::000000000000:role/app/worker', MaxSessionDuration: '3600' } }),
      },
      {
        operation: 'CreateRole',
        shows: 'refuses a name that is taken',
        input: () => ({ ...role(), AssumeRolePolicyDocument: TRUST }),
        fails: { name: 'EntityAlreadyExists', status: 409, message: /^Role with name worker already exists\.$/ },
      },
      { operation: 'UpdateRole', input: () => ({ ...role(), Description: 'Works' }) },
      { operation: 'UpdateAssumeRolePolicy', input: () => ({ ...role(), PolicyDocument: TRUST }) },
      {
        operation: 'GetRole',
        input: role,
        answers: () => ({ Role: { Description: 'Works', AssumeRolePolicyDocument: encodeURIComponent(TRUST) } }),
      },
      { operation: 'PutRolePolicy', input: () => ({ ...inline(), PolicyDocument: POLICY }) },
      {
        operation: 'PutRolePolicy',
        shows: 'refuses what is no policy',
        input: () => ({ ...inline(), PolicyDocument: '{' }),
        fails: { name: 'MalformedPolicyDocument', status: 400 },
      },
      { operation: 'ListRolePolicies', input: role, answers: () => ({ PolicyNames: { member: 'queue' } }) },
      {
        operation: 'GetRolePolicy',
        input: inline,
        answers: () => ({ PolicyName: 'queue', PolicyDocument: expect.stringContaining('%22sqs%3A%2A%22') }),
      },
      { operation: 'AttachRolePolicy', input: managed },
      {
        operation: 'DeleteRole',
        shows: 'keeps a role that has policies',
        input: role,
        fails: { name: 'DeleteConflict', status: 409 },
      },
      { operation: 'DetachRolePolicy', input: managed },
      { operation: 'DeleteRolePolicy', input: inline },
      { operation: 'DeleteRole', input: role },
      {
        operation: 'GetRole',
        shows: 'finds a deleted role no more',
        input: role,
        fails: { name: 'NoSuchEntity', status: 404, message: /^The role with name worker cannot be found\.$/ },
      },
    ],
  });
});

/** Each operation as https://docs.aws.amazon.com/STS/latest/APIReference/API_NAME.html has it. */
describe('STS', () => {
  describeContract({
    service: 'sts',
    connect: byQuery('sts'),
    steps: [
      {
        operation: 'GetCallerIdentity',
        input: () => ({}),
        answers: () => ({ Account: '000000000000', Arn: 'arn:aws:iam::000000000000:root' }),
      },
      {
        operation: 'AssumeRole',
        input: () => ({ RoleArn: 'arn:aws:iam::000000000000:role/deploy', RoleSessionName: 'me' }),
        answers: () => ({
          Credentials: { AccessKeyId: expect.stringMatching(/^ASIA[0-9A-F]{16}$/), SessionToken: expect.any(String) },
          AssumedRoleUser: { Arn: 'arn:aws:sts::000000000000:assumed-role/deploy/me' },
        }),
      },
      {
        operation: 'AssumeRole',
        shows: 'refuses the role of another account',
        input: () => ({ RoleArn: 'arn:aws:iam::111111111111:role/deploy', RoleSessionName: 'me' }),
        fails: { name: 'AccessDenied', status: 403, message: /sts:AssumeRole/ },
      },
    ],
  });
});

/** @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html */
describe('Systems Manager', () => {
  describeContract({
    service: 'ssm',
    connect: byJson('ssm', 'AmazonSSM'),
    steps: [
      {
        operation: 'GetParameter',
        input: () => ({ Name: '/cdk-bootstrap/hnb659fds/version' }),
        answers: () => ({ Parameter: { Type: 'String', Value: '31' } }),
      },
      {
        operation: 'GetParameter',
        shows: 'refuses another name',
        input: () => ({ Name: '/other' }),
        fails: { name: 'ParameterNotFound', status: 400 },
      },
    ],
  });
});

const object = () => ({ Bucket: 'cdk-hnb659fds-assets-000000000000-eu-west-1', Key: 'a.zip' });
const bucket = () => ({ Bucket: object().Bucket });

/** Each operation as https://docs.aws.amazon.com/AmazonS3/latest/API/API_NAME.html has it. */
describe('S3', () => {
  describeContract({
    service: 's3',
    connect: byS3,
    steps: [
      {
        operation: 'GetBucketLocation',
        input: bucket,
        answers: () => ({ LocationConstraint: { '#text': 'eu-west-1' } }),
      },
      {
        operation: 'GetBucketEncryption',
        input: bucket,
        answers: () => ({
          ServerSideEncryptionConfiguration: {
            Rule: { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } },
          },
        }),
      },
      {
        operation: 'PutObject',
        input: () => ({ ...object(), Body: 'hello' }),
        answers: () => ({ etag: '"5d41402abc4b2a76b9719d911017c592"' }),
      },
      { operation: 'GetObject', input: object, answers: () => ({ body: 'hello' }) },
      {
        operation: 'GetObject',
        shows: 'refuses a key that is not there',
        input: () => ({ ...bucket(), Key: 'b.zip' }),
        fails: { name: 'NoSuchKey', status: 404, message: /^The specified key does not exist\.$/ },
      },
      {
        operation: 'ListObjectsV2',
        input: bucket,
        answers: () => ({ ListBucketResult: { KeyCount: '1', Contents: { Key: 'a.zip', Size: '5' } } }),
      },
      {
        operation: 'ListObjectsV2',
        shows: 'refuses a bucket that is not there',
        input: () => ({ Bucket: 'other' }),
        fails: { name: 'NoSuchBucket', status: 404 },
      },
    ],
  });
});

const schedule = (rate: string) => ({
  Name: 'tick',
  FlexibleTimeWindow: { Mode: 'OFF' },
  ScheduleExpression: rate,
  State: 'DISABLED',
  Target: {
    Arn: 'arn:aws:lambda:eu-west-1:000000000000:function:sweep',
    RoleArn: 'arn:aws:iam::000000000000:role/schedule',
    Input: '{}',
    RetryPolicy: { MaximumRetryAttempts: 0 },
  },
});
const SCHEDULER_METHODS = {
  CreateSchedule: 'POST',
  GetSchedule: 'GET',
  UpdateSchedule: 'PUT',
  DeleteSchedule: 'DELETE',
};

/** Each operation as https://docs.aws.amazon.com/scheduler/latest/APIReference/API_NAME.html has it. */
describe('EventBridge Scheduler', () => {
  describeContract({
    service: 'scheduler',
    connect: byRestJson('scheduler', '/schedules', SCHEDULER_METHODS),
    prepare: async ({ cloud }) => {
      const may = { Effect: 'Allow', Principal: { Service: 'scheduler.amazonaws.com' }, Action: 'sts:AssumeRole' };
      const AssumeRolePolicyDocument = JSON.stringify({ Statement: [may] });
      await cloud.call('iam', 'CreateRole', { RoleName: 'schedule', AssumeRolePolicyDocument }, ACCOUNT);
    },
    steps: [
      {
        operation: 'CreateSchedule',
        input: () => schedule('rate(1 hour)'),
        answers: () => ({ ScheduleArn: 'arn:aws:scheduler:eu-west-1:000000000000:schedule/default/tick' }),
      },
      {
        operation: 'CreateSchedule',
        shows: 'refuses a name that is taken',
        input: () => schedule('rate(1 hour)'),
        fails: { name: 'ConflictException', status: 409 },
      },
      {
        operation: 'UpdateSchedule',
        input: () => schedule('rate(2 hours)'),
        answers: () => ({ ScheduleArn: expect.stringContaining('/tick') }),
      },
      {
        operation: 'GetSchedule',
        input: () => ({ Name: 'tick' }),
        answers: () => ({ Name: 'tick', GroupName: 'default', ScheduleExpression: 'rate(2 hours)', State: 'DISABLED' }),
      },
      { operation: 'DeleteSchedule', input: () => ({ Name: 'tick' }) },
      {
        operation: 'GetSchedule',
        shows: 'finds a deleted schedule no more',
        input: () => ({ Name: 'tick' }),
        fails: { name: 'ResourceNotFoundException', status: 404 },
      },
    ],
  });
});
