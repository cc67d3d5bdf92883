import { CloudFormationClient, CreateStackCommand } from '@aws-sdk/client-cloudformation';
import {
  AdminGetUserCommand,
  AdminUpdateUserAttributesCommand,
  CognitoIdentityProviderClient,
  ListUsersCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { ConnectClient, UpdateUserIdentityInfoCommand } from '@aws-sdk/client-connect';
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLocalCloud, type LocalCloud } from '../../cloud.ts';
import type { Caller } from '../../service.ts';

const ACCOUNT: Caller = { kind: 'account' };
const LARGE = 'x'.repeat(2 * 1024 * 1024);

let local: LocalCloud;
let UserPoolId: string;
beforeAll(async () => {
  local = await createLocalCloud();
  const { UserPool } = await local.cloud.call<{ readonly UserPool: { readonly Id: string } }>(
    'cognito-idp',
    'CreateUserPool',
    { PoolName: 'people' },
    ACCOUNT,
  );
  UserPoolId = UserPool.Id;
  for (let index = 0; index < 61; index += 1) {
    await local.cloud.call('cognito-idp', 'AdminCreateUser', { UserPoolId, Username: `user-${index}` }, ACCOUNT);
  }
  await local.cloud.call(
    'dynamodb',
    'CreateTable',
    {
      TableName: 'table',
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
    },
    ACCOUNT,
  );
});
afterAll(() => local?.close());

const config = () => ({
  endpoint: local.endpoint,
  region: 'eu-west-1',
  maxAttempts: 1,
  credentials: local.credentials,
});

describe('2 MB in one member', () => {
  it.each<readonly [string, () => Promise<unknown>, string, RegExp]>([
    [
      'a user attribute',
      () =>
        new CognitoIdentityProviderClient(config()).send(
          new AdminUpdateUserAttributesCommand({
            UserPoolId,
            Username: 'user-1',
            UserAttributes: [{ Name: 'given_name', Value: LARGE }],
          }),
        ),
      'InvalidParameterException',
      /Member must have length less than or equal/,
    ],
    [
      'a user name',
      () => new CognitoIdentityProviderClient(config()).send(new AdminGetUserCommand({ UserPoolId, Username: LARGE })),
      'InvalidParameterException',
      /'username' failed to satisfy constraint: Member must have length less than or equal to 128/,
    ],
    [
      'an identity',
      () => {
        const { connect } = local.services;
        const [agent] = connect.seedUsers([{ Username: 'agent', IdentityInfo: { FirstName: 'A', LastName: 'B' } }]);
        return new ConnectClient(config()).send(
          new UpdateUserIdentityInfoCommand({
            InstanceId: connect.instance.id,
            UserId: agent?.Id,
            IdentityInfo: { FirstName: LARGE, LastName: 'B' },
          }),
        );
      },
      'InvalidParameterException',
      /^FirstName must have at most 255 characters, got 2097152\.$/,
    ],
    [
      'an event',
      () =>
        new EventBridgeClient(config()).send(
          new PutEventsCommand({ Entries: [{ Source: 's', DetailType: 'd', Detail: JSON.stringify(LARGE) }] }),
        ),
      'ValidationException',
      /over the limit/,
    ],
    [
      'an item',
      () =>
        new DynamoDBClient(config()).send(
          new PutItemCommand({ TableName: 'table', Item: { pk: { S: 'x' }, large: { S: LARGE } } }),
        ),
      'ValidationException',
      /Item size has exceeded the maximum allowed size/,
    ],
    [
      'a template',
      () => new CloudFormationClient(config()).send(new CreateStackCommand({ StackName: 's', TemplateBody: LARGE })),
      'ValidationError',
      /./,
    ],
  ])('of %s are refused in the words of its service', async (_what, send, name, message) => {
    await expect(send()).rejects.toMatchObject({ name, message: expect.stringMatching(message) });
  });
});

it('pages through a pool ten times over, and every token is still good at the end', async () => {
  const client = new CognitoIdentityProviderClient(config());
  const list = (PaginationToken: string | undefined) =>
    client.send(new ListUsersCommand({ UserPoolId, Limit: 6, PaginationToken }));
  const tokens: (string | undefined)[] = [undefined];
  const seen: (string | undefined)[] = [];

  for (let token: string | undefined, page = 0; page < 11; page += 1) {
    const { Users = [], PaginationToken } = await list(token);
    seen.push(...Users.map(({ Username }) => Username));
    tokens.push(PaginationToken);
    token = PaginationToken;
  }

  expect(seen).toEqual(Array.from({ length: 61 }, (_, index) => `user-${index}`));
  expect(tokens.at(-1)).toBeUndefined();
  expect((await list(tokens[1])).Users?.[0]?.Username).toBe('user-6');
});

const INSTANCE = () => ({ InstanceId: local.services.connect.instance.id });
const POOL = () => ({ UserPoolId });

describe('a token that no page has had', () => {
  it.each<readonly [string, string, () => object, string]>([
    ['cognito-idp', 'ListUsers', () => ({ ...POOL(), PaginationToken: 'stale' }), 'InvalidParameterException'],
    ['cognito-idp', 'ListUserPools', () => ({ MaxResults: 1, NextToken: 'stale' }), 'InvalidParameterException'],
    ['cognito-idp', 'ListUserPoolClients', () => ({ ...POOL(), NextToken: 'stale' }), 'InvalidParameterException'],
    [
      'cognito-idp',
      'AdminListGroupsForUser',
      () => ({ ...POOL(), Username: 'user-1', NextToken: 'stale' }),
      'InvalidParameterException',
    ],
    ['connect', 'ListUsers', () => ({ ...INSTANCE(), NextToken: 'stale' }), 'InvalidParameterException'],
    ['connect', 'SearchUsers', () => ({ ...INSTANCE(), NextToken: 'stale' }), 'InvalidParameterException'],
    ['connect', 'ListSecurityProfiles', () => ({ ...INSTANCE(), NextToken: 'stale' }), 'InvalidParameterException'],
    ['sqs', 'ListQueues', () => ({ MaxResults: 1, NextToken: 'stale' }), 'InvalidParameterValue'],
    ['events', 'ListRules', () => ({ NextToken: 'stale' }), 'ValidationException'],
    ['lambda', 'ListFunctions', () => ({ Marker: 'stale' }), 'InvalidParameterValueException'],
    ['lambda', 'ListEventSourceMappings', () => ({ Marker: 'stale' }), 'InvalidParameterValueException'],
    ['cloudformation', 'DescribeStacks', () => ({ NextToken: 'stale' }), 'ValidationError'],
    ['cloudformation', 'ListStacks', () => ({ NextToken: 'stale' }), 'ValidationError'],
    ['cloudformation', 'ListExports', () => ({ NextToken: 'stale' }), 'ValidationError'],
  ])('is refused by %s %s', async (service, operation, input, code) => {
    await expect(local.cloud.call(service, operation, input(), ACCOUNT)).rejects.toMatchObject({ code, status: 400 });
  });
});
