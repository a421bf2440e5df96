import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { nextTurn, type CallOptions, type Interactions } from '@tensorec/core';
import { writeFileAtomic } from '@tensorec/core/node';
import { csvLines, type CsvCell } from '../write/csv.js';
import { interactionLines, type WriteFormat } from '../write/interaction-lines.js';

/**
 * Writes interactions as a CSV file with the header `user,item` and, where the data has them, `value` and `timestamp`
 * (milliseconds; read them back with `timestampUnit: 'milliseconds'`). Gzip where the path ends in `.gz`. At every
 * instant the path holds the old file or the new one, whole.
 *
 * @throws TensorecError `file` when the file cannot be written, `invalid-argument` for ids that a file cannot hold; the
 * signal's reason once it is aborted.
 */
export async function writeInteractions(
  path: string,
  interactions: Interactions,
  format: WriteFormat,
  options: CallOptions = {},
): Promise<void> {
  await writeLines(path, interactionLines(interactions, format), interactions.size + 1, options);
}

/**
 * Writes a table as a CSV file, as `csvText` does. Gzip where the path ends in `.gz`. At every instant the path holds
 * the old file or the new one, whole.
 *
 * @throws TensorecError `file` when the file cannot be written, `invalid-argument` for a row of another length than the
 * header; the signal's reason once it is aborted.
 */
export async function writeRows(
  path: string,
  header: readonly string[],
  rows: readonly (readonly CsvCell[])[],
  options: CallOptions = {},
): Promise<void> {
  await writeLines(path, csvLines(header, rows), rows.length + 1, options);
}

const compress = promisify(gzip);

/** Characters that are encoded at a time. */
const BLOCK = 1 << 18;

async function writeLines(
  path: string,
  lines: Iterable<string>,
  count: number,
  { signal, onProgress }: CallOptions,
): Promise<void> {
  const stage = `write ${path}`;
  const blocks: Buffer[] = [];
  let text = '';
  let written = 0;
  signal?.throwIfAborted();
  for (const line of lines) {
    text += line;
    written++;
    if (text.length < BLOCK) continue;
    blocks.push(Buffer.from(text));
    text = '';
    onProgress?.({ stage, fraction: written / (count + 1) });
    await nextTurn();
    signal?.throwIfAborted();
  }
  blocks.push(Buffer.from(text));
  const bytes = Buffer.concat(blocks);
  await writeFileAtomic(path, path.endsWith('.gz') ? await compress(bytes) : bytes);
  onProgress?.({ stage, fraction: 1 });
}
