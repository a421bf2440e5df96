import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Interactions } from '@tensorec/core';
import { writeFileAtomic } from '@tensorec/core/node';
import { csvLines, interactionLines, type CsvCell } from '../write/csv.js';

/**
 * Writes interactions as a CSV file with a header: `user`, `item` and, where there are any, `value` and `timestamp`
 * (milliseconds; read them back with `timestampUnit: 'milliseconds'`). Gzip where the path ends in `.gz`. The path holds
 * the old file or the new one, whole, at every instant. Ids that a spreadsheet would take for formulas get a `'` in
 * front (see `csvText`) and come back with it.
 *
 * @throws TensorecError `file` when the file cannot be written; `invalid-argument` for ids that cannot be told apart
 * in it.
 */
export async function writeInteractions(
  path: string,
  interactions: Interactions,
  options: { readonly format: 'delimited' },
): Promise<void> {
  switch (options.format) {
    case 'delimited':
      await writeLines(path, interactionLines(interactions));
  }
}

/**
 * Writes a table as a CSV file, as `csvText` does. Gzip where the path ends in `.gz`. The path holds the old file or the
 * new one, whole, at every instant.
 *
 * @throws TensorecError `file` when the file cannot be written; `invalid-argument` for a row of another length than the
 * header.
 */
export async function writeRows(
  path: string,
  header: readonly string[],
  rows: Iterable<readonly CsvCell[]>,
): Promise<void> {
  await writeLines(path, csvLines(header, rows));
}

const compress = promisify(gzip);

/** Characters that are encoded at a time. */
const BLOCK = 1 << 20;

async function writeLines(path: string, lines: Iterable<string>): Promise<void> {
  const blocks: Buffer[] = [];
  let text = '';
  for (const line of lines) {
    text += line;
    if (text.length < BLOCK) continue;
    blocks.push(Buffer.from(text));
    text = '';
  }
  blocks.push(Buffer.from(text));
  const bytes = Buffer.concat(blocks);
  await writeFileAtomic(path, path.endsWith('.gz') ? await compress(bytes) : bytes);
}
