// Row S17: the seconds of a training step of LightGCN on Gowalla, 3 layers, 64 factors, batches of 2,048 pairs, mean of 12
// steps as the peer's; drawing the batches is not timed on either side. The epoch is then finished, to rank by it.
import { FactorIndex, finish, LightGcnTraining, Random, type Csr } from '@tensorec/kernels';

import { binary, gowalla } from './harness/data.js';
import { report, startBenchmark, time } from './harness/measure.js';

const factors = 64;
const layers = 3;
const pairs = 2048;
const stepsTimed = 12;

const options = await startBenchmark(['gowalla']);
const data = gowalla();
const observed = binary(data.train);
const training = new LightGcnTraining(observed, {
  factors,
  layers,
  regularization: 1e-4,
  seed: 1,
});
const draw = batchesOf(observed);
const losses: number[] = [];

const timing = await time(options.repeats, () => {
  for (let n = 0; n < stepsTimed; n++) step();
});
const [min, median, first] = [timing.min, timing.median, timing.first].map(
  (seconds) => seconds / stepsTimed,
) as [number, number, number];
while (losses.length < observed.indices.length / pairs) step();

report(
  'lightgcn gowalla',
  options,
  { ...timing, first, min, median },
  {
    quality: { 'recall@20': recall(20), steps: losses.length, loss: losses.at(-1)! },
    // What the hops over all nodes add up, there and back; the two that are cut to the batch are not counted.
    detail: {
      'GB/s of rows': ((layers - 1) * 2 * 2 * observed.indices.length * 4 * factors) / min / 1e9,
    },
  },
);
training.dispose();

function step(): void {
  losses.push(finish(training.step(draw())));
}

/** Draws batches of entries and of columns that are no entries of their rows. */
function batchesOf({ rows, columns, offsets, indices }: Csr) {
  const random = new Random(1);
  const order = random.permutation(indices.length);
  const rowOf = new Int32Array(indices.length);
  for (let row = 0; row < rows; row++) rowOf.fill(row, offsets[row], offsets[row + 1]);
  let next = 0;
  const other = (row: number): number => {
    const own = new Set(indices.subarray(offsets[row], offsets[row + 1]));
    for (;;) {
      const column = random.integer(columns);
      if (!own.has(column)) return column;
    }
  };
  return () => {
    const entries = order.subarray(next, next + pairs);
    next += pairs;
    const batchRows = entries.map((entry) => rowOf[entry]!);
    return {
      rows: batchRows,
      positives: entries.map((entry) => indices[entry]!),
      negatives: batchRows.map(other),
    };
  };
}

/** The mean over rows with test entries of the share of them among the k greatest products, entries of training left out. */
function recall(k: number): number {
  const { rows, columns } = finish(training.embeddings());
  const index = new FactorIndex(columns, factors);
  const { items, lengths } = finish(index.topK(rows, k, { excluded: observed }));
  index.dispose();
  const wanted = binary(data.test);
  let [sum, counted] = [0, 0];
  for (let row = 0; row < wanted.rows; row++) {
    const relevant = new Set(wanted.indices.subarray(wanted.offsets[row], wanted.offsets[row + 1]));
    if (relevant.size === 0) continue;
    const list = items.subarray(row * k, row * k + lengths[row]!);
    sum += list.filter((item) => relevant.has(item)).length / relevant.size;
    counted++;
  }
  return sum / counted;
}
