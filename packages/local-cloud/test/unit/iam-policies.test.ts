import { describe, expect, it } from 'vitest';
import { checkEvaluable, evaluate, type PolicyDocument, parsePolicy } from '../../services/iam/policy-language.ts';

const QUEUE = 'arn:aws:sqs:eu-west-1:000000000000:changes.fifo';
/** A policy variable, which IAM replaces by the name of the user. */
const VARIABLE = `\${aws:username}`;

const allow = (statement: object): PolicyDocument => ({ Statement: { Effect: 'Allow', ...statement } });
const ask = (
  documents: readonly PolicyDocument[],
  {
    action = 'sqs:SendMessage',
    resource = QUEUE,
    context = {} as Readonly<Record<string, string | readonly string[]>>,
  } = {},
) => evaluate(documents, { action, resource, context });

describe('a policy', () => {
  it.each([
    ['sqs:SendMessage', QUEUE, 'allowed'],
    ['SQS:sendmessage', QUEUE, 'allowed'],
    ['sqs:Send*', QUEUE, 'allowed'],
    ['sqs:Send?essage', QUEUE, 'allowed'],
    ['*', '*', 'allowed'],
    ['sqs:SendMessageBatch', QUEUE, 'silent'],
    ['sqs:Send', QUEUE, 'silent'],
    ['sqs:SendMessage', 'arn:aws:sqs:eu-west-1:000000000000:changes.*', 'allowed'],
    ['sqs:SendMessage', 'arn:aws:sqs:*:000000000000:changes.fifo', 'allowed'],
    ['sqs:SendMessage', 'arn:aws:sqs:eu-west-?:*:*', 'allowed'],
    ['sqs:SendMessage', 'arn:aws:sqs:*:changes.fifo', 'silent'],
    ['sqs:SendMessage', 'arn:aws:sqs:eu-west-1:000000000000:Changes.fifo', 'silent'],
    ['sqs:SendMessage', 'arn:aws:sqs:eu-west-1:000000000000:changes_fifo', 'silent'],
    ['sqs:SendMessage', 'changes.fifo', 'silent'],
  ])('that allows %s on %s leaves sending %s', (Action, Resource, verdict) => {
    expect(ask([allow({ Action, Resource })])).toBe(verdict);
  });

  it('reaches beyond a slash with a wildcard in the resource', () => {
    const agents = 'arn:aws:connect:eu-west-1:000000000000:instance/i/agent/*';
    const policy = allow({ Action: 'connect:DescribeUser', Resource: agents });
    const on = (resource: string) => ask([policy], { action: 'connect:DescribeUser', resource });

    expect(on('arn:aws:connect:eu-west-1:000000000000:instance/i/agent/u')).toBe('allowed');
    expect(on('arn:aws:connect:eu-west-1:000000000000:instance/i')).toBe('silent');
    expect(on('arn:aws:connect:eu-west-1:000000000000:instance/j/agent/u')).toBe('silent');
  });

  it('denies whatever others allow', () => {
    const all = allow({ Action: '*', Resource: '*' });
    const not = { Statement: [{ Effect: 'Deny', Action: ['sqs:Send*'], Resource: [QUEUE] }] };

    expect(ask([all, not])).toBe('denied');
    expect(ask([not, all], { action: 'sqs:ReceiveMessage' })).toBe('allowed');
  });

  it('may name what it is not about', () => {
    const others = allow({ NotAction: 'sqs:SendMessage', NotResource: 'arn:aws:sqs:*:*:dead.fifo' });

    expect(ask([others])).toBe('silent');
    expect(ask([others], { action: 'sqs:PurgeQueue' })).toBe('allowed');
    expect(ask([others], { action: 'sqs:PurgeQueue', resource: 'arn:aws:sqs:eu-west-1:0:dead.fifo' })).toBe('silent');
  });

  it.each([
    [{ Bool: { 'aws:SecureTransport': 'true' } }, 'allowed'],
    [{ Bool: { 'aws:SecureTransport': false } }, 'silent'],
    [{ StringEquals: { 'AWS:requestedregion': ['us-east-1', 'eu-west-1'] } }, 'allowed'],
    [{ StringEquals: { 'aws:RequestedRegion': 'EU-WEST-1' } }, 'silent'],
    [{ StringEqualsIgnoreCase: { 'aws:RequestedRegion': 'EU-WEST-1' } }, 'allowed'],
    [{ StringNotEquals: { 'aws:RequestedRegion': ['us-east-1', 'eu-west-1'] } }, 'silent'],
    [{ StringNotLike: { 'aws:RequestedRegion': 'us-*' } }, 'allowed'],
    [{ StringEquals: { 'aws:SourceAccount': '000000000000' } }, 'silent'],
    [{ StringEqualsIfExists: { 'aws:SourceAccount': '000000000000' } }, 'allowed'],
    [{ StringNotEquals: { 'aws:SourceAccount': '000000000000' } }, 'allowed'],
    [{ ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/w?rker' } }, 'allowed'],
    [{ ArnNotLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/w?rker' } }, 'silent'],
    [{ Null: { 'aws:SourceArn': 'true' } }, 'allowed'],
    [{ Null: { 'aws:PrincipalArn': 'true' } }, 'silent'],
    [{ Bool: { 'aws:SecureTransport': 'true' }, StringLike: { 'aws:RequestedRegion': 'us-*' } }, 'silent'],
    [{ 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['user#*', 'claim#*'] } }, 'allowed'],
    [{ 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': 'user#*' } }, 'silent'],
    [{ 'ForAnyValue:StringLike': { 'dynamodb:LeadingKeys': 'user#*' } }, 'allowed'],
    [{ 'ForAnyValue:StringLike': { 'dynamodb:LeadingKeys': 'sweep' } }, 'silent'],
    [{ StringLike: { 'dynamodb:LeadingKeys': 'user#*' } }, 'silent'],
    [{ 'ForAllValues:StringLike': { 'aws:SourceArn': 'x' } }, 'allowed'],
    [{ 'ForAnyValue:StringLike': { 'aws:SourceArn': 'x' } }, 'silent'],
    [{ Null: { 'dynamodb:LeadingKeys': 'false' } }, 'allowed'],
    [{ Null: { 'aws:SourceArn': 'false' } }, 'silent'],
  ])('under the condition %j is %s', (Condition, verdict) => {
    const context = {
      'aws:securetransport': 'true',
      'aws:requestedregion': 'eu-west-1',
      'aws:principalarn': 'arn:aws:iam::000000000000:role/worker',
      'dynamodb:leadingkeys': ['user#1', 'claim#1'],
    };

    expect(ask([allow({ Action: '*', Resource: '*', Condition })], { context })).toBe(verdict);
  });

  it.each([
    [
      { Condition: { 'ForAllValues:StringNotLike': { 'dynamodb:LeadingKeys': 'x' } } },
      'the condition operator ForAllValues:StringNotLike',
    ],
    [{ Condition: { NumericEquals: { 'aws:SecureTransport': '1' } } }, 'the condition operator NumericEquals'],
    [{ Condition: { StringEquals: { 'aws:username': 'x' } } }, 'the condition key aws:username'],
    [{ Condition: { StringEquals: { 'aws:SourceArn': VARIABLE } } }, `the policy variable in ${VARIABLE}`],
    [{ Resource: `arn:aws:s3:::b/${VARIABLE}` }, `the policy variable in arn:aws:s3:::b/${VARIABLE}`],
    [{ Principal: { Federated: 'x' } }, 'principals of the kind Federated'],
    [{ NotPrincipal: '*' }, 'the element NotPrincipal of a policy statement'],
    [{ Effect: 'Perhaps' }, 'the effect Perhaps'],
  ])('with %j is refused by name', (statement, what) => {
    expect(() => checkEvaluable(allow({ Action: '*', Resource: '*', ...statement }))).toThrow(
      expect.objectContaining({ code: 'UnsupportedOperation', message: expect.stringContaining(what) }),
    );
  });

  it('has to be JSON with statements', () => {
    expect(() => parsePolicy('{')).toThrow('This policy contains invalid Json');
    expect(() => parsePolicy('{"Version":"2012-10-17"}')).toThrow('Syntax errors in policy.');
  });
});

describe('a policy of a resource', () => {
  const role = { roleArn: 'arn:aws:iam::000000000000:role/worker', accountId: '000000000000' };
  const verdict = (Effect: string, Principal: unknown, principal: object) =>
    evaluate([{ Statement: [{ Effect, Principal, Action: 'sqs:*', Resource: QUEUE }] }], {
      action: 'sqs:SendMessage',
      resource: QUEUE,
      context: {},
      principal: principal as never,
    });

  it.each([
    ['*', 'allowed', 'denied'],
    [{ AWS: '*' }, 'allowed', 'denied'],
    [{ AWS: ['arn:aws:iam::000000000000:role/worker'] }, 'allowed', 'denied'],
    [{ AWS: 'arn:aws:iam::000000000000:root' }, 'silent', 'denied'],
    [{ AWS: '000000000000' }, 'silent', 'denied'],
    [{ AWS: 'arn:aws:iam::000000000000:role/other' }, 'silent', 'silent'],
    [{ Service: 'events.amazonaws.com' }, 'silent', 'silent'],
  ])('about %j, asked for a role, is %s where it allows and %s where it denies', (who, allows, denies) => {
    expect(verdict('Allow', who, role)).toBe(allows);
    expect(verdict('Deny', who, role)).toBe(denies);
  });

  it('knows services by their name', () => {
    expect(verdict('Allow', { Service: 'events.amazonaws.com' }, { service: 'events.amazonaws.com' })).toBe('allowed');
    expect(verdict('Allow', { Service: 'sns.amazonaws.com' }, { service: 'events.amazonaws.com' })).toBe('silent');
  });
});
