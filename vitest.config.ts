import { defineConfig } from 'vitest/config';

/**
 * Fast projects share one module graph per worker (no isolation costs, no module state to leak); those that start
 * servers, synthesize or deploy get isolation and a longer time limit.
 */
const fast = (name: string) => ({
  test: {
    name,
    include: [`test/${name}/**/*.test.ts`],
    pool: 'threads' as const,
    isolate: false,
    setupFiles: name === 'unit' ? [] : ['test/support/fixed-seed.ts'],
  },
});
const slow = (name: string, testTimeout: number) => ({
  test: {
    name,
    include: [`test/${name}/**/*.test.ts`],
    pool: 'forks' as const,
    testTimeout,
    hookTimeout: testTimeout,
    // Real processes on a small, shared machine: what fails once for want of a processor is given another chance.
    retry: name === 'infra' ? 0 : 2,
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
      slow('infra', 60_000),
      slow('integration', 30_000),
      slow('e2e', 120_000),
    ],
  },
});
