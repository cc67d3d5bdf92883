import { describe, expect, it } from 'vitest';
import { physicalName } from '../../cloudformation/names.ts';
import { AwsError } from '../../service.ts';
import { createFixture, refusal } from './cloudformation-fixture.ts';

const Resources = { Q: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'q' } } };

/** What a stack's output says whose value is `value`. */
const output = async (value: unknown, more: object = {}, input: object = {}) => {
  const { deploy } = createFixture();
  const { Outputs } = await deploy({ Resources, Outputs: { Out: { Value: value } }, ...more }, input);
  return (Outputs as readonly { readonly OutputValue: string }[])[0]?.OutputValue;
};

const staged = {
  Parameters: { Stage: { Type: 'String', Default: 'prod' } },
  Conditions: {
    IsProd: { 'Fn::Equals': [{ Ref: 'Stage' }, 'prod'] },
    IsTest: { 'Fn::Not': [{ Condition: 'IsProd' }] },
    Either: { 'Fn::Or': [{ Condition: 'IsTest' }, { Condition: 'IsProd' }] },
    Both: { 'Fn::And': [{ Condition: 'IsTest' }, { Condition: 'IsProd' }] },
  },
};
const mapped = { Mappings: { Names: { 'eu-west-1': { queue: 'mapped' } } } };

describe('intrinsic functions', () => {
  it.each<[string, unknown, string, object?]>([
    ['Ref to a resource', { Ref: 'Q' }, 'http://local/000000000000/q'],
    ['Ref to a parameter', { Ref: 'Stage' }, 'prod', staged],
    ['Fn::GetAtt as a list', { 'Fn::GetAtt': ['Q', 'Arn'] }, 'arn:aws:sqs:eu-west-1:000000000000:q'],
    ['Fn::GetAtt as text', { 'Fn::GetAtt': 'Q.QueueName' }, 'q'],
    ['Fn::Join', { 'Fn::Join': ['-', ['a', { Ref: 'AWS::NoValue' }, { Ref: 'AWS::Region' }]] }, 'a-eu-west-1'],
    [
      'pseudo parameters',
      { 'Fn::Sub': `\${AWS::AccountId}/\${AWS::Partition}/\${AWS::StackName}` },
      '000000000000/aws/Stack',
    ],
    ['Fn::Sub', { 'Fn::Sub': `\${Q.QueueName}, \${!literal}` }, `q, \${literal}`],
    [
      'Fn::Sub with names of its own',
      { 'Fn::Sub': [`\${a}-\${b}`, { a: 'x', b: { Ref: 'AWS::URLSuffix' } }] },
      'x-amazonaws.com',
    ],
    ['Fn::Select and Fn::Split', { 'Fn::Select': ['5', { 'Fn::Split': [':', { 'Fn::GetAtt': ['Q', 'Arn'] }] }] }, 'q'],
    ['Fn::Base64', { 'Fn::Base64': 'hello' }, 'aGVsbG8='],
    ['Fn::FindInMap', { 'Fn::FindInMap': ['Names', { Ref: 'AWS::Region' }, 'queue'] }, 'mapped', mapped],
    ['Fn::If over Fn::Equals', { 'Fn::If': ['IsProd', 'yes', 'no'] }, 'yes', staged],
    ['Fn::Not', { 'Fn::If': ['IsTest', 'yes', 'no'] }, 'no', staged],
    ['Fn::Or', { 'Fn::If': ['Either', 'yes', 'no'] }, 'yes', staged],
    ['Fn::And', { 'Fn::If': ['Both', 'yes', 'no'] }, 'no', staged],
  ])('resolves %s', async (_, value, expected, more) => {
    expect(await output(value, more)).toBe(expected);
  });

  it('leaves out a property, a resource and an output whose condition does not hold', async () => {
    const { deploy, calls } = createFixture();
    const { Outputs } = await deploy({
      ...staged,
      Resources: {
        A: {
          Type: 'AWS::SQS::Queue',
          Properties: { QueueName: 'a', DelaySeconds: { 'Fn::If': ['IsTest', 5, { Ref: 'AWS::NoValue' }] } },
        },
        B: { Type: 'AWS::SQS::Queue', Condition: 'IsTest' },
      },
      Outputs: { Out: { Value: { Ref: 'B' }, Condition: 'IsTest' } },
    });

    const created = calls.filter(({ operation }) => operation === 'CreateQueue');
    expect(created.map(({ input }) => input)).toEqual([{ QueueName: 'a', Attributes: {} }]);
    expect(Outputs).toEqual([]);
  });
});

describe('parameters', () => {
  const declared = (declaration: object) => ({ Parameters: { P: { Type: 'String', ...declaration } } });
  const given = (value: string) => ({ Parameters: [{ ParameterKey: 'P', ParameterValue: value }] });

  it('takes a value that is handed in, split where the type is a list', async () => {
    const join = { 'Fn::Join': ['+', { Ref: 'P' }] };

    expect(await output({ Ref: 'P' }, declared({ Default: 'x' }), given('y'))).toBe('y');
    expect(await output(join, declared({ Type: 'CommaDelimitedList' }), given('a, b'))).toBe('a+b');
  });

  it('reads a Systems Manager parameter and shows both its name and its value', async () => {
    const { deploy, calls } = createFixture();
    const { Parameters } = await deploy({
      Resources,
      Parameters: {
        BootstrapVersion: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/cdk-bootstrap/x/version' },
      },
    });

    expect(calls[0]).toEqual({
      service: 'ssm',
      operation: 'GetParameter',
      input: { Name: '/cdk-bootstrap/x/version' },
    });
    expect(Parameters).toEqual([
      { ParameterKey: 'BootstrapVersion', ParameterValue: '/cdk-bootstrap/x/version', ResolvedValue: '31' },
    ]);
  });

  it('keeps the previous value when asked to', async () => {
    const { deploy } = createFixture();
    const template = { Resources, ...declared({}), Outputs: { Out: { Value: { Ref: 'P' } } } };
    await deploy(template, given('first'));

    const { Outputs } = await deploy(
      { ...template, Description: 'changed' },
      { Parameters: [{ ParameterKey: 'P', UsePreviousValue: true }] },
    );

    expect(Outputs).toEqual([{ OutputKey: 'Out', OutputValue: 'first' }]);
  });

  it.each<[object, object, string]>([
    [{}, {}, 'Parameters: [P] must have values'],
    [
      { Default: 'a' },
      { Parameters: [{ ParameterKey: 'R', ParameterValue: 'x' }] },
      'Parameters: [R] do not exist in the template',
    ],
    [{ AllowedValues: ['a', 'b'] }, given('c'), "Parameter 'P' must be one of AllowedValues"],
    [{ AllowedPattern: '[a-z]+' }, given('A1'), "Parameter 'P' must match pattern [a-z]+"],
    [{ MinLength: 3 }, given('ab'), "Parameter 'P' must contain at least 3 characters"],
    [{ Type: 'Number', MaxValue: 9 }, given('10'), "Parameter 'P' must be at most 9"],
    [{ Type: 'Number' }, given('ten'), "Parameter 'P' must be a number"],
    [
      { Type: 'AWS::EC2::VPC::Id' },
      given('vpc-1'),
      'The local cloud does not model the type AWS::EC2::VPC::Id of parameter P. It models: String, Number, CommaDelimitedList, List<Number>, AWS::SSM::Parameter::Value<String>.',
    ],
  ])('refuses %j given %j', async (declaration, input, message) => {
    expect(await refusal(() => output('x', declared(declaration), input))).toMatchObject({
      code: 'ValidationError',
      message,
    });
  });

  it("checks the CDK's rule on the bootstrap version", async () => {
    const { deploy, answer } = createFixture();
    answer('ssm.GetParameter', () => ({ Parameter: { Value: '5' } }));
    const assertion = {
      Assert: { 'Fn::Not': [{ 'Fn::Contains': [['1', '2', '3', '4', '5'], { Ref: 'BootstrapVersion' }] }] },
      AssertDescription:
        "CDK bootstrap stack version 6 required. Please run 'cdk bootstrap' with a recent version of the CDK CLI.",
    };
    const template = {
      Resources,
      Parameters: { BootstrapVersion: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/v' } },
      Rules: { CheckBootstrapVersion: { Assertions: [assertion] } },
    };

    const error = await refusal(() => deploy(template));
    answer('ssm.GetParameter', () => ({ Parameter: { Value: '6' } }));

    expect(error.message).toBe(
      "Rule CheckBootstrapVersion failed: CDK bootstrap stack version 6 required. Please run 'cdk bootstrap' with a recent version of the CDK CLI.",
    );
    expect(await deploy(template)).toMatchObject({ StackStatus: 'CREATE_COMPLETE' });
  });
});

describe('exports', () => {
  const exporting = (name: string) => ({
    Resources,
    Outputs: { Out: { Value: { Ref: 'Q' }, Export: { Name: name } } },
  });
  const importing = {
    Resources: { R: { Type: 'AWS::SQS::Queue' } },
    Outputs: { Copy: { Value: { 'Fn::ImportValue': 'url' } } },
  };

  it('reach other stacks, under one name once', async () => {
    const { deploy } = createFixture();
    await deploy(exporting('url'), { StackName: 'First' });

    const user = await deploy(importing, { StackName: 'User' });
    const twin = await deploy(exporting('url'), { StackName: 'Twin' });

    expect(user.Outputs).toEqual([{ OutputKey: 'Copy', OutputValue: 'http://local/000000000000/q' }]);
    expect(twin.StackStatus).toBe('ROLLBACK_COMPLETE');
  });

  it('can be neither removed nor deleted while another stack uses them', async () => {
    const { deploy, call, stack } = createFixture();
    await deploy(exporting('url'), { StackName: 'First' });
    await deploy(importing, { StackName: 'User' });

    const update = await deploy({ Resources }, { StackName: 'First' });
    await call('DeleteStack', { StackName: 'First' });

    expect(update.StackStatus).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(await stack('First')).toMatchObject({
      StackStatus: 'DELETE_FAILED',
      StackStatusReason: 'Delete canceled. Cannot delete the exports of First: they are in use by User',
    });
  });

  it('are named when there are none', async () => {
    const { deploy } = createFixture();

    expect(await refusal(() => deploy(importing))).toMatchObject({ message: 'No export named url found' });
  });
});

describe('templates in S3', () => {
  it.each([
    'https://s3.eu-west-1.amazonaws.com/assets/a/template.json',
    'https://assets.s3.eu-west-1.amazonaws.com/a/template.json',
  ])('are read from %s', async (url) => {
    const { deploy, calls, answer } = createFixture();
    answer('s3.GetObject', () => ({ Body: new TextEncoder().encode(JSON.stringify({ Resources })) }));

    const { StackStatus } = await deploy({}, { TemplateBody: undefined, TemplateURL: url });

    expect(StackStatus).toBe('CREATE_COMPLETE');
    expect(calls[0]).toEqual({
      service: 's3',
      operation: 'GetObject',
      input: { Bucket: 'assets', Key: 'a/template.json' },
    });
  });

  it('are named when S3 does not have them', async () => {
    const { deploy, answer } = createFixture();
    answer('s3.GetObject', () => {
      throw new AwsError('NoSuchKey', 'The specified key does not exist.', 404);
    });
    const url = 'https://s3.eu-west-1.amazonaws.com/assets/a.json';

    const error = await refusal(() => deploy({}, { TemplateBody: undefined, TemplateURL: url }));

    expect(error).toMatchObject({
      code: 'ValidationError',
      message: `S3 error: The specified key does not exist. (${url})`,
    });
  });
});

describe('generated names', () => {
  it.each([
    [{ maxLength: 80 }, /^Stack-Queue-[A-Z0-9]{12}$/],
    [{ maxLength: 80, suffix: '.fifo' }, /^Stack-Queue-[A-Z0-9]{12}\.fifo$/],
    [{ maxLength: 80, withoutStack: true }, /^Queue-[A-Z0-9]{12}$/],
    [{ maxLength: 20 }, /^Sta-Que-[A-Z0-9]{12}$/],
  ])('for %j fit and keep the random part', (options, pattern) => {
    expect(physicalName('Stack', 'Queue', options)).toMatch(pattern);
  });
});
