import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Linter } from 'eslint';
import { describe, expect, it } from 'vitest';
import { packageNames, root } from '../scripts/packages.js';
import { floorImports, floors } from '../tools/eslint/floors.js';

function lint(code: string, file: string): readonly string[] {
  return new Linter()
    .verify(
      code,
      {
        files: ['**/*.ts'],
        plugins: { tensorec: { rules: { floors: floorImports } } },
        rules: { 'tensorec/floors': 'error' },
      },
      { filename: join(root, file) },
    )
    .map((message) => message.message);
}

describe('floors', () => {
  it('lets a package import from below only', () => {
    expect(lint("import '@tensorec/kernels';", 'packages/core/src/a.ts')).toEqual([]);
    expect(lint("import '@tensorec/evaluation';", 'packages/core/src/a.ts')).toEqual([
      'core is on floor 2; it cannot import evaluation on floor 3.',
    ]);
    expect(
      lint("export * from '@tensorec/datasets/node';", 'packages/preprocessing/src/a.ts'),
    ).toEqual(['preprocessing is on floor 3; it cannot import datasets on floor 3.']);
    expect(lint("await import('@tensorec/cli');", 'packages/kernels/src/a.ts')).toHaveLength(1);
  });

  it('refuses packages without a floor and paths into other packages', () => {
    expect(lint("import '@tensorec/nowhere';", 'packages/core/src/a.ts')).toHaveLength(1);
    expect(lint("import '../../kernels/src/csr.js';", 'packages/core/src/a.ts')).toHaveLength(1);
  });

  it('knows every package, and manifests agree with the floors', () => {
    expect(Object.keys(floors).sort()).toEqual(packageNames());
    for (const name of packageNames()) {
      const text = readFileSync(join(root, 'packages', name, 'package.json'), 'utf8');
      const { dependencies = {} } = JSON.parse(text) as { dependencies?: Record<string, string> };
      for (const dependency of Object.keys(dependencies)) {
        const to = /^@tensorec\/(.+)$/.exec(dependency)?.[1];
        if (to !== undefined)
          expect(floors[to], `${name} depends on ${to}`).toBeLessThan(floors[name]!);
      }
    }
  });
});
