// Runs the op suite that tfjs-core ships on the backend simd, and writes what became of each spec to a file. Bundled by
// op-suite.test.ts into one file with one copy of tfjs-core: the suite has imports without file extensions, which Node
// does not resolve, and tests another build of tfjs-core than the one that Node would load.
import { writeFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/register_all_gradients.js';
import '@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops.js';
import { setTestEnvs } from '@tensorflow/tfjs-core/dist/jasmine_util.js';
import jasmineCore from 'jasmine-core';
import { ready } from '../../src/index.js';
import { exclusions } from './exclusions.js';

/** What became of a spec. */
export interface SpecResult {
  readonly name: string;
  readonly status: 'passed' | 'failed' | 'pending' | 'excluded';
  /** What failed first; empty when nothing did. */
  readonly message: string;
}

const [, , output] = process.argv;
if (output === undefined) throw new Error('Give the file for the results.');

/** All specs but excluded ones; on tfjs' backend `cpu` those alone that the suite has for no other. */
function isWanted(name: string): boolean {
  if (name.includes(' cpu {}')) return name.startsWith('Switching cpu backends');
  return !exclusions.some(([piece]) => name.includes(piece));
}

async function run(file: string): Promise<void> {
  const globals = jasmineCore.noGlobals();
  Object.assign(globalThis, globals);
  globals.jasmine.DEFAULT_TIMEOUT_INTERVAL = 20_000;
  tf.env().set('IS_TEST', true);
  await ready({ threads: 2 });
  await tf.setBackend('simd');
  setTestEnvs([
    { name: 'simd', backendName: 'simd', isDataSync: true },
    { name: 'cpu', backendName: 'cpu', isDataSync: true },
  ]);
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

run(output).then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
