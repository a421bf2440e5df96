import type { ModelDescriptor } from '@tensorec/core';
import { lightgcn } from './light-gcn.js';

export * from './graph-factor-model.js';
export * from './light-gcn.js';

/** The descriptors of this package's models. */
export const models: readonly ModelDescriptor[] = [lightgcn];
