import { availableParallelism } from 'node:os';
import { engineStatus } from '@tensorec/kernels';
import type { Machine } from '../report.js';

/** This machine, once the kernels are ready. */
export function thisMachine(): Machine {
  return {
    cores: availableParallelism(),
    device: 'simd',
    threads: engineStatus()?.threads ?? 1,
  };
}
