import { type App, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { UserPool } from 'aws-cdk-lib/aws-cognito';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { describe, expect, it } from 'vitest';
import { IdentitySync } from '../../lib/index.ts';
import { ACCOUNT, createApp, createStack, INSTANCE_ARN, POOL_ID, REGION } from './stacks.ts';

const env = { account: ACCOUNT, region: REGION };
const OTHER_INSTANCE = INSTANCE_ARN.replace('11111111', '99999999');
const OURS = { 'Fn::GetAtt': [Match.stringLikeRegexp('PoolTriggerFunction'), 'Arn'] };

const newStack = (app: App = createApp(), name = 'Theirs') => new Stack(app, name, { env });
const newFunction = (stack: Stack, id: string) =>
  new LambdaFunction(stack, id, {
    code: Code.fromInline('exports.handler = async (event) => event;'),
    handler: 'index.handler',
    runtime: Runtime.NODEJS_24_X,
  });
const notes = (stack: Stack) =>
  Annotations.fromStack(stack)
    .findInfo('*', Match.anyValue())
    .map(({ entry }) => String(entry.data).replace(/ \[ack: .*\]$/, ''))
    .filter((text) => text.includes('triggers'));
const triggersOf = (stack: Stack) =>
  Object.values(Template.fromStack(stack).findResources('AWS::Cognito::UserPool'))[0]?.Properties.LambdaConfig;

describe('a pool of the same stack', () => {
  it('gets our triggers', () => {
    const stack = newStack();
    new IdentitySync(stack, 'Sync', { userPool: new UserPool(stack, 'Pool'), connectInstanceArn: INSTANCE_ARN });

    expect(Object.keys(triggersOf(stack))).toEqual(['CustomMessage', 'PostConfirmation']);
    expect(notes(stack)).toEqual([]);
  });

  it('gets none where none are wanted', () => {
    const stack = newStack();
    const userPool = new UserPool(stack, 'Pool');
    new IdentitySync(stack, 'Sync', { userPool, connectInstanceArn: INSTANCE_ARN, attachTriggers: false });

    expect(triggersOf(stack)).toBeUndefined();
  });

  it('with a trigger of its own asks for a chain, and takes it', () => {
    const stack = newStack();
    const words = newFunction(stack, 'Words');
    const userPool = new UserPool(stack, 'Pool', { lambdaTriggers: { customMessage: words } });
    const make = (id: string, chain?: { customMessage: LambdaFunction }) =>
      new IdentitySync(stack, id, { userPool, connectInstanceArn: INSTANCE_ARN, chain });

    expect(() => make('Refused')).toThrow(
      'chain.customMessage: the pool has a function of its own for CustomMessage, which would no longer be called. Have ours call it: chain: { customMessage: THAT_FUNCTION }',
    );
    expect(() => make('Another', { customMessage: newFunction(stack, 'Other') })).toThrow('chain.customMessage');
  });

  it('has the trigger that is chained behind ours called by ours', () => {
    const stack = newStack();
    const words = newFunction(stack, 'Words');
    const userPool = new UserPool(stack, 'Pool', { lambdaTriggers: { customMessage: words } });

    new IdentitySync(stack, 'Sync', { userPool, connectInstanceArn: INSTANCE_ARN, chain: { customMessage: words } });

    const template = Template.fromStack(stack);
    template.hasResourceProperties('AWS::Cognito::UserPool', {
      LambdaConfig: { CustomMessage: OURS, PostConfirmation: OURS },
    });
    template.hasResourceProperties('AWS::Lambda::Function', {
      Environment: {
        Variables: Match.objectLike({
          CHAIN_CUSTOM_MESSAGE_ARN: { 'Fn::GetAtt': [Match.stringLikeRegexp('^Words'), 'Arn'] },
        }),
      },
    });
  });

  it('serves two instances: the second one goes without triggers, and says so', () => {
    const stack = newStack();
    const userPool = new UserPool(stack, 'Pool');
    new IdentitySync(stack, 'First', { userPool, connectInstanceArn: INSTANCE_ARN });
    new IdentitySync(stack, 'Second', { userPool, connectInstanceArn: OTHER_INSTANCE });

    expect(JSON.stringify(triggersOf(stack))).toContain('FirstPoolTrigger');
    expect(JSON.stringify(triggersOf(stack))).not.toContain('SecondPoolTrigger');
    expect(notes(stack)).toEqual([
      'Theirs/Second: another IdentitySync has the triggers of this pool, which has one function for each. CloudTrail and the sweep serve this one.',
    ]);
  });
});

describe('a pool of another stack of the app', () => {
  it('gets no triggers, makes no cycle, and the message says how to get them', () => {
    const app = createApp();
    const pools = newStack(app, 'Pools');
    const userPool = new UserPool(pools, 'Pool');
    const stack = newStack(app);
    new IdentitySync(stack, 'Sync', { userPool, connectInstanceArn: INSTANCE_ARN });

    app.synth();

    expect(triggersOf(pools)).toBeUndefined();
    expect(notes(stack)).toEqual([
      'Theirs/Sync: the pool is in stack Pools and its triggers would be in stack Theirs: each stack would need the other. To attach the triggers: deploy, then run: npx connect-sync trigger attach --apply.',
    ]);
  });

  it('is refused where triggers are asked for', () => {
    const app = createApp();
    const userPool = new UserPool(newStack(app, 'Pools'), 'Pool');
    const props = { userPool, connectInstanceArn: INSTANCE_ARN, attachTriggers: true };

    expect(() => new IdentitySync(newStack(app), 'Sync', props)).toThrow(
      'attachTriggers: received true; the pool is in stack Pools',
    );
  });
});

describe('an imported pool', () => {
  it('keeps its triggers, is told how to get ours, and is refused where they are asked for', () => {
    const stack = newStack();
    const userPool = UserPool.fromUserPoolId(stack, 'Pool', POOL_ID);
    new IdentitySync(stack, 'Sync', { userPool, connectInstanceArn: INSTANCE_ARN });

    expect(notes(stack)).toEqual([
      expect.stringContaining('To attach the triggers: deploy, then run: npx connect-sync'),
    ]);
    const props = { userPool, connectInstanceArn: INSTANCE_ARN, attachTriggers: true };
    expect(() => new IdentitySync(stack, 'Asked', props)).toThrow(
      'attachTriggers: received true; the pool is imported',
    );
  });
});

describe('the trigger function', () => {
  /** Deletion and update policies of all that the trigger function needs to run, and of how many of them. */
  const policiesOf = (stack: Stack) => {
    const { Resources } = Template.fromStack(stack).toJSON();
    const parts = Object.entries<{ readonly Type: string }>(Resources).filter(([id]) => id.includes('PoolTrigger'));
    return parts
      .map(([, part]) => [part.Type, Reflect.get(part, 'DeletionPolicy'), Reflect.get(part, 'UpdateReplacePolicy')])
      .toSorted();
  };
  const STAYS = [
    ['AWS::IAM::Role', 'RetainExceptOnCreate', 'Retain'],
    ['AWS::Lambda::Function', 'RetainExceptOnCreate', 'Retain'],
    ['AWS::Lambda::Permission', 'RetainExceptOnCreate', 'Retain'],
    ['AWS::Logs::LogGroup', 'RetainExceptOnCreate', 'Retain'],
  ];

  it.each([
    ['is imported', createStack()],
    ['is created and retained', createStack({ createUserPool: true })],
  ])('outlives the stack with all that it needs where the pool %s', (_, stack) => {
    expect(policiesOf(stack)).toEqual(STAYS);
  });

  it('outlives the stack where the pool is in another one', () => {
    const app = createApp();
    const userPool = new UserPool(newStack(app, 'Pools'), 'Pool', { removalPolicy: RemovalPolicy.DESTROY });
    const stack = newStack(app);
    new IdentitySync(stack, 'Sync', { userPool, connectInstanceArn: INSTANCE_ARN });

    expect(policiesOf(stack)).toEqual(STAYS);
  });

  it('goes with the stack where the pool does', () => {
    const stack = createStack({ createUserPool: true }, { removalPolicy: RemovalPolicy.DESTROY });

    expect(policiesOf(stack)).toEqual([
      ['AWS::IAM::Role', undefined, undefined],
      ['AWS::Lambda::Function', undefined, undefined],
      ['AWS::Lambda::Permission', undefined, undefined],
      ['AWS::Logs::LogGroup', 'Delete', 'Delete'],
    ]);
  });

  it('names its owner by a tag', () => {
    Template.fromStack(createStack()).hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: Match.objectLike({ POWERTOOLS_SERVICE_NAME: 'pool-trigger' }) },
      Tags: [{ Key: 'cognito-connect-sync:stack-id', Value: { Ref: 'AWS::StackId' } }],
    });
  });
});
