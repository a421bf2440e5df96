import { buildCsr } from '@tensorec/kernels';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { valuedPairBatches } from '../src/index.js';

const entries = fc.array(fc.tuple(fc.nat(5), fc.nat(6)), { minLength: 1, maxLength: 60 });

describe('the batches of an epoch', () => {
  it('have every pair once, with its value, and the same pairs when they begin later', () => {
    fc.assert(
      fc.property(
        entries,
        fc.integer({ min: 1, max: 70 }),
        fc.nat(),
        fc.integer({ min: 1, max: 1000 }),
        fc.nat(70),
        (pairs, batchSize, seed, epoch, start) => {
          const data = buildCsr(
            6,
            7,
            Int32Array.from(pairs, ([user]) => user),
            Int32Array.from(pairs, ([, item]) => item),
            Float32Array.from(pairs, (_, n) => n),
          );
          const batches = valuedPairBatches(data, { batchSize, seed });
          const from = Math.min(start, batches.batchesPerEpoch);
          const read = (place: number) =>
            Array.from(batches.epoch(epoch, place), ({ size, userRows, itemRows, values }) =>
              Array.from({ length: size }, (_, n) => [values[n], userRows[n], itemRows[n]]),
            );
          const all = read(0);
          expect(all).toHaveLength(batches.batchesPerEpoch);
          expect(all.slice(0, -1).every((batch) => batch.length === batchSize)).toBe(true);
          expect(all.flat().sort(([a], [b]) => a! - b!)).toEqual(
            pairs.map(([user, item], n) => [n, user, item]),
          );
          expect(read(from)).toEqual(all.slice(from));
        },
      ),
    );
  });
});
