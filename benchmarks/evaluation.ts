// Rows S7 and S8: the full ranking of Gowalla, 29,858 users × 40,981 items, recall@20 and ndcg@20, what was trained on
// left out: with 64 random factors, where nothing can be skipped, and with those of ALS.
// `--factors FOLDER` writes the factors there, for the script of the peer to read.
import {
  BaseModel,
  matrixRows,
  type HasFactors,
  type Model,
  type ModelState,
  type TrainingRecord,
} from '@tensorec/core';
import { evaluate } from '@tensorec/evaluation';
import {
  FactorIndex,
  Random,
  type ReadonlyFloat32Array,
  type ReadonlyInt32Array,
} from '@tensorec/kernels';
import { ImplicitALS } from '@tensorec/matrix-factorization';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gowalla } from './harness/data.js';
import { report, startBenchmark, time } from './harness/measure.js';

const factors = 64;

/** Factors that nobody trained. */
class RandomFactors extends BaseModel<number, number> implements HasFactors {
  readonly name = 'random factors';
  readonly factors = factors;
  readonly userFactors: ReadonlyFloat32Array;
  readonly itemFactors: ReadonlyFloat32Array;
  #index: FactorIndex | undefined;

  constructor(training: TrainingRecord<number, number>) {
    super(training, {});
    const random = new Random(7);
    const normal = (rows: number): Float32Array => {
      const numbers = new Float32Array(rows * factors);
      random.fillNormal(numbers, 0, 1);
      return numbers;
    };
    this.userFactors = normal(this.users.size);
    this.itemFactors = normal(this.items.size);
  }

  factorIndex(): FactorIndex {
    return (this.#index ??= new FactorIndex(this.itemFactors, factors));
  }

  scoreRows(userRows: ReadonlyInt32Array, scores: Float32Array): void {
    this.factorIndex().products(matrixRows(this.userFactors, factors, userRows), scores);
  }

  state(): ModelState {
    return {};
  }
}

const options = await startBenchmark(['random', 'trained']);
const { train, test } = gowalla();
const trained = await new ImplicitALS({ factors }).fit(train);

for (const set of options.sets) {
  const model = set === 'trained' ? trained : new RandomFactors(trained.training);
  write(set, model);
  await measure(set, model);
}

async function measure(set: string, model: Model<number, number>): Promise<void> {
  const metrics = ['recall@20', 'ndcg@20'];
  let quality: Readonly<Record<string, number>> = {};
  const timing = await time(options.repeats, async () => {
    quality = (await evaluate(model, test, { metrics })).metrics;
  });
  const operations = 2 * model.users.size * model.items.size * factors;
  report(`evaluation ${set}`, options, timing, {
    quality,
    // On trained factors many products are skipped, so that this may be more than the machine can do.
    detail: { 'GFLOP/s of all products': operations / timing.min / 1e9 },
  });
}

function write(set: string, { userFactors, itemFactors }: HasFactors): void {
  if (options.factors === undefined) return;
  for (const [side, numbers] of [
    ['users', userFactors],
    ['items', itemFactors],
  ] as const) {
    writeFileSync(join(options.factors, `${set}.${side}.f32`), Float32Array.from(numbers));
  }
}
