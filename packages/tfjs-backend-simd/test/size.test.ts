import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { expect, it } from 'vitest';

/** Bytes, minified and compressed, of a program for browsers without the packages that are left outside. */
async function sizeOf(contents: string, external: readonly string[]): Promise<number> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: import.meta.dirname },
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    conditions: ['@tensorec/source'],
    external: [...external],
    logLevel: 'error',
  });
  return gzipSync(outputFiles[0]!.contents).length;
}

it('is less than 250 kB with the kernels, minified and compressed', async () => {
  const core = '@tensorflow/tfjs-core';
  const cpu = '@tensorflow/tfjs-backend-cpu';
  const own = await sizeOf("export * from '../src/index.js';", [core, cpu]);
  const borrowed = await sizeOf(`import '${cpu}';`, [core]);
  const kilobytes = (bytes: number): string => `${(bytes / 1000).toFixed(1)} kB`;
  console.log(`backend and kernels ${kilobytes(own)}, ${cpu} ${kilobytes(borrowed)}`);
  expect(own).toBeGreaterThan(20_000); // The kernels are in it.
  expect(own).toBeLessThan(250_000);
});
