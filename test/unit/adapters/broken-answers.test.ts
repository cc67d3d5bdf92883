import { ConnectClient, DescribeUserCommand } from '@aws-sdk/client-connect';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callAws } from '../../../lambda/adapters/aws-errors.ts';
import { type Answer, startService } from './canned-service.ts';

let service: Awaited<ReturnType<typeof startService>>;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.stop());

const failureOf = (limits = {}): Promise<unknown> =>
  callAws('connect:DescribeUser', () =>
    new ConnectClient(service.client(limits)).send(new DescribeUserCommand({ InstanceId: 'i', UserId: 'u' })),
  ).then(
    (answer) => ({ answer }),
    (error: unknown) => error,
  );

describe('an answer that says nothing about its request is transient: it', () => {
  it('stops half-way', async () => {
    service.answer({ instead: 'hang half-way' });

    expect(await failureOf({ requestTimeoutMs: 40 })).toMatchObject({ name: 'TransientError', code: 'TimeoutError' });
  });

  it('breaks off half-way', async () => {
    service.answer({ instead: 'reset half-way' });

    expect(await failureOf()).toMatchObject({ name: 'TransientError', code: 'ECONNRESET' });
  });

  it.each<readonly [string, Answer, string, number | undefined]>([
    ['is a page of HTML', { body: '<html>mary.jones@example.com</html>' }, 'SyntaxError', 200],
    ['is half an object', { body: '{"User":{"Id' }, 'SyntaxError', 200],
    ['leads elsewhere', { status: 307, headers: { location: 'http://127.0.0.1:1/' } }, 'Unknown', 307],
    ['has 40 KB of headers', { headers: { 'x-long': 'x'.repeat(40_000) } }, 'HPE_HEADER_OVERFLOW', undefined],
  ])('%s', async (_, answer, code, status) => {
    service.answer(answer);

    const said = `connect:DescribeUser failed: ${code}, ${status === undefined ? 'no answer' : `HTTP ${status}`}.`;
    expect(await failureOf()).toMatchObject({ name: 'TransientError', code, status, message: said });
  });
});
