import { Random } from '@tensorec/kernels';

/**
 * The order of the examples of an epoch: a permutation that depends on the seed and the epoch alone, so that a resumed run
 * sees the examples of the one that was interrupted.
 *
 * @param count - examples, an integer of 0 or more
 * @param seed - the seed of the run
 * @param epoch - counted from 0
 */
export function epochOrder(count: number, seed: number, epoch: number): Int32Array {
  return new Random(seed).fork(epoch).permutation(count);
}
