import { readFileSync } from 'node:fs';
import type { Options } from 'tsup';

interface PackageManifest {
  exports: Record<string, string | { '@tensorec/source'?: string }>;
  imports?: Record<string, Record<string, string>>;
  bin?: Record<string, string>;
}

const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as PackageManifest;
const entry = Object.values(manifest.exports).flatMap((target) =>
  typeof target === 'string' || target['@tensorec/source'] === undefined
    ? []
    : [target['@tensorec/source']],
);
if (manifest.bin) entry.push('src/bin.ts');
// What a package imports from itself is picked by the runtime's conditions, so each choice is a file of its own.
const ownImports = Object.entries(manifest.imports ?? {});
for (const [, targets] of ownImports) {
  const built = Object.values(targets).filter((target) =>
    /^\.\/dist\/.*(?<!\.d)\.js$/.test(target),
  );
  entry.push(
    ...new Set(built.map((target) => target.replace('./dist', 'src').replace(/\.js$/, '.ts'))),
  );
}

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
  external: [/^node:/, /\.wasm(\?module)?$/, ...ownImports.map(([name]) => name)],
  dts: declarations && {
    compilerOptions: { ignoreDeprecations: '6.0', noEmit: false },
    // Models are `Disposable`; a program whose `lib` lacks that still has to compile.
    banner: '/// <reference lib="esnext.disposable" />',
  },
};

export default options;
