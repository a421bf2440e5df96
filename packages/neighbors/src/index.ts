import type { ModelDescriptor } from '@tensorec/core';
import { ease } from './ease.js';
import { gfCf } from './gf-cf.js';
import { itemKnn } from './item-knn.js';
import { userKnn } from './user-knn.js';

export * from './ease.js';
export * from './gf-cf.js';
export * from './item-knn.js';
export type { NeighborhoodParameters, NeighborhoodSimilarity } from './neighborhood.js';
export * from './user-knn.js';
export type { Weighting } from './weighting.js';

/** The descriptors of this package's models. */
export const models: readonly ModelDescriptor[] = [itemKnn, userKnn, ease, gfCf];
