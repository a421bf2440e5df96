import type { Schema } from '@tensorec/core';
import * as z from 'zod/mini';

/** Hyper-parameters that all models of this package have. */
export interface GraphModelParameters {
  /** f, numbers of an embedding; at least 1, default 64. */
  readonly factors: number;
  /** L, hops over the graph; 1 to 100. */
  readonly layers: number;
  /** Passes over the pairs at most; at least 1, default 300. */
  readonly epochs: number;
  /** Pairs of a step; at least 1, default 8192. */
  readonly batchSize: number;
  /** Adam's learning rate; above 0, default 0.004. */
  readonly learningRate: number;
  /** λ, weight of the squared norms of the embeddings x⁰ of a batch; 0 or more, default 1e-4. */
  readonly regularization: number;
  /** Items that a pair's user does not have, drawn for each pair; at least 1, default 1. */
  readonly negatives: number;
}

const count = z.int().check(z.positive());

/** A schema for each hyper-parameter. */
type GraphModelShape = {
  readonly [Name in keyof GraphModelParameters]: Schema<GraphModelParameters[Name]>;
};

/** What schemas of the package begin with. */
export function graphModelShape({ layers }: Pick<GraphModelParameters, 'layers'>): GraphModelShape {
  return {
    factors: z._default(count.check(z.describe('Numbers of an embedding')), 64),
    layers: z._default(count.check(z.lte(100), z.describe('Hops over the graph')), layers),
    epochs: z._default(count.check(z.describe('Passes over the pairs, at most')), 300),
    batchSize: z._default(count.check(z.describe('Pairs of a step')), 8192),
    learningRate: z._default(
      z.number().check(z.positive(), z.describe("Adam's learning rate")),
      0.004,
    ),
    regularization: z._default(
      z.number().check(z.nonnegative(), z.describe('Weight of the squared norms of a batch')),
      1e-4,
    ),
    negatives: z._default(
      count.check(z.describe('Items that the user does not have, drawn for each pair')),
      1,
    ),
  };
}
