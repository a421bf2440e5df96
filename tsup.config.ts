import { readFileSync } from 'node:fs';
import type { Options } from 'tsup';

interface PackageManifest {
  exports: Record<string, string | { '@tensorec/source'?: string }>;
  bin?: Record<string, string>;
}

const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as PackageManifest;
const entry = Object.values(manifest.exports).flatMap((target) =>
  typeof target === 'string' || target['@tensorec/source'] === undefined
    ? []
    : [target['@tensorec/source']],
);
if (manifest.bin) entry.push('src/bin.ts');

/** `--no-dts` bundles what runs and leaves the declarations to a whole build. */
const declarations = !process.argv.includes('--no-dts');

const options: Options = {
  entry,
  format: 'esm',
  target: 'es2022',
  platform: 'neutral',
  outDir: 'dist',
  clean: declarations,
  splitting: true,
  sourcemap: true,
  tsconfig: '../../tsconfig.json',
  external: [/^node:/],
  dts: declarations && {
    compilerOptions: { ignoreDeprecations: '6.0', noEmit: false },
    // Models are `Disposable`; a program whose `lib` lacks that still has to compile.
    banner: '/// <reference lib="esnext.disposable" />',
  },
};

export default options;
