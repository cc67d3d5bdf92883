import * as sdk from '@aws-sdk/client-dynamodb';
import { expect } from 'vitest';
import { bySdk, describeContract } from './contract-fixture.ts';

const table = () => ({ TableName: 'links' });
const Key = { pk: { S: 'user#1' } };
const onItem = () => ({ ...table(), Key });
const ARN = 'arn:aws:dynamodb:eu-west-1:000000000000:table/links';

/** Each operation as https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_NAME.html has it. */
describeContract({
  service: 'dynamodb',
  connect: bySdk(sdk, (config) => new sdk.DynamoDBClient(config)),
  steps: [
    {
      operation: 'CreateTable',
      input: () => ({
        ...table(),
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      }),
      answers: () => ({ TableDescription: { TableName: 'links', TableArn: ARN } }),
    },
    {
      operation: 'DescribeTable',
      input: table,
      answers: () => ({ Table: { TableStatus: 'ACTIVE', TableArn: ARN, CreationDateTime: expect.any(Date) } }),
    },
    {
      operation: 'DescribeTable',
      shows: 'refuses a table that is not there',
      input: () => ({ TableName: 'nowhere' }),
      fails: { name: 'ResourceNotFoundException', status: 400 },
    },
    { operation: 'ListTables', input: () => ({}), answers: () => ({ TableNames: ['links'] }) },
    { operation: 'PutItem', input: () => ({ ...table(), Item: { ...Key, raw: { B: Uint8Array.of(1, 2) } } }) },
    {
      operation: 'PutItem',
      shows: 'refuses what its condition does not allow',
      input: () => ({ ...table(), Item: Key, ConditionExpression: 'attribute_not_exists(pk)' }),
      fails: { name: 'ConditionalCheckFailedException', status: 400, message: /^The conditional request failed$/ },
    },
    {
      operation: 'UpdateItem',
      input: () => ({
        ...onItem(),
        UpdateExpression: 'ADD writes :one SET note = :note',
        ExpressionAttributeValues: { ':one': { N: '1' }, ':note': { S: 'Zoë' } },
        ReturnValues: 'UPDATED_NEW',
      }),
      answers: () => ({ Attributes: { writes: { N: '1' }, note: { S: 'Zoë' } } }),
    },
    {
      operation: 'GetItem',
      input: () => ({ ...onItem(), ConsistentRead: true }),
      answers: () => ({ Item: { ...Key, raw: { B: Uint8Array.of(1, 2) }, note: { S: 'Zoë' } } }),
    },
    {
      operation: 'BatchWriteItem',
      input: () => ({
        RequestItems: { links: ['2', '3'].map((id) => ({ PutRequest: { Item: { pk: { S: `user#${id}` } } } })) },
      }),
      answers: () => ({ UnprocessedItems: {} }),
    },
    {
      operation: 'Query',
      input: () => ({
        ...table(),
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': { S: 'user#2' } },
      }),
      answers: () => ({ Count: 1, Items: [{ pk: { S: 'user#2' } }] }),
    },
    {
      operation: 'Scan',
      shows: 'pages',
      input: () => ({ ...table(), Limit: 2 }),
      answers: () => ({ Count: 2, LastEvaluatedKey: { pk: { S: expect.any(String) } } }),
      keep: ({ LastEvaluatedKey }, state) => {
        state.after = (LastEvaluatedKey as typeof Key).pk.S;
      },
    },
    {
      operation: 'Scan',
      shows: 'goes on where its key says',
      input: ({ after = '' }) => ({ ...table(), Limit: 2, ExclusiveStartKey: { pk: { S: after } } }),
      answers: () => ({ Count: 1 }),
    },
    { operation: 'DeleteItem', input: onItem },
    {
      operation: 'DeleteItem',
      shows: 'refuses an expression that is none',
      input: () => ({ ...onItem(), ConditionExpression: 'attribute_not(' }),
      fails: { name: 'ValidationException', status: 400, message: /Syntax error/ },
    },
    {
      operation: 'DescribeTimeToLive',
      input: table,
      answers: () => ({ TimeToLiveDescription: { TimeToLiveStatus: 'DISABLED' } }),
    },
    {
      operation: 'UpdateTimeToLive',
      input: () => ({ ...table(), TimeToLiveSpecification: { Enabled: true, AttributeName: 'expiresAt' } }),
      answers: () => ({ TimeToLiveSpecification: { Enabled: true, AttributeName: 'expiresAt' } }),
    },
    { operation: 'DeleteTable', input: table },
  ],
});
