import { join } from 'node:path';
import { root } from '../../scripts/packages.js';

/** What `npm run bench` knows by name: the files of this folder that measure something. */
export const benchmarks: readonly string[] = [
  'engine',
  'als',
  'lightgcn',
  'neighbors',
  'ease',
  'evaluation',
  'top-k',
  'load',
  'sasrec',
  'neumf',
  'composed',
  'embedding-step',
  'tfjs-backend',
  'tensor-losses',
  'tensor-ops',
];

/** Arguments for Node to run a benchmark with; it may collect garbage between runs. */
export function benchmarkCommand(name: string, options: readonly string[]): string[] {
  return ['--expose-gc', '--import', 'tsx', join(root, 'benchmarks', `${name}.ts`), ...options];
}
