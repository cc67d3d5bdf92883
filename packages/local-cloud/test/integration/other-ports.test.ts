import { request, Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createEngine } from '../../services/dynamodb/engine.ts';
import { serveRuntimeApi } from '../../services/lambda/runtime-api.ts';

/** Sends a request as a page of another origin does; resolves to the status, or to undefined where it is cut off. */
const askAsPage = (port: number, method: string, path: string, headers: Readonly<Record<string, string>> = {}) =>
  new Promise<number | undefined>((resolve) => {
    const all = { origin: 'https://page.example', 'sec-fetch-site': 'cross-site', ...headers };
    const call = request({ port, host: '127.0.0.1', method, path, headers: all, agent: false }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    });
    call.on('error', () => resolve(undefined));
    call.end();
  });

describe('the Runtime API of a function', () => {
  it('gives no invocation to a page, and takes no answer from one', async () => {
    const onNext = vi.fn(async (answer: ServerResponse) => void answer.end());
    const onResponse = vi.fn();
    const onInitError = vi.fn();
    const api = await serveRuntimeApi({ onNext, onResponse, onInitError, onError: () => {}, onSleep: async () => 0 });
    onTestFinished(() => api.close());
    const port = Number(api.address.split(':')[1]);

    const answers = [
      await askAsPage(port, 'GET', '/2018-06-01/runtime/invocation/next'),
      await askAsPage(port, 'POST', '/2018-06-01/runtime/invocation/id/response'),
      await askAsPage(port, 'POST', '/2018-06-01/runtime/init/error'),
    ];

    expect(answers).toEqual([undefined, undefined, undefined]);
    for (const handler of [onNext, onResponse, onInitError]) expect(handler).not.toHaveBeenCalled();
  });
});

describe('the engine of the table', () => {
  it('answers the local cloud only: no page, and no request with a signature that was made up', async () => {
    const listen = vi.spyOn(Server.prototype, 'listen');
    onTestFinished(() => listen.mockRestore());
    const engine = createEngine();
    onTestFinished(() => engine.close());
    const tables = await engine.run('ListTables', Buffer.from('{}'));
    const server = listen.mock.contexts.find((context) => context instanceof Server);
    const port = (server?.address() as AddressInfo | null)?.port ?? 0;

    expect(port).toBeGreaterThan(0);
    const preflight = await askAsPage(port, 'OPTIONS', '/', { 'access-control-request-method': 'POST' });
    const call = await askAsPage(port, 'POST', '/', {
      'x-amz-target': 'DynamoDB_20120810.ListTables',
      'x-amz-date': '20260101T000000Z',
      authorization: 'AWS4-HMAC-SHA256 Credential=a/20260101/b/dynamodb/aws4_request, SignedHeaders=host, Signature=0',
    });

    expect(tables.toString()).toBe('{"TableNames":[]}');
    expect([preflight, call]).toEqual([undefined, undefined]);
  });
});
