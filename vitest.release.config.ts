import type { ViteUserConfig } from 'vitest/config';
import base from './vitest.config.js';

/** The slow tests, and all properties on many more inputs: `npm run test:release`. */
const config: ViteUserConfig = {
  ...base,
  test: {
    include: [
      'packages/*/test/**/*.release.test.ts',
      'packages/*/test/**/*-properties.test.ts',
      'test/**/*.release.test.ts',
    ],
    setupFiles: ['test/many-inputs.ts'],
    testTimeout: 600_000,
    fileParallelism: false,
  },
};

export default config;
