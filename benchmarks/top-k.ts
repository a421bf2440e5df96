// Row S9: the exact 100 greatest of 100,000 products of 128 random factors, for one query and for 128 at once.
import { FactorIndex, finish, Random } from '@tensorec/kernels';
import { report, startBenchmark, time } from './harness/measure.js';

const items = 100_000;
const factors = 128;
const k = 100;

const options = await startBenchmark(['1 query', '128 queries']);
const random = new Random(3);
const index = new FactorIndex(normal(items), factors);
const queries = normal(128 * 20);

for (const set of options.sets) {
  const size = set === '1 query' ? 1 : 128;
  let next = 0;
  const batch = (): Float32Array => {
    const start = (next++ * size * factors) % queries.length;
    return queries.subarray(start, start + size * factors);
  };
  // A query takes a millisecond or less, and so does what disturbs it.
  const timing = await time(options.repeats * (size === 1 ? 100 : 10), () =>
    finish(index.topK(batch(), k)),
  );
  const lists = finish(index.topK(queries.subarray(0, size * factors), k));
  report(`top-k ${set}`, options, timing, {
    quality: { found: lists.lengths.reduce((sum, length) => sum + length, 0) / size },
    detail: {
      'GFLOP/s': (2 * size * items * factors) / timing.min / 1e9,
      'GB/s of item factors': (4 * items * factors) / timing.min / 1e9,
    },
  });
}

function normal(rows: number): Float32Array {
  const numbers = new Float32Array(rows * factors);
  random.fillNormal(numbers, 0, 1);
  return numbers;
}
