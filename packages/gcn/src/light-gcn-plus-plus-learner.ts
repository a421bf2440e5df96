import type { TrainingRecord } from '@tensorec/core';
import { pow, Random, type Steps } from '@tensorec/kernels';
import type { NamedArrays, StepContext } from '@tensorec/training';
import type { GraphFactors } from './graph-factor-model.js';
import type { LightGCNPlusPlusParameters } from './light-gcn-plus-plus.js';
import { NormalizedPropagation, type PropagationPass } from './normalized-propagation.js';
import { AdamTable } from './training/adam-table.js';
import type { TripletBatch, TripletLearner } from './training/fit-to-triplets.js';
import { batchPenalty, rankingLoss, type NodeLayout } from './training/triplet-loss.js';

/** Standard deviation of x⁰ at the start. */
const startDeviation = 0.1;

/** LightGCN++ in training: its propagation and gradient on the kernels' sparse products. */
export class LightGcnPlusPlusLearner implements TripletLearner {
  readonly #record: TrainingRecord;
  readonly #parameters: Readonly<LightGCNPlusPlusParameters>;
  readonly #layout: NodeLayout;
  readonly #propagation: NormalizedPropagation;
  readonly #table: AdamTable;

  constructor(record: TrainingRecord, parameters: Readonly<LightGCNPlusPlusParameters>) {
    const { history, seed } = record;
    const { factors } = parameters;
    this.#record = record;
    this.#parameters = parameters;
    this.#layout = { users: history.rows, factors };
    const start = new Float32Array((history.rows + history.columns) * factors);
    new Random(seed).fillNormal(start, 0, startDeviation);
    this.#propagation = new NormalizedPropagation(history, parameters);
    this.#table = new AdamTable(start);
  }

  step = (batch: TripletBatch, { learningRate }: StepContext): Steps<number> =>
    this.#step(batch, learningRate);

  *#step(batch: TripletBatch, learningRate: number): Steps<number> {
    const { regularization } = this.#parameters;
    const start = this.#table.numbers();
    const pass = yield* this.#propagation.forward(start);
    const byEmbeddings = new Float32Array(start.length);
    const ranking = yield* rankingLoss(pass.embeddings, batch, this.#layout, byEmbeddings);
    const gradient = yield* this.#propagation.backward(pass, byEmbeddings);
    const penalty = batchPenalty(start, batch, this.#layout, regularization, gradient);
    this.#table.step(gradient, learningRate);
    return ranking + penalty;
  }

  parameters(): NamedArrays {
    return { nodes: this.#table.numbers() };
  }

  optimizerState(): NamedArrays {
    return this.#table.state();
  }

  restore({ nodes }: NamedArrays, optimizerState?: NamedArrays): void {
    this.#table.restore(Float32Array.from(nodes!), optimizerState);
  }

  *factors(): Steps<GraphFactors> {
    const pass = yield* this.#propagation.forward(this.#table.numbers());
    const itemsFrom = this.#layout.users * this.#layout.factors;
    return {
      users: pass.embeddings.slice(0, itemsFrom),
      items: pass.embeddings.slice(itemsFrom),
      messages: this.#messages(pass),
    };
  }

  /** (1 − γ) / L · d_i^−β · Σ_{l < L} xˡ_i / ‖xˡ_i‖. */
  #messages({ directions }: PropagationPass): Float32Array {
    const { factors, layers, beta, gamma } = this.#parameters;
    const { itemCounts } = this.#record;
    const first = this.#layout.users * factors;
    const messages = new Float32Array(itemCounts.length * factors);
    for (let item = 0; item < itemCounts.length; item++) {
      if (itemCounts[item] === 0) continue;
      const weight = ((1 - gamma) / layers) * pow(itemCounts[item]!, -beta);
      for (let i = item * factors; i < (item + 1) * factors; i++) {
        let sum = 0;
        for (const layer of directions) sum += layer[first + i]!;
        messages[i] = weight * sum;
      }
    }
    return messages;
  }

  dispose(): void {
    this.#propagation.dispose();
    this.#table.dispose();
  }
}
