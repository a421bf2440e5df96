import type { ViteUserConfig } from 'vitest/config';

const conditions = ['@tensorec/source'];

const config: ViteUserConfig = {
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ['packages/*/test/**/*.test.ts', 'examples/*/test/**/*.test.ts', 'test/**/*.test.ts'],
    exclude: ['**/*.release.test.ts', '**/node_modules/**'],
    testTimeout: 60_000,
  },
};

export default config;
