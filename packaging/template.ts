import { App, Token } from 'aws-cdk-lib';
import { z } from 'zod';
import cdkJson from '../cdk.json' with { type: 'json' };
import { configurationSchema } from '../lib/configuration/configuration-schema.ts';
import { IdentitySyncStack } from '../lib/identity-sync-stack.ts';

/** As much of a template as is looked at here. */
const templateSchema = z.looseObject({
  Resources: z.record(
    z.string(),
    z.looseObject({ Type: z.string(), Properties: z.optional(z.record(z.string(), z.unknown())) }),
  ),
});
const functionSchema = z.looseObject({
  Environment: z.looseObject({ Variables: z.looseObject({ POWERTOOLS_SERVICE_NAME: z.string() }) }),
});

const alarmSchema = z.looseObject({ AlarmActions: z.array(z.unknown()) });

/** A CloudFormation template. */
export type PlainTemplate = z.infer<typeof templateSchema>;

/** Parameters of the template, by name. */
const PARAMETERS = {
  UserPoolId: {
    Type: 'String',
    Description: 'User pool whose users are synchronized, in the account and Region of this stack.',
    AllowedPattern: '[a-z]{2}(-[a-z]+)+-\\d_[0-9a-zA-Z]+',
    ConstraintDescription: 'a user pool id such as eu-west-2_Ab12Cd34E',
  },
  ConnectInstanceArn: {
    Type: 'String',
    Description: 'Amazon Connect instance whose users are updated: same account, any Region.',
    AllowedPattern: 'arn:aws[\\w-]*:connect:[a-z]{2}(-[a-z]+)+-\\d:\\d{12}:instance/[\\w-]{1,100}',
    ConstraintDescription: 'the ARN of an instance: arn:aws:connect:REGION:ACCOUNT:instance/ID',
  },
  AssetBucket: { Type: 'String', Description: 'Bucket of this Region that holds the zip files of the functions.' },
  AssetPrefix: {
    Type: 'String',
    Default: '',
    Description: 'What precedes the names of the zip files in the bucket, such as "connect-sync/".',
  },
  Policy: {
    Type: 'String',
    Default: '{}',
    Description:
      'What may be written, and to which users, as JSON: scope, mapping, adoption, email of docs/configuration.md.',
    // The room that the environment of a function has for it.
    MaxLength: 2_900,
    AllowedPattern: '\\{[\\s\\S]*\\}',
    ConstraintDescription: 'a JSON object, such as {"email":{"allowedDomains":["example.com"]}}',
  },
  AlarmTopicArn: {
    Type: 'String',
    Default: '',
    Description: 'SNS topic of this Region that is told when an alarm begins and when it ends. Empty: none.',
  },
  AlarmEmail: {
    Type: 'String',
    Default: '',
    Description:
      'E-mail address that is told of alarms, beside the topic if both are set. AWS sends it a message first; open its link. Empty: none.',
    MaxLength: 320,
    // As lib/configuration/alarm-email.ts takes it.
    AllowedPattern: '^$|^[^\\s@,;<>"]+@[^\\s@,;<>"]+\\.[^\\s@,;<>"]+$',
    ConstraintDescription: 'one address such as on-call@example.com, or nothing',
  },
} as const;

const ref = (name: keyof typeof PARAMETERS) => ({ Ref: name });
const NOTHING = { Ref: 'AWS::NoValue' };
const isGiven = (name: keyof typeof PARAMETERS) => ({ 'Fn::Not': [{ 'Fn::Equals': [ref(name), ''] }] });

/**
 * Makes the template that needs neither Node.js nor a CDK bootstrap: what differs from one deployment to the next is a parameter.
 *
 * @param zips - names of the zip files, by function.
 */
export function makeTemplate(zips: ReadonlyMap<string, string>): PlainTemplate {
  // The rule asks for a bootstrapped account, and its parameter names the bootstrap.
  const { Resources, Rules: _, ...rest } = synthesize();
  const finished = Object.entries(Resources).map(([id, resource]) => [id, finish(resource, zips)]);
  const conditions = { HasAlarmTopic: isGiven('AlarmTopicArn'), HasAlarmEmail: isGiven('AlarmEmail') };
  return { ...rest, Parameters: PARAMETERS, Conditions: conditions, Resources: Object.fromEntries(finished) };
}

type Resource = PlainTemplate['Resources'][string];

function finish(resource: Resource, zips: ReadonlyMap<string, string>): Resource {
  const { Metadata: _, ...rest } = resource;
  if (resource.Type === 'AWS::Lambda::Function')
    return { ...rest, Properties: finishFunction(resource.Properties, zips) };
  // The one topic of the stack is that of the address.
  if (resource.Type.startsWith('AWS::SNS::')) return { ...rest, Condition: 'HasAlarmEmail' };
  if (resource.Type !== 'AWS::CloudWatch::Alarm') return rest;
  const { AlarmActions } = alarmSchema.parse(resource.Properties);
  const actions = [
    { 'Fn::If': ['HasAlarmTopic', ref('AlarmTopicArn'), NOTHING] },
    ...AlarmActions.map((topic) => ({ 'Fn::If': ['HasAlarmEmail', topic, NOTHING] })),
  ];
  return { ...rest, Properties: { ...resource.Properties, AlarmActions: actions, OKActions: actions } };
}

/** Takes the code from the bucket, and the policy from the parameter where the function has one. */
function finishFunction(properties: Resource['Properties'], zips: ReadonlyMap<string, string>): Resource['Properties'] {
  const { Environment, ...rest } = functionSchema.parse(properties);
  const { Variables } = Environment;
  const zip = zips.get(Variables.POWERTOOLS_SERVICE_NAME);
  if (zip === undefined) throw new Error(`There is no zip file of ${Variables.POWERTOOLS_SERVICE_NAME}.`);
  return {
    ...rest,
    Code: { S3Bucket: ref('AssetBucket'), S3Key: { 'Fn::Sub': `\${AssetPrefix}${zip}` } },
    Environment: {
      ...Environment,
      Variables: { ...Variables, ...('POLICY' in Variables && { POLICY: ref('Policy') }) },
    },
  };
}

/** The stack as the CDK writes it, with references to the parameters in place of pool and instance. */
function synthesize(): PlainTemplate {
  const context = { ...cdkJson.context, 'aws:cdk:bundling-stacks': [] };
  const app = new App({ context, analyticsReporting: false, builtinCloudFormationValidation: false });
  const configuration = configurationSchema.parse({
    userPoolId: 'eu-west-2_EXAMPLE1',
    connectInstanceArn: 'arn:aws:connect:eu-west-2:111122223333:instance/11111111-2222-3333-4444-555555555555',
    // The policy is known at deployment only. A group and a rule over an attribute need more permissions than others do.
    scope: { kind: 'group', group: 'any' },
    adoption: { rules: [{ kind: 'username', attribute: 'email' }] },
  });
  const stack = new IdentitySyncStack(app, 'ConnectSync', {
    configuration: {
      ...configuration,
      userPoolId: Token.asString(ref('UserPoolId')),
      connectInstanceArn: Token.asString(ref('ConnectInstanceArn')),
      alarmEmail: Token.asString(ref('AlarmEmail')),
    },
  });
  return templateSchema.parse(app.synth().getStackArtifact(stack.artifactId).template);
}
