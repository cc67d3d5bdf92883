import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { InvokeCommandOutput } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { bundleFunctions, markSchemasPure } from '../../lib/bundling/bundle.ts';
import { BUNDLES, type BundleName } from '../../lib/bundling/bundle-names.ts';
import type { callAll } from './fixtures/calls.ts';

const bundles = await bundleFunctions();
const textOf = (name: BundleName, file: string) => Buffer.from(bundles.get(name)?.[file] ?? []).toString('utf8');

describe('the bundles', () => {
  it.each([
    ['pool-trigger', 200_000],
    ['pool-trigger-chained', 250_000],
    ['change-intake', 300_000],
    ['sync-worker', 400_000],
    ['sweep', 400_000],
  ] as const)('keep %s within %i bytes', (name, limit) => {
    const bytes = textOf(name, 'index.js').length;

    expect(bytes).toBeGreaterThan(10_000);
    expect(bytes).toBeLessThanOrEqual(limit);
  });

  it.each(BUNDLES)('hold %s and its source map, and nothing else', (name) => {
    expect(Object.keys(bundles.get(name) ?? {}).toSorted()).toEqual(['index.js', 'index.js.map']);
    expect(textOf(name, 'index.js')).toMatch(/\/\/# sourceMappingURL=index\.js\.map\s*$/);
  });

  it('come out the same each time, without a path of the machine that made them', async () => {
    const again = await bundleFunctions();

    expect(again).toEqual(bundles);
    for (const name of BUNDLES)
      for (const file of ['index.js', 'index.js.map']) {
        expect(textOf(name, file).includes(process.cwd())).toBe(false);
        expect(textOf(name, file).includes('file://')).toBe(false);
      }
    const { sources }: { sources: readonly string[] } = JSON.parse(textOf('pool-trigger', 'index.js.map'));
    expect(sources).toContain('../../lambda/pool-trigger/handler.ts');
  });

  it.each(BUNDLES)('let %s read credentials from the environment only', (name) => {
    const foreign = ['AssumeRoleWithWebIdentity', 'credential_process', 'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI'];

    expect(foreign.filter((word) => textOf(name, 'index.js').includes(word))).toEqual([]);
    expect(textOf(name, 'index.js').includes('AWS_SESSION_TOKEN')).toBe(true);
  });

  it.each(BUNDLES)('let %s load no ES modules, which would include undici', (name) => {
    expect(/\bimport\(/.test(textOf(name, 'index.js'))).toBe(false);
  });
});

describe('an SDK client in a bundle', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bundles-test-'));
  let answer: { readonly status: number; readonly headers: Record<string, string>; readonly body: string };
  let server: Server;
  let calls: ReturnType<typeof callAll>;

  beforeAll(async () => {
    const entryPoints = { 'sync-worker/index': 'test/infra/fixtures/calls.ts' };
    const files = (await bundleFunctions({ entryPoints })).get('sync-worker') ?? {};
    writeFileSync(join(folder, 'index.cjs'), files['index.js'] ?? '');
    server = createServer((_, response) => response.writeHead(answer.status, answer.headers).end(answer.body));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { callAll: create } = createRequire(import.meta.url)(join(folder, 'index.cjs'));
    calls = create(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  });
  beforeEach(() => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDEXAMPLE');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'example');
    return () => vi.unstubAllEnvs();
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true });
  });

  const json = { 'content-type': 'application/x-amz-json-1.0' };

  it.each([
    [
      'connect',
      { 'x-amzn-errortype': 'ResourceNotFoundException:http://internal/' },
      '{"Message":"no"}',
      404,
      'ResourceNotFoundException',
    ],
    ['connect', { 'x-amzn-errortype': 'ThrottlingException' }, '{}', 429, 'ThrottlingException'],
    ['connect', { 'x-amzn-errortype': 'NeverHeardOf' }, '{}', 400, 'NeverHeardOf'],
    ['cognito', json, '{"__type":"UserNotFoundException","message":"no"}', 400, 'UserNotFoundException'],
    ['cognito', json, '{"__type":"TooManyRequestsException"}', 400, 'TooManyRequestsException'],
    [
      'dynamodb',
      json,
      '{"__type":"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException"}',
      400,
      'ConditionalCheckFailedException',
    ],
    [
      'dynamodb',
      json,
      '{"__type":"com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException"}',
      400,
      'ProvisionedThroughputExceededException',
    ],
    ['lambda', { 'x-amzn-errortype': 'ResourceNotFoundException' }, '{}', 404, 'ResourceNotFoundException'],
    ['lambda', { 'x-amzn-errortype': 'TooManyRequestsException' }, '{}', 429, 'TooManyRequestsException'],
    ['sqs', json, '{"__type":"com.amazonaws.sqs#QueueDoesNotExist"}', 400, 'QueueDoesNotExist'],
    ['sqs', json, '{"__type":"com.amazon.coral.service#RequestThrottled"}', 403, 'RequestThrottled'],
  ])('%s tells errors apart: %o %s with status %i is a %s', async (service, headers, body, status, name) => {
    answer = { status, headers, body };

    const error = await calls[service]?.().catch((reason: unknown) => reason);

    expect(error).toMatchObject({ name, $metadata: { httpStatusCode: status } });
  });

  it.each(['connect', 'cognito', 'dynamodb', 'lambda', 'sqs'])(
    '%s keeps the status of an answer that is no JSON',
    async (service) => {
      answer = { status: 503, headers: { 'content-type': 'text/html' }, body: '<html>unavailable</html>' };

      const error = await calls[service]?.().catch((reason: unknown) => reason);

      expect(JSON.stringify(error)).toContain('503');
    },
  );

  it('reads the answers that it should', async () => {
    answer = {
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: '{"User":{"Id":"u","IdentityInfo":{"FirstName":"Ada","LastName":"Lovelace"},"LastModifiedTime":1800000000}}',
    };

    const output = await calls.connect?.();

    expect(output).toMatchObject({
      User: {
        IdentityInfo: { FirstName: 'Ada', LastName: 'Lovelace' },
        LastModifiedTime: new Date('2027-01-15T08:00:00Z'),
      },
    });
  });

  it('reads what a function answers, and whether it failed', async () => {
    answer = { status: 200, headers: { 'x-amz-function-error': 'Unhandled' }, body: '{"errorMessage":"no"}' };

    const output = (await calls.lambda?.()) as InvokeCommandOutput;

    expect(output.FunctionError).toBe('Unhandled');
    expect(output.Payload?.transformToString()).toBe('{"errorMessage":"no"}');
  });

  it('says which variables are missing when there are no credentials', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', undefined);

    await expect(calls.connect?.()).rejects.toThrow('AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set');
  });
});

describe('marking schemas as pure', () => {
  it('wraps what a client exports, over one line or several, and leaves the rest', () => {
    const source = `const _n = "N";
export var Base$ = [-3, _s, "Base", 0, [], []];
_s_registry.registerError(Base$, Base);
export var Gone$ = [-3, n0, _G,
    { [_e]: _c },
    [_m],
    [0]
];
n0_registry.registerError(Gone$, Gone);
export const errorTypeRegistries = [
    _s_registry,
];
`;

    expect(markSchemasPure(source)).toBe(`const _n = "N";
export var Base$ = /* @__PURE__ */ (() => [-3, _s, "Base", 0, [], []])();
_s_registry.registerError(Base$, Base);
export var Gone$ = /* @__PURE__ */ (() => [-3, n0, _G,
    { [_e]: _c },
    [_m],
    [0]
])();

export const errorTypeRegistries = [
    _s_registry,
];
`);
  });
});
