import { describe, expect, it } from 'vitest';
import { createVirtualClock } from '../../clock.ts';
import type { Cloud } from '../../service.ts';
import { createAuthorize } from '../../services/iam/authorize.ts';

const cloud: Cloud = {
  clock: createVirtualClock(0),
  accountId: '000000000000',
  region: 'eu-west-1',
  endpoint: () => 'http://local',
  call: () => Promise.reject(new Error('nothing is called')),
};

/** Asks whether a role with one statement about a table, under a condition, may make a call. */
async function may(condition: object, operation: string, input: object): Promise<'allowed' | 'refused'> {
  const statement = { Effect: 'Allow', Action: 'dynamodb:*', Resource: '*', Condition: condition };
  const authorize = createAuthorize(cloud, {
    policiesOf: () => ({
      trust: {},
      inline: [{ name: 'table', document: { Statement: [statement] } }],
      managedPolicyArns: [],
    }),
    partitionKeyOf: () => 'pk',
    resourcePolicyOf: () => undefined,
    needsDirectories: () => true,
  });
  const caller = { kind: 'role', roleArn: 'arn:aws:iam::000000000000:role/sweep', functionName: 'sweep' } as const;
  try {
    await authorize({ requestId: 'r', caller }, 'dynamodb', operation, { TableName: 't', ...input });
    return 'allowed';
  } catch (error) {
    expect(error).toMatchObject({ code: 'AccessDeniedException', status: 403 });
    return 'refused';
  }
}

const OWN = { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['sweep', 'rate#*'] } };
const PRESENT = { Null: { 'dynamodb:LeadingKeys': 'false' } };
const key = (value: string) => ({ Key: { pk: { S: value } } });

/**
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition_examples-multi-valued-context-keys.html
 */
describe('a role that is held to partition keys', () => {
  it.each<readonly [string, object, 'allowed' | 'refused']>([
    ['GetItem', key('sweep'), 'allowed'],
    ['GetItem', key('rate#DescribeUser'), 'allowed'],
    ['GetItem', key('user#1'), 'refused'],
    ['GetItem', key('sweep2'), 'refused'],
    ['GetItem', key('SWEEP'), 'refused'],
    ['GetItem', { Key: { other: { S: 'sweep' }, pk: { S: 'user#1' } } }, 'refused'],
    ['UpdateItem', key('sweep'), 'allowed'],
    ['UpdateItem', key('user#1'), 'refused'],
    ['DeleteItem', key('user#1'), 'refused'],
    ['PutItem', { Item: { value: { S: 'x' }, pk: { S: 'sweep' } } }, 'allowed'],
    ['PutItem', { Item: { value: { S: 'sweep' }, pk: { S: 'user#1' } } }, 'refused'],
    ['GetItem', {}, 'refused'],
    ['Scan', {}, 'refused'],
    ['DescribeTable', {}, 'refused'],
  ])('may %s %j: %s', async (operation, input, verdict) => {
    expect(await may({ ...OWN, ...PRESENT }, operation, input)).toBe(verdict);
  });

  it('may scan the whole table where nothing asks for a key to be there', async () => {
    expect(await may(OWN, 'Scan', {})).toBe('allowed');
    expect(await may(OWN, 'GetItem', key('user#1'))).toBe('refused');
  });
});

describe('a role that is held to attributes', () => {
  const only = {
    'ForAllValues:StringEquals': { 'dynamodb:Attributes': ['pk', 'seenBy'] },
    Null: { 'dynamodb:Attributes': 'false' },
  };

  it.each<readonly [string, object, 'allowed' | 'refused']>([
    ['sets it', { UpdateExpression: 'SET seenBy = :by' }, 'allowed'],
    [
      'sets it by another name',
      { UpdateExpression: 'set #a = :by', ExpressionAttributeNames: { '#a': 'seenBy' } },
      'allowed',
    ],
    ['sets a part of it', { UpdateExpression: 'SET seenBy.at = :at' }, 'allowed'],
    [
      'asks whether the item is there',
      { UpdateExpression: 'SET seenBy = :by', ConditionExpression: 'attribute_exists(pk)' },
      'allowed',
    ],
    ['sets another', { UpdateExpression: 'SET seenBy = :by, owner = :by' }, 'refused'],
    [
      'hides another behind a name',
      { UpdateExpression: 'SET #a = :by', ExpressionAttributeNames: { '#a': 'owner' } },
      'refused',
    ],
    ['removes another', { UpdateExpression: 'SET seenBy = :by REMOVE owner' }, 'refused'],
    ['asks about another', { UpdateExpression: 'SET seenBy = :by', ConditionExpression: 'owner = :one' }, 'refused'],
  ])('%s', async (_, update, verdict) => {
    expect(await may(only, 'UpdateItem', { ...key('user#1'), ...update })).toBe(verdict);
  });

  it('makes no call whose attributes are not known', async () => {
    expect(await may(only, 'PutItem', { Item: { pk: { S: 'user#1' } } })).toBe('refused');
  });
});
