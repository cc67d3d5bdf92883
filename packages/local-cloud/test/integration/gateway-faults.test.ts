import { ConnectClient, DescribeUserCommand } from '@aws-sdk/client-connect';
import { describe, expect, it } from 'vitest';
import { putLocal } from '../support/local-requests.ts';
import { type RunningGateway, startGateway } from './gateway-fixture.ts';

const putFaults = ({ endpoint }: RunningGateway, faults: unknown) => putLocal(endpoint, 'faults', faults);

const describeUser = (gateway: RunningGateway) => gateway.send('connect', '/users/i/u');

const readStats = async (gateway: RunningGateway) =>
  (await (await fetch(`${gateway.endpoint}/_local/stats`)).json()) as {
    readonly calls: Readonly<Record<string, Readonly<Record<string, number>>>>;
  };

async function startConnect(options: Parameters<typeof startGateway>[1] = {}) {
  const applied: object[] = [];
  const gateway = await startGateway(
    {
      connect: {
        operations: {
          DescribeUser(input: object) {
            applied.push(input);
            return { User: { Id: 'u' } };
          },
        },
      },
    },
    options,
  );
  return { gateway, applied };
}

const THROTTLE = {
  service: 'connect',
  operation: 'DescribeUser',
  status: 429,
  code: 'TooManyRequestsException',
};

describe('faults', () => {
  it('hit the given number of calls, and are counted by status', async () => {
    const { gateway, applied } = await startConnect();
    const client = new ConnectClient(gateway.client);
    await putFaults(gateway, [{ ...THROTTLE, times: 2 }]);

    const first = client.send(new DescribeUserCommand({ InstanceId: 'i', UserId: 'u' }));
    await expect(first).rejects.toMatchObject({ name: 'TooManyRequestsException', message: 'Rate exceeded' });
    const statuses = [(await describeUser(gateway)).status, (await describeUser(gateway)).status];

    expect(statuses).toEqual([429, 200]);
    expect(applied).toHaveLength(1);
    expect((await readStats(gateway)).calls).toEqual({ 'connect.DescribeUser': { 200: 1, 429: 2 } });
    const listed = await (await fetch(`${gateway.endpoint}/_local/faults`)).json();
    expect(listed).toEqual([{ ...THROTTLE, times: 2, hits: 2 }]);
  });

  it('hit the given fraction of calls', async () => {
    const drawn = [0.1, 0.9, 0.29, 0.3];
    const { gateway } = await startConnect({ random: () => drawn.shift() ?? 1 });
    await putFaults(gateway, [{ ...THROTTLE, rate: 0.3 }]);

    const statuses: number[] = [];
    for (let call = 0; call < 4; call += 1) statuses.push((await describeUser(gateway)).status);

    expect(statuses).toEqual([429, 200, 429, 200]);
  });

  it('may come without a code, or as a body that is no AWS error', async () => {
    const { gateway } = await startConnect();
    await putFaults(gateway, [
      { service: 'connect', operation: '*', status: 503, times: 1 },
      { ...THROTTLE, times: 1, body: '<html>slow down</html>', contentType: 'text/html; charset=utf-8' },
    ]);

    const nameless = await describeUser(gateway);
    const page = await describeUser(gateway);

    expect(nameless.status).toBe(503);
    expect(nameless.headers.has('x-amzn-errortype')).toBe(false);
    expect(await nameless.text()).toBe('{"Message":"Injected by /_local/faults."}');
    expect(page.status).toBe(429);
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(await page.text()).toBe('<html>slow down</html>');
  });

  it('may cut the connection, before or after the operation was carried out', async () => {
    const { gateway, applied } = await startConnect();
    await putFaults(gateway, [
      { service: 'connect', operation: 'DescribeUser', reset: true, times: 1 },
      { service: 'connect', operation: 'DescribeUser', reset: true, afterApply: true, times: 1 },
    ]);

    await expect(describeUser(gateway)).rejects.toMatchObject({ cause: { code: 'ECONNRESET' } });
    const before = applied.length;
    await expect(describeUser(gateway)).rejects.toMatchObject({ cause: { code: 'ECONNRESET' } });

    expect([before, applied.length]).toEqual([0, 1]);
    expect((await readStats(gateway)).calls).toEqual({ 'connect.DescribeUser': { reset: 2 } });
  });

  it('may only delay, on the clock of the cloud', async () => {
    const { gateway, applied } = await startConnect();
    await putFaults(gateway, [{ service: 'connect', operation: 'DescribeUser', delayMs: 60_000 }]);

    const answer = describeUser(gateway);
    const listed = () => fetch(`${gateway.endpoint}/_local/faults`).then((response) => response.json());
    await expect.poll(listed).toMatchObject([{ hits: 1 }]);
    await gateway.clock.advance(59_999);
    const early = applied.length;
    await gateway.clock.advance(1);

    expect((await answer).status).toBe(200);
    expect([early, applied.length]).toEqual([0, 1]);
  });

  it('hit calls in process too, but leave those of CloudFormation alone', async () => {
    const { gateway } = await startConnect();
    await putFaults(gateway, [THROTTLE]);
    const input = { InstanceId: 'i', UserId: 'u' };
    const service = { kind: 'service', principal: 'events.amazonaws.com', sourceArn: 'arn:rule' } as const;

    const deployed = await gateway.undisturbed.call('connect', 'DescribeUser', input, { kind: 'account' });
    const disturbed = gateway.cloud.call('connect', 'DescribeUser', input, service);

    expect(deployed).toEqual({ User: { Id: 'u' } });
    await expect(disturbed).rejects.toMatchObject({ code: 'TooManyRequestsException', status: 429 });
  });

  it('end when they are deleted', async () => {
    const { gateway } = await startConnect();
    await putFaults(gateway, [THROTTLE]);

    await fetch(`${gateway.endpoint}/_local/faults`, { method: 'DELETE' });

    expect((await describeUser(gateway)).status).toBe(200);
  });

  it.each([
    ['no list', { service: 'connect' }, 'body: Invalid input: expected array, received object'],
    ['a misspelt member', [{ ...THROTTLE, tiems: 1 }], '0: Unrecognized key: "tiems"'],
    ['a status that is no error', [{ ...THROTTLE, status: 200 }], '0.status: Too small: expected number to be >=400'],
    ['a rate above one', [THROTTLE, { ...THROTTLE, rate: 2 }], '1.rate: Too big: expected number to be <=1'],
    ['a fault that does nothing', [{ service: 'connect', operation: '*' }], '0: needs one of status, reset or delayMs'],
    [
      'a replaced answer without an answer',
      [{ service: 'connect', operation: '*', delayMs: 1, afterApply: true }],
      '0: afterApply needs a status or reset to answer with',
    ],
  ])('are refused as a whole for %s, naming the place', async (_what, faults, problem) => {
    const { gateway } = await startConnect();

    const answer = await putFaults(gateway, faults);

    expect(answer.status).toBe(400);
    expect(await answer.json()).toEqual({ message: problem, problems: [problem] });
    expect((await describeUser(gateway)).status).toBe(200);
  });
});
