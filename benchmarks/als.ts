// Rows S1 to S4: the seconds of an epoch of ALS, both half-steps with 3 steps of conjugate gradients as the peers do (and
// with 2, which here come as near), and the seconds in which the model `als` reaches a hit@10 of .715 on MovieLens 1M.
import {
  AlternatingLeastSquares,
  columnCounts,
  finish,
  Random,
  rowCounts,
  type Csr,
} from '@tensorec/kernels';
import { ImplicitALS } from '@tensorec/matrix-factorization';

import { binary, gowalla, movieLens, synthetic } from './harness/data.js';
import { report, startBenchmark, time } from './harness/measure.js';
import { rankGiven } from './harness/quality.js';

const unobservedWeight = 0.1;
const regularization = 0.01;

const options = await startBenchmark(['gowalla', 'ml-1m', 'synth10m']);
for (const set of options.sets) {
  if (set === 'gowalla') await measureEpochs(set, binary(gowalla().train), [64, 128, 256]);
  if (set === 'synth10m') await measureEpochs(set, binary(synthetic()), [64]);
  if (set === 'ml-1m') {
    const split = await movieLens();
    await measureEpochs(set, binary(split.train), [64]);
    await measureFit(split);
  }
}

/** Epochs of one model, one after the other, as the peers time them. */
async function measureEpochs(
  set: string,
  observed: Csr,
  allFactors: readonly number[],
): Promise<void> {
  for (const factors of allFactors) {
    for (const steps of [3, 2]) {
      const solver = { conjugateGradientSteps: steps };
      const model = startModel(observed, factors);
      // Epochs are short beside the noise of a shared machine.
      const timing = await time(2 * options.repeats, () => {
        finish(model.solveColumns(solver));
        finish(model.solveRows(solver));
      });
      model.dispose();
      const operations =
        2 * (steps + 1) * 4 * observed.indices.length * factors +
        5 * (observed.rows + observed.columns) * factors ** 2;
      report(`als ${set} f=${factors}${steps === 3 ? '' : `, ${steps} steps`}`, options, timing, {
        detail: { 'GFLOP/s': operations / timing.min / 1e9 },
      });
    }
  }
}

function startModel(observed: Csr, factors: number): AlternatingLeastSquares {
  const random = new Random(1);
  const start = (rows: number): Float32Array => {
    const numbers = new Float32Array(rows * factors);
    random.fillNormal(numbers, 0, 0.1 / Math.sqrt(factors));
    return numbers;
  };
  const weights = (counts: Int32Array, others: number): Float64Array =>
    Float64Array.from(counts, (count) => regularization * (count + unobservedWeight * others));
  const { rows, columns } = observed;
  return new AlternatingLeastSquares(
    observed,
    { rows: start(rows), columns: start(columns) },
    {
      factors,
      unobservedWeight,
      rowRegularization: weights(rowCounts(observed), columns),
      columnRegularization: weights(columnCounts(observed), rows),
    },
  );
}

/** The whole fit with defaults, and the shortest one that is good enough. */
async function measureFit(split: Awaited<ReturnType<typeof movieLens>>): Promise<void> {
  const whole = new ImplicitALS({ factors: 64 });
  report('als ml-1m fit', options, await time(options.repeats, () => whole.fit(split.train)), {
    quality: await rankGiven(await whole.fit(split.train), split),
    detail: { epochs: whole.parameters.iterations },
  });
  for (let iterations = 1; iterations <= whole.parameters.iterations; iterations++) {
    const recommender = new ImplicitALS({ factors: 64, iterations });
    const quality = await rankGiven(await recommender.fit(split.train), split);
    if (quality['hit@10']! < 0.715) continue;
    const timing = await time(options.repeats, () => recommender.fit(split.train));
    report('als ml-1m to hit@10 .715', options, timing, {
      quality,
      detail: { epochs: iterations },
    });
    return;
  }
  throw new Error(`hit@10 of .715 was not reached in ${whole.parameters.iterations} epochs.`);
}
