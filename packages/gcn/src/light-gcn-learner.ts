import type { TrainingRecord } from '@tensorec/core';
import {
  LightGcnTraining,
  type LightGcnOptions,
  type LightGcnState,
  type ReadonlyInt32Array,
  type Steps,
} from '@tensorec/kernels';
import type { NamedArrays, StepContext } from '@tensorec/training';
import type { GraphFactors } from './graph-factor-model.js';
import type { LightGCNParameters } from './light-gcn.js';
import type { TripletBatch, TripletLearner } from './training/fit-to-triplets.js';

/** LightGCN in training, by the fused steps of kernels. */
export class LightGcnLearner implements TripletLearner {
  readonly #record: TrainingRecord;
  readonly #parameters: Readonly<LightGCNParameters>;
  readonly #training: LightGcnTraining;

  constructor(record: TrainingRecord, parameters: Readonly<LightGCNParameters>) {
    this.#record = record;
    this.#parameters = parameters;
    this.#training = new LightGcnTraining(record.history, this.#options());
  }

  #options(): LightGcnOptions {
    const { factors, layers, regularization } = this.#parameters;
    return { factors, layers, regularization, seed: this.#record.seed };
  }

  step = (
    { userRows, itemRows, negatives }: TripletBatch,
    { learningRate }: StepContext,
  ): Steps<number> =>
    this.#training.step({ rows: userRows, positives: itemRows, negatives }, learningRate);

  parameters(): NamedArrays {
    const { rows, columns } = this.#training.state().parameters;
    return { users: rows, items: columns };
  }

  optimizerState(): NamedArrays {
    const { firstMoments, secondMoments, steps } = this.#training.state();
    return {
      userMeans: firstMoments.rows,
      itemMeans: firstMoments.columns,
      userSquares: secondMoments.rows,
      itemSquares: secondMoments.columns,
      steps: Float64Array.of(steps),
    };
  }

  restore(parameters: NamedArrays, optimizerState = this.optimizerState()): void {
    const table = (arrays: NamedArrays, name: string): Float32Array =>
      Float32Array.from(arrays[name]!);
    this.#training.restore({
      parameters: { rows: table(parameters, 'users'), columns: table(parameters, 'items') },
      firstMoments: {
        rows: table(optimizerState, 'userMeans'),
        columns: table(optimizerState, 'itemMeans'),
      },
      secondMoments: {
        rows: table(optimizerState, 'userSquares'),
        columns: table(optimizerState, 'itemSquares'),
      },
      steps: optimizerState['steps']![0]!,
    });
  }

  *factors(): Steps<GraphFactors> {
    const { rows: users, columns: items } = yield* this.#training.embeddings();
    const messages = yield* this.#messages(this.#training.state());
    return { users, items, messages };
  }

  /** Σ xᵏ⁻¹_i / ((L + 1) · √d_i) over k = 1 … L: the embeddings of as many layers but one, in other proportions. */
  *#messages(state: LightGcnState): Steps<GraphFactors['messages']> {
    const { factors, layers } = this.#parameters;
    const { history, itemCounts } = this.#record;
    const passing = new LightGcnTraining(history, {
      ...this.#options(),
      layers: layers - 1,
      layerWeights: new Float64Array(layers).fill(1 / (layers + 1)),
    });
    try {
      passing.restore(state);
      const { columns } = yield* passing.embeddings();
      divideByRoots(columns, itemCounts, factors);
      return columns;
    } finally {
      passing.dispose();
    }
  }

  dispose(): void {
    this.#training.dispose();
  }
}

/** Divides each row by the square root of its count; rows of count 0 become zeros. */
function divideByRoots(table: Float32Array, counts: ReadonlyInt32Array, width: number): void {
  for (let row = 0; row < counts.length; row++) {
    const factor = counts[row] === 0 ? 0 : 1 / Math.sqrt(counts[row]!);
    for (let i = row * width; i < (row + 1) * width; i++) table[i]! *= factor;
  }
}
