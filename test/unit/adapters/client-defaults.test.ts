import { ConnectClient, DescribeUserCommand } from '@aws-sdk/client-connect';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientDefaults } from '../../../lambda/adapters/client-defaults.ts';
import { LOCAL, startService } from './canned-service.ts';

let service: Awaited<ReturnType<typeof startService>>;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.stop());

const describeUser = (maxAttempts: number) =>
  new ConnectClient(service.client({ maxAttempts })).send(new DescribeUserCommand({ InstanceId: 'i', UserId: 'u' }));
const LIMITS = { requestTimeoutMs: 60_000, connectionTimeoutMs: 60_000, maxAttempts: 1 };

describe('clientDefaults', () => {
  it('makes exactly the attempts it says', async () => {
    service.answer({ status: 503 });

    await expect(describeUser(1)).rejects.toMatchObject({ $metadata: { httpStatusCode: 503 } });
    const once = service.requests.length;
    await expect(describeUser(2)).rejects.toMatchObject({ $metadata: { httpStatusCode: 503 } });

    expect(once).toBe(1);
    expect(service.requests).toHaveLength(3);
  });

  it('keeps its connection for the next call', async () => {
    service.answer({ body: { User: {} } });
    const client = new ConnectClient({ ...LOCAL, endpoint: service.endpoint, ...clientDefaults(LIMITS) });
    const before = service.connections();

    await client.send(new DescribeUserCommand({ InstanceId: 'i', UserId: 'u' }));
    await client.send(new DescribeUserCommand({ InstanceId: 'i', UserId: 'u' }));

    expect(service.connections() - before).toBe(1);
  });
});
