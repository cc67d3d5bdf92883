import { describe, expect, it } from 'vitest';
import { AwsError } from '../../service.ts';
import { putLocal } from '../support/local-requests.ts';
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
      connect: { operations: {}, views: { outbox: () => ({ mails: [{ sentAt: new Date(1_500) }] }) } },
      sqs: { operations: {} },
    });

    const logs = await fetch(`${endpoint}/_local/logs/my%20worker`);
    const outbox = await fetch(`${endpoint}/_local/outbox`);

    expect(await logs.json()).toEqual(['log of my worker']);
    expect(await outbox.json()).toEqual({ connect: { mails: [{ sentAt: 1.5 }] } });
  });

  it('hands a change its body, a view its query, and answers what they return', async () => {
    const { endpoint } = await startGateway({
      connect: {
        operations: {},
        views: { users: (query: object | undefined) => ({ asked: query ?? null }) },
        changes: { settings: (body: object) => ({ given: body }) },
      },
    });

    const put = await putLocal(endpoint, 'connect/settings', { rate: 2 });
    const all = await fetch(`${endpoint}/_local/connect/users`);
    const one = await fetch(`${endpoint}/_local/connect/users?id=a%20b`);

    expect(await put.json()).toEqual({ given: { rate: 2 } });
    expect(await all.json()).toEqual({ asked: null });
    expect(await one.json()).toEqual({ asked: { id: 'a b' } });
  });

  it.each([
    ['PUT', '/_local/faults', '[{', 400, /^The body is not JSON/],
    ['PUT', '/_local/faults', undefined, 400, /^The body is not JSON/],
    [
      'GET',
      '/_local/nothing',
      undefined,
      404,
      /^Nothing is served at \/_local\/nothing\. There are: GET \/_local\/stats/,
    ],
    ['GET', '/_local/a/b/c', undefined, 404, /^Nothing is served at \/_local\/a\/b\/c\./],
    ['POST', '/_local/stats', '{}', 405, /^POST is not served at \/_local\/stats\. Allowed: GET\.$/],
    ['PUT', '/_local/stats', '{}', 405, /^PUT is not served at \/_local\/stats\. Allowed: GET\.$/],
    ['POST', '/_local/faults', '[]', 405, /Allowed: GET, PUT, DELETE\.$/],
    ['PATCH', '/_local/faults', '[]', 405, /Allowed: GET, PUT, DELETE\.$/],
    ['HEAD', '/_local/stats', undefined, 405, /^$/],
    ['OPTIONS', '/_local/faults', undefined, 405, /Allowed: GET, PUT, DELETE\.$/],
    ['DELETE', '/_local/faults', '[]', 400, /^DELETE takes no body\. PUT does\.$/],
    ['GET', '/_local/connect/fail', undefined, 405, /Allowed: PUT\.$/],
    ['GET', '/_local/connect/nothing', undefined, 404, /^The service connect has no setting nothing\. It has: fail\.$/],
    ['GET', '/_local/connect/toString', undefined, 404, /no setting toString/],
    [
      'GET',
      '/_local/unknown/settings',
      undefined,
      404,
      /^The service unknown has no setting settings\. It has: none\.$/,
    ],
    ['GET', '/_local/%E0%A4%A', undefined, 400, /percent-encoded/],
    ['PUT', '/_local/connect/fail', '{}', 400, /^rate must be a number$/],
  ])('answers %s %s with what is wrong', async (method, path, body, status, message) => {
    const { endpoint } = await startGateway({
      connect: {
        operations: {},
        changes: {
          fail: () => {
            throw new AwsError('InvalidParameterException', 'rate must be a number');
          },
        },
      },
    });

    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(endpoint + path, { method, headers, ...(body === undefined ? {} : { body }) });
    const text = await answer.text();

    expect(answer.status).toBe(status);
    expect(text === '' ? '' : JSON.parse(text).message).toMatch(message);
  });

  it.each([
    ['text/plain', 415],
    ['application/x-www-form-urlencoded', 415],
    ['multipart/form-data; boundary=x', 415],
    ['text/plain; charset=application/json', 415],
    ['application/json; charset=utf-8', 200],
    ['Application/JSON', 200],
  ])('answers a change of the content type %s with %i', async (type, status) => {
    const { endpoint } = await startGateway({});

    const answer = await fetch(`${endpoint}/_local/faults`, {
      method: 'PUT',
      headers: { 'content-type': type },
      body: '[]',
    });

    expect(answer.status).toBe(status);
  });

  it('reads no body of a request that it refuses', async () => {
    const { endpoint } = await startGateway({});

    const answer = await fetch(`${endpoint}/_local/faults`, { method: 'POST', body: 'x'.repeat(7 * 1024 * 1024) });

    expect(answer.status).toBe(405);
    expect(answer.headers.get('allow')).toBe('GET, PUT, DELETE');
  });
});
