import type { Csr, PairBatch } from '../../src/index.js';

/** A training of LightGCN, plainly: one table for rows and columns, in double precision. */
export interface LightGcnProblem {
  readonly observed: Csr;
  readonly factors: number;
  /** One a layer, layer 0 first. */
  readonly layerWeights: readonly number[];
  readonly regularization: number;
}

/** Each edge of the graph in both directions with its weight 1 / √(d · d'). */
function edgesOf({ rows, columns, offsets, indices }: Csr): [number, number, number][] {
  const pairs: [number, number][] = [];
  for (let row = 0; row < rows; row++) {
    for (let entry = offsets[row]!; entry < offsets[row + 1]!; entry++) {
      pairs.push([row, rows + indices[entry]!]);
    }
  }
  const degrees = new Float64Array(rows + columns);
  for (const node of pairs.flat()) degrees[node]!++;
  return pairs.flatMap(([a, b]) => {
    const weight = 1 / Math.sqrt(degrees[a]! * degrees[b]!);
    return [
      [a, b, weight],
      [b, a, weight],
    ];
  });
}

/** Σ weight · Aᵏ · table: what makes embeddings of parameters, and, A being symmetric, gradients of gradients. */
function weightedLayers(
  { observed, factors, layerWeights }: LightGcnProblem,
  table: ArrayLike<number>,
): Float64Array {
  const edges = edgesOf(observed);
  let layer = Float64Array.from(table);
  const sum = layer.map((value) => layerWeights[0]! * value);
  for (const weight of layerWeights.slice(1)) {
    const next = new Float64Array(layer.length);
    for (const [to, from, edge] of edges) {
      for (let i = 0; i < factors; i++)
        next[to * factors + i]! += edge * layer[from * factors + i]!;
    }
    layer = next;
    layer.forEach((value, at) => (sum[at]! += weight * value));
  }
  return sum;
}

/** Embeddings of all nodes. */
export function embeddings(problem: LightGcnProblem, parameters: ArrayLike<number>): Float64Array {
  return weightedLayers(problem, parameters);
}

/** What each term of a batch compares: the nodes of its row, its positive and its negative. */
function termsOf({ observed: { rows } }: LightGcnProblem, batch: PairBatch): number[][] {
  const each = batch.negatives.length / batch.rows.length;
  return Array.from(batch.negatives, (negative, term) => {
    const pair = Math.floor(term / each);
    return [batch.rows[pair]!, rows + batch.positives[pair]!, rows + negative];
  });
}

/** Every node that regularization counts, as often as it does. */
function regularized({ observed: { rows } }: LightGcnProblem, batch: PairBatch): number[] {
  const columns = [...batch.positives, ...batch.negatives].map((column) => rows + column);
  return [...batch.rows, ...columns];
}

function product(table: ArrayLike<number>, a: number, b: number, factors: number): number {
  let sum = 0;
  for (let i = 0; i < factors; i++) sum += table[a * factors + i]! * table[b * factors + i]!;
  return sum;
}

/** The loss of a batch. */
export function loss(
  problem: LightGcnProblem,
  parameters: ArrayLike<number>,
  batch: PairBatch,
): number {
  const { factors, regularization } = problem;
  const z = embeddings(problem, parameters);
  const losses = termsOf(problem, batch).map(([row, positive, negative]) => {
    const difference = product(z, row!, negative!, factors) - product(z, row!, positive!, factors);
    return Math.max(difference, 0) + Math.log1p(Math.exp(-Math.abs(difference)));
  });
  const norms = regularized(problem, batch).map((node) => product(parameters, node, node, factors));
  const total = (numbers: number[]): number => numbers.reduce((sum, value) => sum + value, 0);
  return total(losses) / losses.length + ((regularization / 2) * total(norms)) / batch.rows.length;
}

/** The gradients of that loss by all parameters. */
export function gradients(
  problem: LightGcnProblem,
  parameters: ArrayLike<number>,
  batch: PairBatch,
): Float64Array {
  const { factors, regularization } = problem;
  const z = embeddings(problem, parameters);
  const byEmbedding = new Float64Array(z.length);
  const terms = termsOf(problem, batch);
  for (const [row, positive, negative] of terms as [number, number, number][]) {
    const difference = product(z, row, negative, factors) - product(z, row, positive, factors);
    const derivative = 1 / (1 + Math.exp(-difference)) / terms.length;
    for (let i = 0; i < factors; i++) {
      const at = (node: number): number => node * factors + i;
      byEmbedding[at(row)]! += derivative * (z[at(negative)]! - z[at(positive)]!);
      byEmbedding[at(negative)]! += derivative * z[at(row)]!;
      byEmbedding[at(positive)]! -= derivative * z[at(row)]!;
    }
  }
  const result = weightedLayers(problem, byEmbedding);
  for (const node of regularized(problem, batch)) {
    for (let i = node * factors; i < (node + 1) * factors; i++) {
      result[i]! += (regularization / batch.rows.length) * parameters[i]!;
    }
  }
  return result;
}

/** Adam with its usual constants (Kingma & Ba 2015, algorithm 1). */
export class Adam {
  readonly #first: Float64Array;
  readonly #second: Float64Array;
  #steps = 0;

  constructor(length: number) {
    this.#first = new Float64Array(length);
    this.#second = new Float64Array(length);
  }

  move(parameters: Float64Array, gradient: Float64Array, learningRate: number): void {
    this.#steps++;
    for (let i = 0; i < parameters.length; i++) {
      this.#first[i] = 0.9 * this.#first[i]! + 0.1 * gradient[i]!;
      this.#second[i] = 0.999 * this.#second[i]! + 0.001 * gradient[i]! ** 2;
      const mean = this.#first[i]! / (1 - 0.9 ** this.#steps);
      const square = this.#second[i]! / (1 - 0.999 ** this.#steps);
      parameters[i]! -= (learningRate * mean) / (Math.sqrt(square) + 1e-8);
    }
  }
}
