import type { FormatGuess } from '@tensorec/preprocessing';

/**
 * Whether a part can be read as lists, once the train part says that there are lists: a few lines look like sessions, and
 * lists of one item each like a table.
 */
export function canBeLists({ spec, part }: FormatGuess): boolean {
  if (spec.format === 'delimited') return spec.separator === ' ' && spec.header !== true;
  return part === 'whole' && ['adjacency', 'sequences', 'sessions'].includes(spec.format);
}
