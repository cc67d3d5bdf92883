import { CloudTrailClient, DescribeTrailsCommand, GetTrailStatusCommand } from '@aws-sdk/client-cloudtrail';
import { CognitoIdentityProviderClient, CreateUserPoolCommand } from '@aws-sdk/client-cognito-identity-provider';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLocalCloud, type LocalCloud } from '../../cloud.ts';
import { putLocal } from '../support/local-requests.ts';

let local: LocalCloud;
beforeAll(async () => {
  local = await createLocalCloud();
});
afterAll(() => local?.close());

const settings = () => ({ endpoint: local.endpoint, region: 'eu-west-1', credentials: local.credentials });

describe('CloudTrail', () => {
  const trails = () => new CloudTrailClient(settings());

  it('shows a trail of another Region as a shadow trail only where it is multi-Region, by its ARN', async () => {
    await putLocal(local.endpoint, 'cloudtrail/trails', [
      { name: 'elsewhere', homeRegion: 'us-east-1', multiRegion: false },
      { name: 'everywhere', homeRegion: 'us-east-1', logging: false },
    ]);

    const { trailList } = await trails().send(new DescribeTrailsCommand({}));
    const withoutShadows = await trails().send(new DescribeTrailsCommand({ includeShadowTrails: false }));
    const byArn = new GetTrailStatusCommand({ Name: 'arn:aws:cloudtrail:us-east-1:000000000000:trail/everywhere' });

    expect(trailList?.map(({ Name }) => Name)).toEqual(['everywhere']);
    expect(withoutShadows.trailList).toEqual([]);
    expect((await trails().send(byArn)).IsLogging).toBe(false);
    await expect(trails().send(new GetTrailStatusCommand({ Name: 'everywhere' }))).rejects.toMatchObject({
      name: 'TrailNotFoundException',
    });
  });

  it.each([
    ['a trail that logs', [{ name: 'all' }], 1],
    ['two trails that log', [{ name: 'all' }, { name: 'too' }], 1],
    ['no trail', [], 0],
    ['a trail that does not log', [{ name: 'off', logging: false }], 0],
    ['a trail of reads', [{ name: 'reads', selectors: [{ ReadWriteType: 'ReadOnly' }] }], 0],
    ['a trail of data events', [{ name: 'data', selectors: [{ IncludeManagementEvents: false }] }], 0],
    [
      'a trail whose advanced selectors leave Cognito out',
      [
        {
          name: 'others',
          advancedSelectors: [
            {
              FieldSelectors: [
                { Field: 'eventCategory', Equals: ['Management'] },
                { Field: 'eventSource', NotEquals: ['cognito-idp.amazonaws.com'] },
              ],
            },
          ],
        },
      ],
      0,
    ],
  ])('with %s hands so many records of a write to EventBridge', async (_, wanted, count) => {
    const before = await puts();
    await putLocal(local.endpoint, 'cloudtrail/trails', wanted);
    const cognito = new CognitoIdentityProviderClient(settings());

    await cognito.send(new CreateUserPoolCommand({ PoolName: 'people' }));
    await expect.poll(() => local.services.cloudtrail.underWay()).toBe(0);

    expect((await puts()) - before).toBe(count);
  });
});

/** Records that have reached EventBridge. */
async function puts(): Promise<number> {
  const answer = await fetch(`${local.endpoint}/_local/stats`);
  const { calls } = (await answer.json()) as {
    readonly calls: Readonly<Record<string, Readonly<Record<string, number>>>>;
  };
  return calls['events.PutEvents']?.[200] ?? 0;
}
