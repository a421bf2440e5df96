import { fingerprint, Random } from '@tensorec/kernels';

/**
 * The stream of a purpose in an epoch. It depends on the seed, the purpose and the epoch alone, so there is no state of a
 * generator to keep: a resumed run makes the streams again.
 *
 * @param seed - a safe integer ≥ 0
 * @param purpose - what the numbers are for; streams of different purposes are independent
 * @param epoch - from 1
 */
export function epochStream(seed: number, purpose: string, epoch: number): Random {
  const stream = Number.parseInt(fingerprint([purpose]).slice(0, 12), 16);
  return new Random(seed).fork(stream).fork(epoch);
}
