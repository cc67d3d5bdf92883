import { defineConfig } from 'vitest/config';

/**
 * Time limits end a hang, nothing else: each is many times what a test takes on a busy machine. No test is retried: a red
 * test is a fault.
 */
const FAST_LIMIT_MS = 120_000;
const SLOW_LIMIT_MS = 600_000;

/** One module graph per worker: no isolation costs, no module state to leak. */
const fast = (name: string) => ({
  test: {
    name,
    include: [`test/${name}/**/*.test.ts`],
    pool: 'threads' as const,
    isolate: false,
    testTimeout: FAST_LIMIT_MS,
    hookTimeout: FAST_LIMIT_MS,
    setupFiles: name === 'unit' ? [] : ['test/support/fixed-seed.ts'],
  },
});
/** A process per file, for tests that start servers, synthesize or deploy. */
const slow = (name: string, options: { readonly globalSetup?: string } = {}) => ({
  test: {
    name,
    ...options,
    include: [`test/${name}/**/*.test.ts`],
    exclude: ['**/node_modules/**'],
    pool: 'forks' as const,
    testTimeout: SLOW_LIMIT_MS,
    hookTimeout: SLOW_LIMIT_MS,
    teardownTimeout: SLOW_LIMIT_MS,
    // What `expect.poll` waits for at most.
    expect: { poll: { timeout: FAST_LIMIT_MS, interval: 10 } },
  },
});

export default defineConfig({
  test: {
    // More files at a time than a small machine has cores: those that deploy spend most of their time waiting.
    maxWorkers: 3,
    projects: [
      fast('unit'),
      fast('property'),
      fast('simulation'),
      fast('journeys'),
      slow('infra'),
      slow('integration'),
      slow('attacks'),
      slow('e2e'),
      slow('browser'),
      slow('consumers', { globalSetup: 'test/consumers/pack.ts' }),
    ],
  },
});
