import type { ByteSource } from '../read/records.js';
import type { FormatGuess } from './format-guess.js';
import { guessDelimited } from './guess-delimited.js';
import { guessJsonLines } from './guess-json.js';
import { guessCandidates, guessLists, guessSessionTest } from './guess-lists.js';
import { readHead, type Head } from './head.js';
import { findSeparator } from './separators.js';

/** Fewest columns of a table that are rather a list of a user and a fixed number of items. */
const LIST_COLUMNS = 6;

/**
 * Guesses how a file of interactions is laid out, from its first half MiB: the format by the shape of the lines, the
 * columns by their names in the header and, without one, by what they hold. Nothing but the beginning is read; a
 * source that is read afterwards has to be opened again.
 *
 * @throws TensorecError `empty-data` for a file without interactions (a table of items, prose, an empty file), with what
 * was seen and what is needed; `parse` for what is no text; what the source throws.
 */
export async function guessFormat(source: ByteSource): Promise<FormatGuess> {
  return guessHead(await readHead(source));
}

function guessHead(head: Head): FormatGuess {
  const first = head.lines[0]!.trimStart();
  if (first.startsWith('{') || first.startsWith('[')) return guessJsonLines(head);
  if (isDst(head)) return dst;
  const special = guessCandidates(head) ?? guessSessionTest(head);
  if (special !== undefined) return special;
  const table = findSeparator(head);
  if (table === undefined || isFixedList(table.separator, table.fields, head)) {
    return guessLists(head);
  }
  return guessDelimited(head, table);
}

/** Lists of one length look like a table without a header. */
function isFixedList(separator: string, fields: number, { lines }: Head): boolean {
  if (separator !== ' ' && separator !== '\t') return false;
  const isWhole = (line: string): boolean =>
    line.split(/[ \t]+/).every((word) => /^\d{1,8}$/.test(word));
  return fields >= LIST_COLUMNS && lines.slice(0, 100).every(isWhole);
}

function isDst({ lines }: Head): boolean {
  return (
    lines.every((line) => /^[A-Z],/.test(line)) &&
    lines.some((line) => /^C,[^,]+,[^,]+$/.test(line)) &&
    lines.some((line) => line.startsWith('V,'))
  );
}

const dst: FormatGuess = {
  spec: { format: 'dst' },
  part: 'whole',
  confidence: 0.95,
  reasons: [
    'every line begins with a letter and a comma, C lines name users and V lines their visits',
  ],
  alternatives: [],
  missing: ['there are no values and no timestamps'],
  values: undefined,
  order: 'unknown',
  users: 'users',
};
