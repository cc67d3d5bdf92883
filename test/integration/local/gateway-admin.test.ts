import { describe, expect, it } from 'vitest';
import { AwsError } from '../../../local/service.ts';
import { startGateway } from './gateway-fixture.ts';

describe('the /_local interface', () => {
  it('shows calls, queues, functions, schedules and roles', async () => {
    const { endpoint } = await startGateway({
      sqs: { operations: {}, stats: () => ({ 'changes.fifo': { visible: 2, inFlight: 1, delayed: 0 } }) },
      lambda: { operations: {}, stats: () => ({ worker: { invocations: 3, errors: 1 } }) },
      scheduler: { operations: {}, stats: () => ({ tick: { invocations: 2, errors: 0 } }) },
    });

    const answer = await fetch(`${endpoint}/_local/stats`);

    expect(await answer.json()).toEqual({
      calls: {},
      queues: { 'changes.fifo': { visible: 2, inFlight: 1, delayed: 0 } },
      functions: { worker: { invocations: 3, errors: 1 } },
      schedules: { tick: { invocations: 2, errors: 0 } },
      roles: {},
    });
  });

  it('shows the logs of a function and the outbox of every service', async () => {
    const { endpoint } = await startGateway({
      lambda: { operations: {}, logs: (name) => [`log of ${name}`] },
      connect: { operations: {}, admin: { outbox: () => ({ mails: [{ sentAt: new Date(1_500) }] }) } },
      sqs: { operations: {} },
    });

    const logs = await fetch(`${endpoint}/_local/logs/my%20worker`);
    const outbox = await fetch(`${endpoint}/_local/outbox`);

    expect(await logs.json()).toEqual(['log of my worker']);
    expect(await outbox.json()).toEqual({ connect: { mails: [{ sentAt: 1.5 }] } });
  });

  it('hands a setting its body and answers what it returns', async () => {
    const { endpoint } = await startGateway({
      connect: { operations: {}, admin: { settings: (body: object | undefined) => ({ given: body ?? null }) } },
    });

    const put = await fetch(`${endpoint}/_local/connect/settings`, { method: 'PUT', body: '{"rate":2}' });
    const get = await fetch(`${endpoint}/_local/connect/settings`);

    expect(await put.json()).toEqual({ given: { rate: 2 } });
    expect(await get.json()).toEqual({ given: null });
  });

  it.each([
    ['PUT', '/_local/faults', '[{', 400, /^The body is not JSON/],
    [
      'GET',
      '/_local/nothing',
      undefined,
      404,
      /^Nothing is served at GET \/_local\/nothing\. There are: GET \/_local\/stats/,
    ],
    ['POST', '/_local/stats', '{}', 404, /^Nothing is served at POST/],
    ['GET', '/_local/connect/nothing', undefined, 404, /^The service connect has no setting nothing\. It has: fail\.$/],
    ['GET', '/_local/connect/toString', undefined, 404, /no setting toString/],
    ['GET', '/_local/nobody/settings', undefined, 404, /^The service nobody has no setting settings\. It has: none\.$/],
    ['GET', '/_local/%E0%A4%A', undefined, 400, /percent-encoded/],
    ['PUT', '/_local/connect/fail', '{}', 400, /^rate must be a number$/],
  ])('answers %s %s with what is wrong', async (method, path, body, status, message) => {
    const { endpoint } = await startGateway({
      connect: {
        operations: {},
        admin: {
          fail: () => {
            throw new AwsError('InvalidParameterException', 'rate must be a number');
          },
        },
      },
    });

    const answer = await fetch(endpoint + path, { method, ...(body === undefined ? {} : { body }) });

    expect(answer.status).toBe(status);
    expect(((await answer.json()) as { readonly message: string }).message).toMatch(message);
  });
});
