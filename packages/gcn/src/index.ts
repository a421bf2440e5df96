import type { ModelDescriptor } from '@tensorec/core';
import { lightgcnpp } from './light-gcn-plus-plus.js';
import { lightgcn } from './light-gcn.js';

export * from './graph-factor-model.js';
export type { GraphModelParameters } from './graph-model-parameters.js';
export * from './light-gcn-plus-plus.js';
export * from './light-gcn.js';

/** The descriptors of this package's models. */
export const models: readonly ModelDescriptor[] = [lightgcn, lightgcnpp];
