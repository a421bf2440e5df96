import type { Schema } from '@tensorec/core';
import * as z from 'zod/mini';
import type { SimilarityName, Weighting } from './weighting.js';

/** Hyper-parameters of the nearest-neighbour models. */
export interface NeighborParameters {
  /** How many neighbours each row keeps, at least 1. */
  readonly neighbors: number;
  /**
   * How rows are compared: `cosine`; `pearson`, centred by the row's mean; `adjusted-cosine`, centred by the column's
   * mean (both over common entries only, and of no use where all values are equal); `jaccard`, values not read.
   */
  readonly similarity: SimilarityName;
  /** A similarity from n common entries is multiplied by n / (n + shrink); at least 0. */
  readonly shrink: number;
  /** How entries are weighted before rows are compared, against columns that occur in many rows. */
  readonly weighting: Weighting;
}

/** The schema of {@link NeighborParameters} with a model's defaults. */
export function neighborSchema(defaults: NeighborParameters): Schema<NeighborParameters> {
  return z.strictObject({
    neighbors: z._default(
      z.int().check(z.positive(), z.describe('How many neighbours are kept')),
      defaults.neighbors,
    ),
    similarity: z._default(
      z
        .enum(['cosine', 'pearson', 'adjusted-cosine', 'jaccard'])
        .check(z.describe('How rows are compared')),
      defaults.similarity,
    ),
    shrink: z._default(
      z
        .number()
        .check(z.nonnegative(), z.describe('Draws similarities from few common entries towards 0')),
      defaults.shrink,
    ),
    weighting: z._default(
      z
        .enum(['none', 'tf-idf', 'bm25'])
        .check(z.describe('Weights entries against columns that occur in many rows')),
      defaults.weighting,
    ),
  });
}
