import {
  TensorecError,
  type ModelState,
  type Schema,
  type SearchSpace,
  type TensorReader,
} from '@tensorec/core';
import {
  nearestNeighbors,
  type Csr,
  type NeighborLists,
  type ReadonlyFloat64Array,
  type Steps,
} from '@tensorec/kernels';
import * as z from 'zod/mini';
import { weightValues, type Weighting } from './weighting.js';

/**
 * How two items are compared by their users, or two users by their items:
 *
 * - `cosine`: Σ x·y / (‖x‖·‖y‖), a missing value being 0.
 * - `pearson`: cosine over what both have, of values less the mean of the compared row (Resnick et al. 1994).
 * - `adjusted-cosine`: the same, of values less the mean of the other side: of the user where items are compared, of the
 *   item where users are (Sarwar et al. 2001, section 3.1.3).
 * - `jaccard`: what both have / what either has; values do not matter.
 */
export type NeighborhoodSimilarity = 'cosine' | 'pearson' | 'adjusted-cosine' | 'jaccard';

/** Hyper-parameters of {@link ItemKNN} and {@link UserKNN}. */
export interface NeighborhoodParameters {
  /** K, the most similar ones kept of each; at least 1. */
  readonly neighbors: number;
  /** Default `cosine`. The others but `jaccard` compare ratings and need values. */
  readonly similarity: NeighborhoodSimilarity;
  /**
   * s of the factor common / (common + s) for a similarity that rests on few common users or items (Bell & Koren 2007);
   * 0 or more.
   */
  readonly shrink: number;
  /** Weighting of values before they are compared; read by `cosine` alone. */
  readonly weighting: Weighting;
}

/** The strict schema of the parameters with a model's own defaults. */
export function neighborhoodSchema(
  defaults: Pick<NeighborhoodParameters, 'neighbors' | 'shrink' | 'weighting'>,
): Schema<NeighborhoodParameters> {
  return z.strictObject({
    neighbors: z._default(
      z.int().check(z.positive(), z.describe('How many of the most similar are kept of each')),
      defaults.neighbors,
    ),
    similarity: z._default(
      z
        .enum(['cosine', 'pearson', 'adjusted-cosine', 'jaccard'])
        .check(z.describe('How two are compared')),
      'cosine',
    ),
    shrink: z._default(
      z.number().check(z.nonnegative(), z.describe('Draws similarities that rest on little to 0')),
      defaults.shrink,
    ),
    weighting: z._default(
      z
        .enum(['none', 'tf-idf', 'bm25'])
        .check(z.describe('Weighting of values before a cosine is taken')),
      defaults.weighting,
    ),
  });
}

/**
 * The neighbours and weightings that Ferrari Dacrema, Cremonesi & Jannach (2019), "Are we really making much progress?", search;
 * the similarities are those that need no ratings.
 */
export const neighborhoodSearchSpace: SearchSpace<NeighborhoodParameters> = {
  neighbors: { from: 5, to: 1000, scale: 'log', integer: true },
  similarity: { choices: ['cosine', 'jaccard'] },
  shrink: { from: 0, to: 100 },
  weighting: { choices: ['none', 'tf-idf', 'bm25'] },
};

/** Whether the values that are compared are ratings: then the last of repeated pairs counts, and else their sum. */
export function comparesRatings({ similarity }: NeighborhoodParameters): boolean {
  return similarity === 'pearson' || similarity === 'adjusted-cosine';
}

/**
 * Refuses ratings that are not there.
 *
 * @throws TensorecError `invalid-argument` when ratings are to be compared and the data has no values.
 */
export function requireRatings(
  name: string,
  parameters: NeighborhoodParameters,
  values: unknown,
): void {
  if (!comparesRatings(parameters) || values !== undefined) return;
  throw new TensorecError(
    'invalid-argument',
    `${name} with similarity "${parameters.similarity}" compares ratings, and the data has no values; read them, or use "cosine" or "jaccard".`,
  );
}

/** For each row of a matrix the most similar others. */
export function* neighborhoods(
  matrix: Csr,
  parameters: NeighborhoodParameters,
): Steps<NeighborLists> {
  const compared = comparedValues(matrix, parameters);
  yield 0;
  return yield* nearestNeighbors(compared, {
    neighbors: listLengthOf(parameters, matrix.rows),
    similarity: kernelSimilarity[parameters.similarity],
    shrink: parameters.shrink,
  });
}

/** How the kernels compare {@link comparedValues}. */
const kernelSimilarity = {
  cosine: 'cosine',
  jaccard: 'jaccard',
  pearson: 'correlation',
  'adjusted-cosine': 'correlation',
} as const;

/** The matrix with the values that a similarity looks at. */
function comparedValues(matrix: Csr, { similarity, weighting }: NeighborhoodParameters): Csr {
  switch (similarity) {
    case 'cosine':
      return weightValues(matrix, weighting);
    case 'jaccard':
      return matrix;
    case 'pearson':
      return lessRowMeans(matrix);
    case 'adjusted-cosine':
      return lessColumnMeans(matrix);
  }
}

/** K, but no more than there are rows. */
function listLengthOf({ neighbors }: NeighborhoodParameters, rows: number): number {
  return Math.min(neighbors, rows);
}

/** By row the mean of its values; 0 without any. */
export function rowMeans({ rows, offsets, values }: Csr): Float64Array {
  const means = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    const start = offsets[row]!;
    const end = offsets[row + 1]!;
    for (let n = start; n < end; n++) means[row]! += values[n]!;
    if (end > start) means[row]! /= end - start;
  }
  return means;
}

/** By column the mean of its values; 0 without any. */
export function columnMeans({ columns, indices, values }: Csr): Float64Array {
  const means = new Float64Array(columns);
  const counts = new Int32Array(columns);
  for (let n = 0; n < indices.length; n++) {
    means[indices[n]!]! += values[n]!;
    counts[indices[n]!]!++;
  }
  return means.map((sum, column) => sum / Math.max(1, counts[column]!));
}

function lessRowMeans(matrix: Csr): Csr {
  const means = rowMeans(matrix);
  const values = new Float32Array(matrix.values.length);
  for (let row = 0; row < matrix.rows; row++) {
    for (let n = matrix.offsets[row]!; n < matrix.offsets[row + 1]!; n++) {
      values[n] = matrix.values[n]! - means[row]!;
    }
  }
  return { ...matrix, values };
}

function lessColumnMeans(matrix: Csr): Csr {
  const means: ReadonlyFloat64Array = columnMeans(matrix);
  const values = new Float32Array(matrix.values.length);
  for (let n = 0; n < values.length; n++) {
    values[n] = matrix.values[n]! - means[matrix.indices[n]!]!;
  }
  return { ...matrix, values };
}

/** Neighbour lists as the tensors of an artifact. */
export function neighborTensors(lists: NeighborLists): ModelState {
  const shape = [lists.rows, lists.neighbors];
  return {
    neighbors: { shape, data: lists.indices.slice() },
    similarities: { shape, data: lists.similarities.slice() },
  };
}

/**
 * Neighbour lists from the tensors of an artifact.
 *
 * @throws TensorecError `artifact` when they are missing or wrong.
 */
export function readNeighbors(
  tensors: TensorReader,
  parameters: NeighborhoodParameters,
  rows: number,
): NeighborLists {
  const neighbors = listLengthOf(parameters, rows);
  return {
    rows,
    neighbors,
    indices: tensors.int32('neighbors', [rows, neighbors], [-1, rows - 1]).slice(),
    similarities: tensors.float32('similarities', [rows, neighbors]).slice(),
  };
}
