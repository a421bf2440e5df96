import { join } from 'node:path';
import { root } from '../../scripts/packages.js';

/** What `npm run bench` knows by name: the files of this folder that measure something. */
export const benchmarks: readonly string[] = [
  'engine',
  'als',
  'neighbors',
  'ease',
  'evaluation',
  'top-k',
  'load',
  'tfjs-backend',
  'embedding-step',
];

/** Arguments for Node to run a benchmark with; it may collect garbage between runs. */
export function benchmarkCommand(name: string, options: readonly string[]): string[] {
  return ['--expose-gc', '--import', 'tsx', join(root, 'benchmarks', `${name}.ts`), ...options];
}
