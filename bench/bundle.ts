/**
 * How large are the bundles, and what does a cold start of them cost: load and first call of our bundle, of the same
 * source in a default bundle, and of an empty function, in fresh processes by turns, against a stub on the loopback.
 * Ratios within one run count; milliseconds are those of the machine.
 */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { type BundleFiles, bundleFunctions } from '../lib/bundling/bundle.ts';
import { BUNDLES, type BundleName } from '../lib/bundling/bundle-names.ts';

/** The ways of bundling that are compared; the third is ours with stack traces that name our source files. */
const VARIANTS = ['ours', 'default', 'ours-with-source-maps', 'empty'] as const;
type Variant = (typeof VARIANTS)[number];

/** Milliseconds, medians over fresh processes. */
export interface ColdStart {
  /** Loading the bundle and building the clients. */
  readonly loadMs: number;
  readonly firstCallMs: number;
  /** Load and first call together, the median of the sums. */
  readonly totalMs: number;
  /** A later call in the same process. */
  readonly warmMs: number;
}

/** What {@link benchBundles} finds. */
export interface BundleReport {
  readonly samples: number;
  readonly bytes: Readonly<Record<BundleName, Readonly<Record<'ours' | 'oursGzip' | 'default', number>>>>;
  readonly coldStart: Readonly<Record<'sync-worker' | 'pool-trigger', Readonly<Record<Variant, ColdStart>>>>;
  /** Load and first call of our bundle over those of a default one; the goal is 0.5 at most. */
  readonly ratio: Readonly<Record<'sync-worker' | 'pool-trigger', number>>;
}

const SUB = '0b7c7bd9-65d0-4c5f-9ae0-0ffc3b6bc9a1';
const POOL_ID = 'eu-west-1_EXAMPLE1';
const WARM_CALLS = 20;

/** What esbuild does by default, when it knows the platform only. */
const DEFAULTS = { mainFields: ['main', 'module'], supported: {}, alias: {}, plugins: [], external: [] };

const EMPTY: BundleFiles = { 'index.js': Buffer.from('exports.handler = async (event) => event;') };

/** Events that make each function do its usual work once. */
const EVENTS = {
  'pool-trigger': {
    version: '1',
    triggerSource: 'CustomMessage_UpdateUserAttribute',
    userPoolId: POOL_ID,
    userName: 'ada',
    request: { userAttributes: { sub: SUB } },
    response: {},
  },
  'sync-worker': {
    Records: [
      {
        messageId: 'm-1',
        receiptHandle: 'r-1',
        body: JSON.stringify({
          v: 1,
          userPoolId: POOL_ID,
          sub: SUB,
          cause: 'cloudtrail',
          eventId: 'e-1',
          occurredAt: 1,
        }),
        attributes: { ApproximateReceiveCount: '1', ApproximateFirstReceiveTimestamp: '1', MessageGroupId: SUB },
      },
    ],
  },
} as const;

/** Loads a bundle and calls it, in a process of its own; what it measured is the last line of its output. */
const PROBE = `
const [folder, event, warmCalls] = process.argv.slice(1);
const started = performance.now();
const { handler } = require(folder + '/index.js');
const loaded = performance.now();
const call = () => handler(JSON.parse(event), { getRemainingTimeInMillis: () => 30_000, awsRequestId: 'c6af9ac6-7b61-11e6-9a41-93e8deadbeef', invokedFunctionArn: 'arn:aws:lambda:eu-west-1:111122223333:function:f' });
(async () => {
  const result = await call();
  const answered = performance.now();
  for (let done = 0; done < Number(warmCalls); done += 1) await call();
  const warmMs = (performance.now() - answered) / Number(warmCalls);
  const measured = { loadMs: loaded - started, firstCallMs: answered - loaded, totalMs: answered - started, warmMs, result };
  process.stdout.write('\\n' + JSON.stringify(measured), () => process.exit(0));
})();
`;

/** Answers the calls of both functions: the user exists, and no Connect user matches. */
function answer({ headers, url = '' }: IncomingMessage): object {
  const operation = String(headers['x-amz-target'] ?? url)
    .split('.')
    .at(-1);
  if (operation === 'SendMessage') return { MessageId: 'm-2', SequenceNumber: '1' };
  if (operation === 'AdminGetUser')
    return { Username: 'ada', UserAttributes: [{ Name: 'sub', Value: SUB }], UserLastModifiedDate: 1_700_000_000 };
  return url === '/search-users' ? { Users: [] } : {};
}

/**
 * Measures sizes and cold starts.
 *
 * @param samples - fresh processes for each function and variant; at least 15 for figures that repeat.
 * @throws {Error} when a function fails in any of its bundles: then there is nothing to compare.
 */
export async function benchBundles(samples = 15): Promise<BundleReport> {
  const [ours, byDefault] = [await bundleFunctions(), await bundleFunctions(DEFAULTS)];
  const folder = mkdtempSync(join(tmpdir(), 'bench-bundle-'));
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer(request)));
    });
  });
  try {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const sources = { ours, default: byDefault, 'ours-with-source-maps': ours };
    const measure = async (name: keyof typeof EVENTS) => {
      const folders = Object.fromEntries(
        VARIANTS.map((variant) => {
          const files = variant === 'empty' ? EMPTY : (sources[variant].get(name) ?? {});
          return [variant, write(join(folder, name, variant), files)];
        }),
      ) as Record<Variant, string>;
      const found = Object.fromEntries(VARIANTS.map((variant) => [variant, [] as ColdStart[]])) as Record<
        Variant,
        ColdStart[]
      >;
      for (let sample = 0; sample < samples; sample += 1)
        for (const variant of VARIANTS) found[variant].push(await probe(name, variant, folders[variant], endpoint));
      return Object.fromEntries(VARIANTS.map((variant) => [variant, medians(found[variant])])) as Record<
        Variant,
        ColdStart
      >;
    };
    const coldStart = { 'sync-worker': await measure('sync-worker'), 'pool-trigger': await measure('pool-trigger') };
    const size = (bundles: typeof ours, name: BundleName) => bundles.get(name)?.['index.js'] ?? new Uint8Array();
    const bytes = Object.fromEntries(
      BUNDLES.map((name) => [
        name,
        {
          ours: size(ours, name).length,
          oursGzip: gzipSync(size(ours, name)).length,
          default: size(byDefault, name).length,
        },
      ]),
    ) as BundleReport['bytes'];
    const ratio = (name: keyof typeof EVENTS) => coldStart[name].ours.totalMs / coldStart[name].default.totalMs;
    return {
      samples,
      bytes,
      coldStart,
      ratio: { 'sync-worker': ratio('sync-worker'), 'pool-trigger': ratio('pool-trigger') },
    };
  } finally {
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true });
  }
}

function write(folder: string, files: BundleFiles): string {
  mkdirSync(folder, { recursive: true });
  for (const [name, contents] of Object.entries(files)) writeFileSync(join(folder, name), contents);
  return folder;
}

async function probe(
  name: keyof typeof EVENTS,
  variant: Variant,
  folder: string,
  endpoint: string,
): Promise<ColdStart> {
  const args = [...(variant === 'ours-with-source-maps' ? ['--enable-source-maps'] : []), '-e', PROBE, folder];
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [...args, JSON.stringify(EVENTS[name]), String(WARM_CALLS)],
    {
      env: {
        AWS_REGION: 'eu-west-1',
        AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
        AWS_SECRET_ACCESS_KEY: 'example',
        AWS_ENDPOINT_URL: endpoint,
        QUEUE_URL: `${endpoint}/111122223333/changes.fifo`,
        DEAD_LETTER_QUEUE_URL: `${endpoint}/111122223333/dead.fifo`,
        TABLE_NAME: 'table',
        USER_POOL_ID: POOL_ID,
        CONNECT_INSTANCE_ID: 'instance',
        CONNECT_REGION: 'eu-west-1',
        // The rate limit is not what is measured.
        CONNECT_REQUESTS_PER_SECOND: '100',
        POLICY: '{"identityManagementType":"CONNECT_MANAGED"}',
        POST_AUTHENTICATION: 'false',
      },
    },
  );
  const { result, ...measured } = JSON.parse(stdout.slice(stdout.lastIndexOf('\n') + 1));
  const failed = variant !== 'empty' && name === 'sync-worker' && result.batchItemFailures.length > 0;
  if (failed || /not noted/.test(stdout)) throw new Error(`${name}, ${variant}: the function failed: ${stdout}`);
  return measured;
}

function medians(samples: readonly ColdStart[]): ColdStart {
  const median = (member: keyof ColdStart) => {
    const sorted = samples.map((sample) => sample[member]).toSorted((a, b) => a - b);
    return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  };
  return {
    loadMs: median('loadMs'),
    firstCallMs: median('firstCallMs'),
    totalMs: median('totalMs'),
    warmMs: median('warmMs'),
  };
}

if (import.meta.main) {
  const { samples, bytes, coldStart, ratio } = await benchBundles();
  console.table(bytes);
  for (const [name, variants] of Object.entries(coldStart)) {
    console.log(`${name}: load and first call, medians of ${samples} fresh processes each, milliseconds`);
    console.table(
      Object.fromEntries(
        Object.entries(variants).map(([variant, times]) => [
          variant,
          Object.fromEntries(
            Object.entries(times).map(([member, value]) => [member, Number(Number(value).toFixed(1))]),
          ),
        ]),
      ),
    );
  }
  console.log(
    'ours over default:',
    Object.fromEntries(Object.entries(ratio).map(([name, value]) => [name, value.toFixed(2)])),
  );
}
