// Runs the op suite that tfjs-core ships on one backend, and writes what became of each spec to a file. Bundled by
// suite.ts into one file with one copy of tfjs-core: the suite has imports without file extensions, which Node
// does not resolve, and tests another build of tfjs-core than the one that Node would load.
import { writeFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/register_all_gradients.js';
import '@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops.js';
import { setTestEnvs } from '@tensorflow/tfjs-core/dist/jasmine_util.js';
import jasmineCore from 'jasmine-core';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { ready } from '../../src/index.js';
import { exclusions } from './exclusions.js';

/** What became of a spec. */
export interface SpecResult {
  readonly name: string;
  readonly status: 'passed' | 'failed' | 'pending' | 'excluded';
  /** What failed first; empty when nothing did. */
  readonly message: string;
}

const [, , output, backend, wasmFolder] = process.argv;
if (output === undefined || backend === undefined || wasmFolder === undefined) {
  throw new Error(
    'Give the file for the results, the backend, and the folder of the files of the backend wasm.',
  );
}

/** All specs but excluded ones; on another backend those alone that the suite has for the backend `cpu`. */
function isWanted(name: string): boolean {
  if (backend !== 'cpu' && name.includes(' cpu {}')) {
    return name.startsWith('Switching cpu backends');
  }
  return backend !== 'simd' || !exclusions.some(([piece]) => name.includes(piece));
}

async function run(file: string, backendName: string, folder: string): Promise<void> {
  const globals = jasmineCore.noGlobals();
  Object.assign(globalThis, globals);
  globals.jasmine.DEFAULT_TIMEOUT_INTERVAL = 20_000;
  tf.env().set('IS_TEST', true);
  await ready({ threads: 2 });
  setWasmPaths(folder);
  await tf.setBackend(backendName);
  const environments = [...new Set([backendName, 'cpu'])];
  setTestEnvs(environments.map((name) => ({ name, backendName: name, isDataSync: true })));
  await import('@tensorflow/tfjs-core/dist/tests.js');

  const results: SpecResult[] = [];
  const environment = globals.jasmine.getEnv();
  environment.configure({
    random: false,
    forbidDuplicateNames: false,
    specFilter: (spec) => isWanted(spec.getFullName()),
  });
  environment.addReporter({
    specDone: ({ fullName, status, failedExpectations }) => {
      results.push({ name: fullName, status, message: failedExpectations[0]?.message ?? '' });
    },
    // A suite that cannot be set up fails without a spec.
    suiteDone: ({ fullName, failedExpectations: [failure] }) => {
      if (failure !== undefined) {
        results.push({ name: fullName, status: 'failed', message: failure.message });
      }
    },
  });
  await environment.execute();
  writeFileSync(file, JSON.stringify(results));
}

run(output, backend, wasmFolder).then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
