import { describe, expect, it } from 'vitest';
import { createFixture, refusal } from './cloudformation-fixture.ts';

const deployOne = async (resource: object) => {
  const fixture = createFixture();
  const { StackStatus } = await fixture.deploy({ Resources: { Other: { Type: 'AWS::SQS::Queue' }, It: resource } });
  return { ...fixture, StackStatus, reason: await fixture.reasonOf('It', 'CREATE_FAILED') };
};

describe('what is not modelled', () => {
  it.each([
    ['a type that AWS does not have', { Type: 'AWS::SQS::Tube' }, 'Unrecognized resource types: [AWS::SQS::Tube]'],
    [
      'a type that the local cloud does not have',
      { Type: 'AWS::S3::Bucket' },
      'The local cloud does not model the resource type AWS::S3::Bucket. It models: AWS::CDK::Metadata,',
    ],
    [
      'a property that AWS does not have',
      { Type: 'AWS::SQS::Queue', Properties: { Colour: 'blue' } },
      'Encountered unsupported property Colour of AWS::SQS::Queue. It has: ContentBasedDeduplication,',
    ],
    [
      'a nested property that AWS does not have',
      { Type: 'AWS::Lambda::EventSourceMapping', Properties: { FunctionName: 'f', ScalingConfig: { Maximum: 2 } } },
      'Encountered unsupported property ScalingConfig.Maximum of AWS::Lambda::EventSourceMapping. It has: MaximumConcurrency.',
    ],
    [
      'a property that the local cloud does not model',
      { Type: 'AWS::Lambda::EventSourceMapping', Properties: { FunctionName: 'f', ParallelizationFactor: 2 } },
      'The local cloud does not model the property ParallelizationFactor of AWS::Lambda::EventSourceMapping. It models: EventSourceArn,',
    ],
    [
      'a nested property that the local cloud does not model',
      {
        Type: 'AWS::Events::Rule',
        Properties: {
          EventPattern: {},
          Targets: [{ Id: '1', Arn: 'a', KinesisParameters: { PartitionKeyPath: '$' } }],
        },
      },
      'The local cloud does not model the property Targets.KinesisParameters of AWS::Events::Rule.',
    ],
    [
      'a wrong type',
      { Type: 'AWS::SQS::Queue', Properties: { DelaySeconds: 'soon' } },
      '#/DelaySeconds: expected type: Number, found: "soon"',
    ],
    [
      'a missing property',
      { Type: 'AWS::IAM::Role', Properties: {} },
      '#: required key [AssumeRolePolicyDocument] not found',
    ],
    [
      'a value that is not on the list',
      { Type: 'AWS::Logs::LogGroup', Properties: { RetentionInDays: 8 } },
      '#/RetentionInDays: 8 is not a valid enum value. Valid: 1, 3, 5, 7,',
    ],
  ])('fails %s by name, before anything is made', async (_, resource, message) => {
    const { StackStatus, reason, calls } = await deployOne(resource);

    expect(StackStatus).toBe('ROLLBACK_COMPLETE');
    expect(reason).toContain(message);
    expect(calls).toEqual([]);
  });

  it('reports every problem of every resource at once', async () => {
    const { deploy, reasonOf } = createFixture();

    await deploy({
      Resources: {
        A: { Type: 'AWS::SQS::Queue', Properties: { Colour: 'blue', DelaySeconds: 'soon' } },
        B: { Type: 'AWS::S3::Bucket' },
      },
    });

    expect(await reasonOf('A', 'CREATE_FAILED')).toMatch(/Colour.*; #\/DelaySeconds/);
    expect(await reasonOf('B', 'CREATE_FAILED')).toContain('AWS::S3::Bucket');
    expect(await reasonOf('Stack', 'ROLLBACK_IN_PROGRESS')).toContain('[A, B]');
  });

  it('accepts inert properties and hands none of them to a service', async () => {
    const { StackStatus, calls } = await deployOne({
      Type: 'AWS::SQS::Queue',
      Properties: {
        QueueName: 'q',
        SqsManagedSseEnabled: true,
        KmsMasterKeyId: 'alias/x',
        Tags: [{ Key: 'a', Value: 'b' }],
      },
    });

    expect(StackStatus).toBe('CREATE_COMPLETE');
    expect(calls.find(({ input }) => input.QueueName === 'q')?.input).toEqual({ QueueName: 'q', Attributes: {} });
  });

  it('refuses an attribute that the type does not have', async () => {
    const { deploy } = createFixture();
    const Q = { Type: 'AWS::SQS::Queue' };

    const error = await refusal(() =>
      deploy({ Resources: { Q }, Outputs: { X: { Value: { 'Fn::GetAtt': ['Q', 'Size'] } } } }),
    );

    expect(error.message).toBe('Template error: resource Q does not support attribute type Size in Fn::GetAtt');
  });

  it.each([
    [
      'another section',
      { Resources: { Q: { Type: 'AWS::SQS::Queue' } }, Transform: 'X' },
      'Template format error: Invalid template property or properties [Transform]',
    ],
    ['no resources', { Resources: {} }, 'Template format error: At least one Resources member must be defined.'],
    [
      'a creation policy',
      { Resources: { Q: { Type: 'AWS::SQS::Queue', CreationPolicy: {} } } },
      'Template format error: [/Resources/Q] the local cloud does not model the resource attribute CreationPolicy',
    ],
    [
      'a snapshot',
      { Resources: { Q: { Type: 'AWS::SQS::Queue', DeletionPolicy: 'Snapshot' } } },
      'Template format error: [/Resources/Q]/DeletionPolicy is "Snapshot"; the local cloud models Delete, Retain, RetainExceptOnCreate (no snapshots).',
    ],
    [
      'an unknown dependency',
      { Resources: { Q: { Type: 'AWS::SQS::Queue', DependsOn: 'R' } } },
      'Template format error: Unresolved resource dependencies [R] in the Resources block of the template',
    ],
    [
      'an unknown reference',
      { Resources: { Q: { Type: 'AWS::SQS::Queue', Properties: { QueueName: { Ref: 'R' } } } } },
      'Template format error: Unresolved resource dependencies [R] in the Resources block of the template',
    ],
    [
      'an unknown intrinsic',
      { Resources: { Q: { Type: 'AWS::SQS::Queue', Properties: { QueueName: { 'Fn::Cidr': [] } } } } },
      'The local cloud does not model the intrinsic function Fn::Cidr. It models: Ref, Fn::GetAtt, Fn::Join, Fn::Sub, Fn::Select, Fn::FindInMap, Fn::Split, Fn::Base64, Fn::If, Fn::ImportValue.',
    ],
    [
      'a circle',
      { Resources: { A: { Type: 'AWS::SQS::Queue', DependsOn: 'B' }, B: { Type: 'AWS::SQS::Queue', DependsOn: 'A' } } },
      'Circular dependency between resources: [A, B]',
    ],
  ])('refuses a template with %s', async (_, template, message) => {
    const { deploy } = createFixture();

    expect(await refusal(() => deploy(template))).toMatchObject({ code: 'ValidationError', message });
  });

  it.each([
    ['DisableRollback', { DisableRollback: true }],
    [
      'RollbackTriggers',
      { RollbackConfiguration: { RollbackTriggers: [{ Arn: 'a', Type: 'AWS::CloudWatch::Alarm' }] } },
    ],
    ['OnStackFailure', { OnStackFailure: 'DELETE' }],
  ])('refuses the option %s rather than ignore it', async (name, option) => {
    const { deploy } = createFixture();

    const error = await refusal(() => deploy({ Resources: { Q: { Type: 'AWS::SQS::Queue' } } }, option));

    expect(error.code).toBe('UnsupportedOperation');
    expect(error.message).toContain(name);
  });

  it('asks for the capability that IAM resources need', async () => {
    const { deploy } = createFixture();
    const role = { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: {} } };

    const error = await refusal(() => deploy({ Resources: { Role: role } }, { Capabilities: [] }));

    expect(error).toMatchObject({
      code: 'InsufficientCapabilitiesException',
      message: 'Requires capabilities : [CAPABILITY_IAM]',
    });
  });
});
