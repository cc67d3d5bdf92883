import { resolve } from 'node:path';
import type { TestProjectConfiguration } from 'vitest/config';

/**
 * Time limits end a hang, nothing else: each is many times what a test takes on a busy machine. No test is retried: a red
 * test is a fault.
 */
const FAST_LIMIT_MS = 120_000;
const SLOW_LIMIT_MS = 600_000;

/** Options of a whole run. */
export const RUN = {
  /** Files at a time: twice the cores of a small machine, because files that start servers or deploy mostly wait. */
  maxWorkers: 4,
  teardownTimeout: SLOW_LIMIT_MS,
};

/** A vitest project of the tests in `folders`, named after their kind. See {@link fast} and {@link slow}. */
interface Tests {
  readonly name: string;
  /** Relative to the folder of the configuration that names them. */
  readonly folders: readonly string[];
  readonly globalSetup?: string;
}

const filesIn = (folders: readonly string[]) => folders.map((folder) => `${folder}/**/*.test.ts`);

/** Tests in one module graph per worker: no isolation costs, so a module must keep no state. */
export const fast = ({ name, folders }: Tests): TestProjectConfiguration => ({
  test: {
    name,
    include: filesIn(folders),
    pool: 'threads',
    isolate: false,
    testTimeout: FAST_LIMIT_MS,
    hookTimeout: FAST_LIMIT_MS,
    setupFiles: name === 'unit' ? [] : [resolve(import.meta.dirname, 'support/fixed-seed.ts')],
  },
});

/** Tests with a process per file: they start servers, synthesize or deploy. */
export const slow = ({ name, folders, ...options }: Tests): TestProjectConfiguration => ({
  test: {
    name,
    ...options,
    include: filesIn(folders),
    exclude: ['**/node_modules/**'],
    pool: 'forks',
    testTimeout: SLOW_LIMIT_MS,
    hookTimeout: SLOW_LIMIT_MS,
    // What `expect.poll` waits for at most.
    expect: { poll: { timeout: FAST_LIMIT_MS, interval: 10 } },
  },
});
