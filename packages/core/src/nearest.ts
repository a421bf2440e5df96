import { distance } from 'fastest-levenshtein';

/**
 * `; did you mean "x"?` for the known name nearest to a mistyped one, or the list of known names when none is near.
 *
 * @returns a clause to append to an error message; empty when nothing is known.
 */
export function suggest(name: string, known: readonly string[]): string {
  if (known.length === 0) return '';
  const edits = known.map((candidate) => distance(name.toLowerCase(), candidate.toLowerCase()));
  const fewest = Math.min(...edits);
  const nearest = known[edits.indexOf(fewest)]!;
  if (fewest <= Math.max(2, name.length / 3) && fewest < nearest.length) {
    return `; did you mean "${nearest}"?`;
  }
  const shown = known.slice(0, 20).join(', ');
  return `; known: ${shown}${known.length > 20 ? `, … (${known.length} in all)` : ''}`;
}

/** A value as it is shown in an error message: quoted, control characters escaped, cut at 80 characters. */
export function show(value: unknown): string {
  const text = typeof value === 'string' ? JSON.stringify(value) : describe(value);
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}

function describe(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  try {
    return JSON.stringify(value);
  } catch {
    // A cycle or a bigint within.
    return Object.prototype.toString.call(value);
  }
}
