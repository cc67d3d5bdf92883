import { describe, expect, it } from 'vitest';
import { createGateway } from '../../gateway/gateway.ts';
import { createS3 } from '../../services/s3/index.ts';
import { createSts } from '../../services/sts/index.ts';
import type { SignedInit } from '../support/local-requests.ts';
import { type RunningGateway, startGateway } from './gateway-fixture.ts';

const BUCKET = 'cdk-hnb659fds-assets-000000000000-eu-west-1';

async function start() {
  const { cloud } = createGateway({
    clock: { now: () => Date.UTC(2026, 0, 1), schedule: () => () => {} },
    accountId: '000000000000',
    region: 'eu-west-1',
  });
  const gateway = await startGateway({ s3: createS3(cloud) });
  gateway.register('sts', createSts(cloud, { ...gateway.callers, exists: () => false }));
  return gateway;
}

const s3 = (gateway: RunningGateway, path: string, method = 'GET', init: SignedInit = {}) =>
  gateway.send('s3', `/${path}`, { method, ...init });

describe('what a CDK deployment needs', () => {
  it('takes the chunks of a streamed object apart', async () => {
    const gateway = await start();
    const streamed = {
      'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
      'content-encoding': 'aws-chunked',
    };

    const put = await s3(gateway, `${BUCKET}/k`, 'PUT', {
      headers: streamed,
      body: '5\r\nhello\r\n6;chunk-signature=0a\r\n world\r\n0\r\nx-amz-checksum-crc32:AAAA\r\n\r\n',
    });
    const broken = await s3(gateway, `${BUCKET}/k2`, 'PUT', { headers: streamed, body: '50\r\nhello\r\n' });

    expect(put.status).toBe(200);
    expect(await (await s3(gateway, `${BUCKET}/k`)).text()).toBe('hello world');
    expect(broken.status).toBe(400);
    expect(await broken.text()).toContain('<Code>IncompleteBody</Code>');
  });

  it.each([
    ['GET', `${BUCKET}/missing`, 404, 'NoSuchKey'],
    ['GET', 'other-bucket?location', 404, 'NoSuchBucket'],
    ['GET', 'cdk-hnb659fds-assets-111111111111-eu-west-1?location', 404, 'NoSuchBucket'],
    ['DELETE', `${BUCKET}/k`, 501, 'NotImplemented'],
    ['GET', `${BUCKET}?list-type=2&continuation-token=stale`, 501, 'NotImplemented'],
    ['PUT', `${BUCKET}/k?tagging`, 501, 'NotImplemented'],
    ['GET', '', 501, 'NotImplemented'],
  ])('answers %s /%s with %i %s', async (method, path, status, code) => {
    const gateway = await start();

    const answer = await s3(gateway, path, method);

    expect(answer.status).toBe(status);
    expect(await answer.text()).toContain(`<Code>${code}</Code>`);
  });

  it('lends the roles of its own account for an hour', async () => {
    const gateway = await start();
    const assume = (RoleArn: string) =>
      gateway.postForm('sts', { Action: 'AssumeRole', RoleArn, RoleSessionName: 'deploy' });

    const assumed = await (await assume('arn:aws:iam::000000000000:role/cdk-deploy')).text();
    const foreign = await assume('arn:aws:iam::111111111111:role/cdk-deploy');

    expect(assumed).toMatch(/<AccessKeyId>ASIA[0-9A-F]{16}<\/AccessKeyId>/);
    expect(assumed).toContain('<Expiration>2026-01-01T01:00:00.000Z</Expiration>');
    expect(assumed).toContain('<Arn>arn:aws:sts::000000000000:assumed-role/cdk-deploy/deploy</Arn>');
    expect(foreign.status).toBe(403);
  });
});
