import eslint from '@eslint/js';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';
import { floorImports } from './tools/eslint/floors.js';

const nodeOnly = [
  'packages/*/src/node/**',
  'packages/cli/**',
  'packages/*/test/**',
  'examples/**',
  'benchmarks/**',
  'scripts/**',
  'test/**',
  'tools/**',
  '*.ts',
];

export default defineConfig(
  {
    ignores: [
      '**/dist/**',
      '**/node_modules/**',
      '**/*.mjs',
      '**/*.js',
      '.turbo/**',
      'packages/kernels/assembly/**',
      '**/*.generated.ts',
      'tensorec-output/**',
    ],
  },
  eslint.configs.recommended,
  tseslint.configs.strictTypeChecked,
  {
    files: ['**/*.ts'],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      // An index into a typed array is `number | undefined` under noUncheckedIndexedAccess; hot loops stay in range by construction.
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      'no-restricted-properties': [
        'error',
        {
          object: 'Math',
          property: 'random',
          message: 'Use the seeded generator of @tensorec/kernels.',
        },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
      'no-console': 'error',
    },
  },
  {
    files: ['packages/*/src/**'],
    plugins: { tensorec: { rules: { floors: floorImports } } },
    rules: { 'tensorec/floors': 'error' },
  },
  {
    files: ['packages/*/src/**'],
    ignores: nodeOnly,
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              group: ['node:*', '@tensorec/*/node'],
              message: 'This file is platform-neutral; put Node code behind the /node export.',
            },
          ],
        },
      ],
      'no-restricted-globals': [
        'error',
        'process',
        'Buffer',
        '__dirname',
        'require',
        'setImmediate',
      ],
    },
  },
  {
    files: ['**/test/**', 'scripts/**', 'benchmarks/**', 'examples/**', 'packages/cli/src/**'],
    rules: { 'no-console': 'off' },
  },
);
