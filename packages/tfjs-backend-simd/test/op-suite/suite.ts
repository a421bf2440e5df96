import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundle, runProgram } from '../programs.js';
import type { SpecResult } from './run.js';

/** Specs of tfjs-core 4.22 that use a backend, two of them only the backend `cpu`; the others test tfjs-core itself. */
export const SPECS_OF_BACKEND = 3853;
/** How many of them pass on tfjs' own backend `cpu`. */
export const PASSED_BY_CPU = 3850;

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
  await bundle(new URL('run.ts', import.meta.url), program);
  const wasm = dirname(fileURLToPath(import.meta.resolve('@tensorflow/tfjs-backend-wasm')));
  runProgram([program, output, backend, wasm + sep]);
  return JSON.parse(readFileSync(output, 'utf8')) as SpecResult[];
}
