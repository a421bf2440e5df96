import type { Id, Vocabulary } from '@tensorec/core';

/** Ids that are written in ways that often mean the same. */
export interface IdSpellings {
  /** Ids that differ from one before by upper and lower case alone. */
  readonly byCase: number;
  /** Ids with spaces at an end. */
  readonly padded: number;
  /** One such id. */
  readonly example: Id | undefined;
}

/** Looks for ids that are probably one. */
export function idSpellings(vocabulary: Vocabulary): IdSpellings {
  const lower = new Set<string>();
  let byCase = 0;
  let padded = 0;
  let example: Id | undefined;
  for (const id of vocabulary) {
    if (typeof id !== 'string') continue;
    const isPadded = id.trim() !== id;
    if (isPadded) padded++;
    const folded = id.toLowerCase();
    // Ids without upper and lower case cannot differ by it.
    const hasCase = folded !== id.toUpperCase();
    const isRepeated = hasCase && lower.has(folded);
    if (hasCase) lower.add(folded);
    if (isRepeated) byCase++;
    if (isPadded || isRepeated) example ??= id;
  }
  return { byCase, padded, example };
}
