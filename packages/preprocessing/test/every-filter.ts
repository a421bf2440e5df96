import {
  applyFilters,
  kCore,
  minimumItemInteractions,
  minimumUserInteractions,
  minimumValue,
  removeDuplicates,
  type FilterStage,
} from '../src/index.js';

/** A stage of every filter, and one of all together. */
export const everyFilter: readonly FilterStage[] = [
  minimumValue(2),
  removeDuplicates('first'),
  removeDuplicates('last'),
  removeDuplicates('sum'),
  minimumUserInteractions(2),
  minimumItemInteractions(2),
  kCore(2),
  applyFilters({ minValue: 1, duplicates: 'last', minUser: 1, minItem: 1, kCore: 2 }),
];
