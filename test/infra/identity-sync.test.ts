import { Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { UserPool } from 'aws-cdk-lib/aws-cognito';
import { CfnInstance } from 'aws-cdk-lib/aws-connect';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { describe, expect, it } from 'vitest';
import { IdentitySync } from '../../lib/index.ts';
import { ACCOUNT, createApp, createStack, INSTANCE_ARN, POOL_ID, REGION } from './stacks.ts';

/** A function of which only the ARN is known. */
const functionOf = (arn: string) => LambdaFunction.fromFunctionArn(new Stack(), 'Theirs', arn);

describe('IdentitySync in another app', () => {
  const createForeignStack = () => new Stack(createApp(), 'Theirs', { env: { account: ACCOUNT, region: REGION } });

  it('attaches itself to a pool of that app', () => {
    const stack = createForeignStack();
    const userPool = new UserPool(stack, 'Agents');

    new IdentitySync(stack, 'Sync', { userPool, connectInstanceArn: INSTANCE_ARN });

    Template.fromStack(stack).hasResourceProperties('AWS::Cognito::UserPool', {
      LambdaConfig: { CustomMessage: Match.anyValue(), PostConfirmation: Match.anyValue() },
    });
  });

  it('protects the table when asked to', () => {
    const stack = createForeignStack();
    const userPool = UserPool.fromUserPoolId(stack, 'Agents', POOL_ID);

    new IdentitySync(stack, 'Sync', { userPool, connectInstanceArn: INSTANCE_ARN, deletionProtection: true });

    Template.fromStack(stack).hasResourceProperties('AWS::DynamoDB::GlobalTable', {
      Replicas: [Match.objectLike({ DeletionProtectionEnabled: true })],
    });
  });

  it.each([
    [
      'an instance of another account',
      { connectInstanceArn: INSTANCE_ARN.replace(ACCOUNT, '444455556666') },
      /444455556666.*expected one of the stack's account 111122223333/,
    ],
    [
      'what is no instance ARN',
      { connectInstanceArn: 'arn:aws:connect:eu-west-1:1:queue/x' },
      /expected the ARN of an Amazon Connect instance/,
    ],
    [
      'a rate limit of next to nothing',
      { connectRequestsPerSecond: 0.005 },
      /connectRequestsPerSecond: received 0\.005; expected a number from 0\.01 to 100/,
    ],
    [
      'a sweep without rest',
      { sweepIntervalMinutes: 5 },
      /sweepIntervalMinutes: received 5; expected a whole number of minutes from 15/,
    ],
    [
      'a policy of yes and no',
      { policy: JSON.parse('{"email":{"requireVerified":"no"}}') },
      /- policy\.email\.requireVerified: received "no"; expected boolean/,
    ],
    [
      'a chained function of another account',
      { chain: { customMessage: functionOf('arn:aws:lambda:eu-west-1:444455556666:function:words') } },
      /chain\.customMessage: received a function of account 444455556666 in eu-west-1; expected one of account 111122223333 in eu-west-1/,
    ],
    [
      'a chained function of another Region',
      { chain: { postConfirmation: functionOf('arn:aws:lambda:us-west-2:111122223333:function:words') } },
      /chain\.postConfirmation: received a function of account 111122223333 in us-west-2/,
    ],
    [
      'a policy that no environment can hold',
      { policy: { email: { allowedDomains: Array.from({ length: 200 }, (_, n) => `department-${n}.example.com`) } } },
      /policy\.email\.allowedDomains.*room for 2900/,
    ],
    [
      'a policy with a value out of range, in our own words',
      { policy: { email: { maxUsersPerHour: 0 } } },
      'The configuration has a problem:\n- policy.email.maxUsersPerHour: received 0; expected number to be >=1\nAll settings',
    ],
    [
      'a policy whose field cannot be cleared',
      { policy: { mapping: { LastName: { from: ['family_name'], blank: 'clear' as const } } } },
      /- policy\.mapping\.LastName\.blank: received "clear"; Connect does not let this field be cleared/,
    ],
    [
      'a scope without the members of its kind',
      { policy: { scope: { kind: 'group' as const } } },
      /- policy\.scope\.group: received nothing; expected string/,
    ],
  ])('refuses %s', (_, props, message) => {
    const stack = createForeignStack();
    const userPool = UserPool.fromUserPoolId(stack, 'Agents', POOL_ID);

    expect(() => new IdentitySync(stack, 'Sync', { userPool, connectInstanceArn: INSTANCE_ARN, ...props })).toThrow(
      message,
    );
  });

  it('reports all problems at once', () => {
    const stack = createForeignStack();
    const userPool = UserPool.fromUserPoolId(stack, 'Agents', 'us-west-2_EXAMPLE1');
    const props = { connectInstanceArn: 'x', connectRequestsPerSecond: 200, policy: { email: { maxUsersPerHour: 0 } } };

    expect(() => new IdentitySync(stack, 'Sync', { userPool, ...props })).toThrow(
      /^The configuration has 3 problems:\n/,
    );
  });

  it('makes no sweep where the interval is 0', () => {
    const stack = createForeignStack();
    const userPool = UserPool.fromUserPoolId(stack, 'Agents', POOL_ID);

    const sync = new IdentitySync(stack, 'Sync', {
      userPool,
      connectInstanceArn: INSTANCE_ARN,
      sweepIntervalMinutes: 0,
    });

    expect(sync.sweepFunction).toBeUndefined();
    Template.fromStack(stack).resourceCountIs('AWS::Scheduler::Schedule', 0);
  });

  it('gives the roles of its functions to grant to, and its alarms', () => {
    const stack = createForeignStack();
    const userPool = UserPool.fromUserPoolId(stack, 'Agents', POOL_ID);

    const sync = new IdentitySync(stack, 'Sync', { userPool, connectInstanceArn: INSTANCE_ARN });

    const functions = [
      sync.poolTriggerFunction,
      sync.changeIntakeFunction,
      sync.syncWorkerFunction,
      sync.sweepFunction,
    ];
    expect(functions.map((one) => one?.role !== undefined)).toEqual([true, true, true, true]);
    expect(sync.alarms.length).toBe(
      Object.keys(Template.fromStack(stack).findResources('AWS::CloudWatch::Alarm')).length,
    );
  });

  it('refuses an address for alarms that is none', () => {
    const stack = createForeignStack();
    const userPool = UserPool.fromUserPoolId(stack, 'Agents', POOL_ID);
    const props = { userPool, connectInstanceArn: INSTANCE_ARN, alarmEmail: 'on-call' };

    expect(() => new IdentitySync(stack, 'Sync', props)).toThrow(
      /- alarmEmail: received "on-call"; expected an e-mail address/,
    );
  });

  it('refuses a pool in another Region', () => {
    const stack = createForeignStack();
    const userPool = UserPool.fromUserPoolId(stack, 'Agents', 'us-west-2_EXAMPLE1');

    expect(() => new IdentitySync(stack, 'Sync', { userPool, connectInstanceArn: INSTANCE_ARN })).toThrow(
      /received us-west-2_EXAMPLE1, a pool in us-west-2; expected one in the stack's Region eu-west-1/,
    );
  });

  it('chains a function that the same app makes', () => {
    const stack = createForeignStack();
    const userPool = UserPool.fromUserPoolId(stack, 'Agents', POOL_ID);
    const code = Code.fromInline('exports.handler = async (event) => event;');
    const words = new LambdaFunction(stack, 'Words', { code, handler: 'index.handler', runtime: Runtime.NODEJS_24_X });

    new IdentitySync(stack, 'Sync', {
      userPool,
      connectInstanceArn: INSTANCE_ARN,
      chain: { customMessage: words },
    });

    const arn = { 'Fn::GetAtt': [Match.stringLikeRegexp('^Words'), 'Arn'] };
    Template.fromStack(stack).hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: Match.objectLike({ CHAIN_CUSTOM_MESSAGE_ARN: arn }) },
    });
  });

  it('takes the ARN of an instance that the same app creates apart in CloudFormation', () => {
    const stack = createForeignStack();
    const userPool = UserPool.fromUserPoolId(stack, 'Agents', POOL_ID);
    const { attrArn: connectInstanceArn } = new CfnInstance(stack, 'Connect', {
      attributes: { inboundCalls: true, outboundCalls: false },
      identityManagementType: 'CONNECT_MANAGED',
    });

    new IdentitySync(stack, 'Sync', { userPool, connectInstanceArn });

    const parts = { 'Fn::Split': [':', { 'Fn::GetAtt': ['Connect', 'Arn'] }] };
    Template.fromStack(stack).hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: Match.objectLike({ CONNECT_REGION: { 'Fn::Select': [3, parts] } }) },
    });
  });

  it('warns loudly when unverified addresses are let through, and else not at all', () => {
    const warnings = (policy: object) => {
      const stack = createStack({ userPoolId: POOL_ID, ...policy });
      return Annotations.fromStack(stack).findWarning(
        '*',
        Match.stringLikeRegexp('requireVerified is off.*password reset'),
      );
    };

    expect(warnings({ email: { requireVerified: false } })).toHaveLength(1);
    expect(warnings({})).toHaveLength(0);
  });
});
