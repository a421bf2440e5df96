import { parseWith, type StageFactory } from '@tensorec/core';
import * as z from 'zod/mini';
import { applyFilters, filterSpecSchema } from './filters/apply-filters.js';
import { kCore } from './filters/k-core.js';
import {
  minimumItemInteractions,
  minimumUserInteractions,
} from './filters/minimum-interactions.js';
import { minimumValue } from './filters/minimum-value.js';
import { removeDuplicates } from './filters/remove-duplicates.js';
import { kFold } from './splits/folds.js';
import { leaveLastOut, leaveOneOut, randomSplit } from './splits/per-user.js';
import { temporalSplit } from './splits/temporal.js';

const minimum = z.strictObject({ minimum: z.number() });
const seed = z.number();

function factory<Parameters>(
  schema: z.core.$ZodType<Parameters>,
  create: (parameters: Parameters) => ReturnType<StageFactory>,
): StageFactory {
  return (parameters) => create(parseWith(schema, parameters, 'stage parameters'));
}

/** The stages of this package by the names of their descriptors, for `loadPipeline` of `@tensorec/core`. */
export const preprocessingStages: Readonly<Record<string, StageFactory>> = {
  'minimum-value': factory(minimum, (parameters) => minimumValue(parameters.minimum)),
  'remove-duplicates': factory(
    z.strictObject({ keep: z.enum(['first', 'last', 'sum']) }),
    ({ keep }) => removeDuplicates(keep),
  ),
  'minimum-user-interactions': factory(minimum, (parameters) =>
    minimumUserInteractions(parameters.minimum),
  ),
  'minimum-item-interactions': factory(minimum, (parameters) =>
    minimumItemInteractions(parameters.minimum),
  ),
  'k-core': factory(z.strictObject({ k: z.number() }), ({ k }) => kCore(k)),
  filters: factory(filterSpecSchema, applyFilters),
  'leave-last-out': factory(
    z.strictObject({ test: z.number(), validation: z.number(), minimumHistory: z.number() }),
    leaveLastOut,
  ),
  'leave-one-out': factory(z.strictObject({ validation: z.boolean(), seed }), leaveOneOut),
  random: factory(
    z.strictObject({
      test: z.number(),
      validation: z.number(),
      per: z.enum(['user', 'all']),
      seed,
    }),
    randomSplit,
  ),
  temporal: factory(z.strictObject({ at: z.number(), validation: z.number() }), temporalSplit),
  'k-fold': factory(z.strictObject({ folds: z.number(), seed }), kFold),
};
