import type { ModelDescriptor } from '@tensorec/core';
import { als } from './als.js';

export * from './als.js';

/** The descriptors of this package's models. */
export const models: readonly ModelDescriptor[] = [als];
