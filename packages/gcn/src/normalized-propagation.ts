import type { Csr } from '@tensorec/core';
import {
  buildCsr,
  pow,
  SparseOperator,
  type ReadonlyFloat32Array,
  type Steps,
} from '@tensorec/kernels';

/** Numbers of tables that a slice changes. */
const sliceLength = 1 << 20;

/** How embeddings spread over the graph. */
export interface PropagationOptions {
  /** f, numbers of an embedding. */
  readonly factors: number;
  /** L, at least 1. */
  readonly layers: number;
  /** α: the sum over the neighbours of a node is divided by d^α of its own degree d. */
  readonly alpha: number;
  /** β: what a node passes on is divided by d^β of its own degree d. */
  readonly beta: number;
  /** γ: the share of x⁰ in the embeddings. */
  readonly gamma: number;
}

/** A forward pass: what the backward pass needs of it. Tables have f numbers a node, users before items. */
export interface PropagationPass {
  /** z */
  readonly embeddings: Float32Array;
  /** xˡ / ‖xˡ‖ for l = 0 … L − 1; zeros for a node whose xˡ is 0. */
  readonly directions: readonly Float32Array[];
  /** 1 / ‖xˡ‖, one a node; 0 for a node whose xˡ is 0. */
  readonly inverseNorms: readonly Float64Array[];
}

/**
 * The propagation of LightGCN++ (Lee, Kim & Shin 2024) over the bipartite graph of a history:
 *
 * xˡ⁺¹_v = d_v^−α · Σ_{w of v} d_w^−β · xˡ_w / ‖xˡ_w‖,
 *
 * z = γ · x⁰ + (1 − γ) / L · Σ_{l ≥ 1} xˡ. Time in the order of L · (edges + nodes) · f in each direction. In single
 * precision, each sum in an order that does not depend on threads.
 */
export class NormalizedPropagation {
  readonly #options: PropagationOptions;
  readonly #forward: SparseOperator;
  readonly #backward: SparseOperator;

  /** @param history - users × items, each pair once */
  constructor(history: Csr, options: PropagationOptions) {
    this.#options = options;
    const { rows, columns, offsets, indices } = history;
    const edges = indices.length;
    const from = new Int32Array(2 * edges);
    const to = new Int32Array(2 * edges);
    const degrees = new Int32Array(rows + columns);
    for (let user = 0; user < rows; user++) {
      for (let edge = offsets[user]!; edge < offsets[user + 1]!; edge++) {
        const item = rows + indices[edge]!;
        from[edge] = to[edges + edge] = user;
        to[edge] = from[edges + edge] = item;
        degrees[user]!++;
        degrees[item]!++;
      }
    }
    const receiving = Float64Array.from(degrees, (d) => (d === 0 ? 0 : pow(d, -options.alpha)));
    const passing = Float64Array.from(degrees, (d) => (d === 0 ? 0 : pow(d, -options.beta)));
    const weights = Float32Array.from(from, (node, n) => receiving[node]! * passing[to[n]!]!);
    const nodes = degrees.length;
    this.#forward = new SparseOperator(buildCsr(nodes, nodes, from, to, weights));
    this.#backward = new SparseOperator(buildCsr(nodes, nodes, to, from, weights));
  }

  /** @param start - x⁰ */
  *forward(start: ReadonlyFloat32Array): Steps<PropagationPass> {
    const { factors, layers, gamma } = this.#options;
    const embeddings = new Float32Array(start.length);
    yield* addMultiple(embeddings, start, gamma);
    const directions: Float32Array[] = [];
    const inverseNorms: Float64Array[] = [];
    let layer = start;
    for (let l = 0; l < layers; l++) {
      const { units, inverses } = yield* normalize(layer, factors);
      directions.push(units);
      inverseNorms.push(inverses);
      layer = yield* this.#forward.multiply(units, factors);
      yield* addMultiple(embeddings, layer, (1 - gamma) / layers);
    }
    return { embeddings, directions, inverseNorms };
  }

  /**
   * The gradient by x⁰.
   *
   * @param gradient - by z
   */
  *backward(pass: PropagationPass, gradient: ReadonlyFloat32Array): Steps<Float32Array> {
    const { factors, layers, gamma } = this.#options;
    const share = (1 - gamma) / layers;
    const last = new Float32Array(gradient.length);
    yield* addMultiple(last, gradient, share);
    let above = last;
    for (let l = layers - 1; l >= 0; l--) {
      above = yield* this.#backward.multiply(above, factors);
      yield* throughNormalization(above, pass.directions[l]!, pass.inverseNorms[l]!, factors);
      yield* addMultiple(above, gradient, l === 0 ? gamma : share);
    }
    return above;
  }

  /** Frees the kernels' memory. */
  dispose(): void {
    this.#forward.dispose();
    this.#backward.dispose();
  }
}

/** Adds a multiple of a table to another. */
function* addMultiple(to: Float32Array, table: ReadonlyFloat32Array, factor: number): Steps {
  for (let start = 0; start < to.length; start += sliceLength) {
    const end = Math.min(start + sliceLength, to.length);
    for (let i = start; i < end; i++) to[i]! += factor * table[i]!;
    yield end / to.length;
  }
}

/** Rows of length 1 in the directions of those of a table. */
function* normalize(
  table: ReadonlyFloat32Array,
  width: number,
): Steps<{ readonly units: Float32Array; readonly inverses: Float64Array }> {
  const rows = table.length / width;
  const units = new Float32Array(table.length);
  const inverses = new Float64Array(rows);
  const rowsOfSlice = Math.ceil(sliceLength / width);
  for (let row = 0; row < rows; row++) {
    const end = (row + 1) * width;
    let squares = 0;
    for (let i = row * width; i < end; i++) squares += table[i]! ** 2;
    const inverse = squares === 0 ? 0 : 1 / Math.sqrt(squares);
    inverses[row] = inverse;
    for (let i = row * width; i < end; i++) units[i] = table[i]! * inverse;
    if (row % rowsOfSlice === rowsOfSlice - 1) yield row / rows;
  }
  return { units, inverses };
}

/** Turns the gradient by y = x / ‖x‖ into that by x, (g − y · (y · g)) / ‖x‖, row by row and in place. */
function* throughNormalization(
  gradient: Float32Array,
  directions: ReadonlyFloat32Array,
  inverseNorms: Float64Array,
  width: number,
): Steps {
  const rows = inverseNorms.length;
  const rowsOfSlice = Math.ceil(sliceLength / width);
  for (let row = 0; row < rows; row++) {
    const end = (row + 1) * width;
    let along = 0;
    for (let i = row * width; i < end; i++) along += gradient[i]! * directions[i]!;
    const inverse = inverseNorms[row]!;
    for (let i = row * width; i < end; i++) {
      gradient[i] = (gradient[i]! - directions[i]! * along) * inverse;
    }
    if (row % rowsOfSlice === rowsOfSlice - 1) yield row / rows;
  }
}
