import { defineConfig } from 'vitest/config';
import { fast, RUN, slow } from './test/projects.ts';

export default defineConfig({
  test: {
    ...RUN,
    projects: [
      fast({ name: 'unit', folders: ['test/unit'] }),
      fast({ name: 'property', folders: ['test/property'] }),
      slow({ name: 'integration', folders: ['test/integration'] }),
    ],
  },
});
