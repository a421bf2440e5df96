import type { ViteUserConfig } from 'vitest/config';
import base from './vitest.config.js';

/** The slow tests: `npm run test:release`. */
const config: ViteUserConfig = {
  ...base,
  test: {
    include: ['packages/*/test/**/*.release.test.ts', 'test/**/*.release.test.ts'],
    testTimeout: 600_000,
    fileParallelism: false,
  },
};

export default config;
