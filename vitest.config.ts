import { defineConfig } from 'vitest/config';
import { fast, RUN, slow } from './packages/local-cloud/test/projects.ts';

/** The project's own tests of a kind, together with those of the local cloud. */
const kind = (name: string) => ({ name, folders: [`test/${name}`, `packages/local-cloud/test/${name}`] });

export default defineConfig({
  test: {
    ...RUN,
    projects: [
      ...['unit', 'property', 'simulation', 'journeys'].map((name) => fast(kind(name))),
      ...['infra', 'integration', 'attacks', 'e2e', 'browser'].map((name) => slow(kind(name))),
      slow({ ...kind('consumers'), globalSetup: 'test/consumers/pack.ts' }),
    ],
  },
});
