import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';
import type { SpecResult } from './run.js';

/** Specs of tfjs-core 4.22 that use a backend, two of them only the backend `cpu`; the others test tfjs-core itself. */
export const SPECS_OF_BACKEND = 3853;
/** How many of them pass on tfjs' own backend `cpu`. */
export const PASSED_BY_CPU = 3850;

/** The suite imports jasmine-core without depending on it; it stays outside the bundle because it reads its own files. */
const jasmineFromHere: Plugin = {
  name: 'jasmine-from-here',
  setup(building) {
    building.onResolve({ filter: /^jasmine-core/ }, ({ path }) => ({
      path: fileURLToPath(import.meta.resolve(path)),
      external: true,
    }));
  },
};

/** What became of the specs that use a backend, and of all. */
export interface SuiteOutcome {
  readonly ofBackend: readonly SpecResult[];
  readonly failed: readonly SpecResult[];
  /** How many of those that use a backend ended so. */
  readonly count: (status: SpecResult['status']) => number;
}

/** Bundles the suite with the sources of the backend and runs it on one backend, in a process of its own. */
export async function runSuite(backend: 'simd' | 'cpu' | 'wasm'): Promise<SuiteOutcome> {
  const folder = mkdtempSync(join(tmpdir(), 'tensorec-op-suite-'));
  try {
    const results = await runIn(folder, backend);
    const ofBackend = results.filter(({ name, status }) =>
      backend !== 'cpu' && name.includes(' cpu {}')
        ? status !== 'excluded'
        : name.includes(` ${backend} {}`),
    );
    return {
      ofBackend,
      failed: results.filter(({ status }) => status === 'failed'),
      count: (wanted) => ofBackend.filter(({ status }) => status === wanted).length,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function runIn(folder: string, backend: string): Promise<readonly SpecResult[]> {
  const program = join(folder, 'suite.cjs');
  const output = join(folder, 'results.json');
  await build({
    entryPoints: [fileURLToPath(new URL('run.ts', import.meta.url))],
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    mainFields: ['module', 'main'],
    conditions: ['@tensorec/source'],
    // Its manifest does not count the files of the suite among those with side effects.
    ignoreAnnotations: true,
    plugins: [jasmineFromHere],
    logLevel: 'error',
  });
  const wasm = dirname(fileURLToPath(import.meta.resolve('@tensorflow/tfjs-backend-wasm')));
  const args = [program, output, backend, wasm + sep];
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`The suite ended with ${String(status)}: ${stderr}`);
  return JSON.parse(readFileSync(output, 'utf8')) as SpecResult[];
}
