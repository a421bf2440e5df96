import type { ModelDescriptor } from '@tensorec/core';
import { als } from './als.js';
import { pureSvd } from './pure-svd.js';

export * from './als.js';
export * from './pure-svd.js';

/** The descriptors of this package's models. */
export const models: readonly ModelDescriptor[] = [als, pureSvd];
