import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { ManagedUserPool } from '../../lib/constructs/managed-user-pool.ts';
import { ACCOUNT, createApp, createStack, POOL_ID, REGION } from './stacks.ts';

const imported = Template.fromStack(createStack());
const created = Template.fromStack(createStack({ createUserPool: true }));

describe('a chain', () => {
  const words = 'arn:aws:lambda:eu-west-1:111122223333:function:words';
  const welcome = 'arn:aws:lambda:eu-west-1:111122223333:function:welcome:live';
  const chained = Template.fromStack(
    createStack({ createUserPool: true, chain: { customMessage: words, postAuthentication: welcome } }),
  );
  /** That of the sweep's schedule is always there. */
  const SCHEDULE = 1;
  const mayInvoke = (Resource: unknown) => ({
    Policies: [
      {
        PolicyDocument: {
          Statement: Match.arrayWith([{ Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource }]),
        },
      },
    ],
  });

  it('is told to the trigger, which may call these functions and no others', () => {
    chained.hasResourceProperties('AWS::Lambda::Function', {
      Handler: 'index.handler',
      Environment: {
        Variables: {
          POWERTOOLS_SERVICE_NAME: 'pool-trigger',
          POST_AUTHENTICATION: 'false',
          CHAIN_CUSTOM_MESSAGE_ARN: words,
          CHAIN_POST_CONFIRMATION_ARN: Match.absent(),
          CHAIN_POST_AUTHENTICATION_ARN: welcome,
        },
      },
    });
    chained.resourcePropertiesCountIs('AWS::IAM::Role', mayInvoke([welcome, words]), 1);
    chained.resourcePropertiesCountIs('AWS::IAM::Role', mayInvoke(Match.anyValue()), 1 + SCHEDULE);
  });

  it('needs the trigger that calls it, also when the product does not use that trigger', () => {
    const functionArn = { 'Fn::GetAtt': [Match.stringLikeRegexp('PoolTriggerFunction'), 'Arn'] };

    chained.hasResourceProperties('AWS::Cognito::UserPool', {
      LambdaConfig: { CustomMessage: functionArn, PostConfirmation: functionArn, PostAuthentication: functionArn },
    });
  });

  it('of none leaves no trace', () => {
    imported.resourcePropertiesCountIs('AWS::IAM::Role', mayInvoke(Match.anyValue()), SCHEDULE);
    imported.resourcePropertiesCountIs(
      'AWS::Lambda::Function',
      { Environment: { Variables: { CHAIN_CUSTOM_MESSAGE_ARN: Match.anyValue() } } },
      0,
    );
  });

  it('of one function for two triggers is allowed once', () => {
    const template = Template.fromStack(
      createStack({ userPoolId: POOL_ID, chain: { customMessage: words, postConfirmation: words } }),
    );

    template.resourcePropertiesCountIs('AWS::IAM::Role', mayInvoke(words), 1);
  });
});

describe('user pool', () => {
  const functionArn = { 'Fn::GetAtt': [Match.stringLikeRegexp('PoolTriggerFunction'), 'Arn'] };

  it('gets our triggers when it is created here, with one permission that names pool and account', () => {
    created.hasResourceProperties('AWS::Cognito::UserPool', {
      LambdaConfig: { CustomMessage: functionArn, PostConfirmation: functionArn, PostAuthentication: Match.absent() },
    });
    expect(
      Object.values(
        created.findResources('AWS::Lambda::Permission', { Properties: { Principal: 'cognito-idp.amazonaws.com' } }),
      ).map(({ Properties }) => Properties.SourceAccount),
    ).toEqual([ACCOUNT]);
  });

  it('is told of sign-ins only when that was asked for', () => {
    const template = Template.fromStack(createStack({ createUserPool: true, postAuthentication: true }));

    template.hasResourceProperties('AWS::Cognito::UserPool', { LambdaConfig: { PostAuthentication: functionArn } });
  });

  it('is not changed when it is imported, but may call the function after an operator attaches it', () => {
    imported.resourceCountIs('AWS::Cognito::UserPool', 0);
    imported.hasResourceProperties('AWS::Lambda::Permission', {
      Principal: 'cognito-idp.amazonaws.com',
      Action: 'lambda:InvokeFunction',
      SourceAccount: ACCOUNT,
      SourceArn: `arn:aws:cognito-idp:${REGION}:${ACCOUNT}:userpool/${POOL_ID}`,
    });
  });

  it('takes no strangers, keeps an address until the new one is verified, and is protected', () => {
    created.hasResource('AWS::Cognito::UserPool', {
      DeletionPolicy: 'Retain',
      Properties: {
        AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
        AliasAttributes: Match.absent(),
        UsernameAttributes: Match.absent(),
        AutoVerifiedAttributes: ['email'],
        UserAttributeUpdateSettings: { AttributesRequireVerificationBeforeUpdate: ['email'] },
        Schema: [{ Name: 'CustomAttr1', AttributeDataType: 'String', Mutable: true }],
        DeletionProtection: 'ACTIVE',
      },
    });
  });

  it('has a client through which people may change their name, address and number, and no custom attribute', () => {
    created.hasResourceProperties('AWS::Cognito::UserPoolClient', {
      ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_USER_SRP_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
      WriteAttributes: ['email', 'family_name', 'given_name', 'name', 'phone_number'],
    });
  });

  it('loses its protection with the removal policy', () => {
    const stack = new Stack(createApp(), 'Pool');
    new ManagedUserPool(stack, 'UserPool', { removalPolicy: RemovalPolicy.DESTROY });

    Template.fromStack(stack).hasResource('AWS::Cognito::UserPool', {
      DeletionPolicy: 'Delete',
      Properties: { DeletionProtection: 'INACTIVE' },
    });
  });
});
