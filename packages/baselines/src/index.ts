import type { ModelDescriptor } from '@tensorec/core';
import { bias } from './bias.js';
import { popular } from './popular.js';
import { random } from './random.js';

export * from './bias.js';
export * from './popular.js';
export * from './random.js';

/** The descriptors of this package's models. */
export const models: readonly ModelDescriptor[] = [popular, random, bias];
