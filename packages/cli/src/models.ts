import { models as baselines } from '@tensorec/baselines';
import type { ModelDescriptor } from '@tensorec/core';
import { models as gcn } from '@tensorec/gcn';
import { models as matrixFactorization } from '@tensorec/matrix-factorization';
import { models as neighbors } from '@tensorec/neighbors';

/** All models that the command knows without `--module`. */
export const models: readonly ModelDescriptor[] = [
  ...baselines,
  ...neighbors,
  ...matrixFactorization,
  ...gcn,
];
