import { dirname } from 'node:path';

/** What is bundled, by name: a file under `lambda/`. A function may have more than one entry point. */
export const ENTRY_POINTS = {
  'pool-trigger': 'pool-trigger/index.ts',
  'pool-trigger-chained': 'pool-trigger/chained.ts',
  'change-intake': 'change-intake/index.ts',
  'sync-worker': 'sync-worker/index.ts',
  sweep: 'sweep/index.ts',
} as const;

/** A bundle: the code of a function as it is deployed. */
export type BundleName = keyof typeof ENTRY_POINTS;

/** All of them. */
export const BUNDLES = Object.keys(ENTRY_POINTS) as readonly BundleName[];

/** The folder under `lambda/` that holds the function of a bundle; it is also what the function is called in its log. */
export const folderOf = (bundle: BundleName): string => dirname(ENTRY_POINTS[bundle]);
