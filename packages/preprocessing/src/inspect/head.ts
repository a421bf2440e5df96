import { TensorecError } from '@tensorec/core';
import { FieldSplitter } from '../read/field-splitter.js';
import { LineProblem } from '../read/line-problem.js';
import { INCOMPLETE, textStart, type ByteSource } from '../read/records.js';

/** Bytes that are looked at. */
const HEAD_BYTES = 1 << 19;

/** The beginning of a file. */
export interface Head {
  /** What messages call the file. */
  readonly name: string;
  /** The bytes, after a byte order mark. */
  readonly bytes: Uint8Array;
  /** Its lines that are not blank; the last one is left out where it may go on. */
  readonly lines: readonly string[];
  /** Whether that is all there is. */
  readonly complete: boolean;
}

/**
 * Reads the first half MiB of a source.
 *
 * @throws TensorecError `empty-data` when there is no line, `parse` when it is no text.
 */
export async function readHead(source: ByteSource): Promise<Head> {
  const blocks: Uint8Array[] = [];
  let size = 0;
  for await (const block of source.bytes) {
    blocks.push(block.slice(0, HEAD_BYTES + 1 - size));
    size += blocks.at(-1)!.length;
    if (size > HEAD_BYTES) break;
  }
  const all = new Uint8Array(size);
  let place = 0;
  for (const block of blocks) {
    all.set(block, place);
    place += block.length;
  }
  const complete = size <= HEAD_BYTES;
  const bytes = all.subarray(textStart(source.name, all), HEAD_BYTES);
  if (bytes.includes(0)) {
    throw new TensorecError(
      'parse',
      `${source.name} holds a NUL byte, so it is no text file; convert it to UTF-8 text first.`,
    );
  }
  const lines = new TextDecoder('utf-8').decode(bytes).split(/\r\n|\r|\n/);
  if (!complete && lines.length > 1) lines.pop();
  const filled = lines.filter((line) => line.trim() !== '');
  if (filled.length === 0) {
    throw new TensorecError(
      'empty-data',
      `${source.name} has no line that is not blank; check the path and the download.`,
    );
  }
  return { name: source.name, bytes, lines: filled, complete };
}

/** The cells of the first rows, as the reader of delimited files cuts them; rows with bad quotes are left out. */
export function headRows(
  head: Head,
  separator: string,
  quotes: boolean,
  most: number,
): readonly (readonly string[])[] {
  const { bytes } = head;
  const splitter = new FieldSplitter(separator, quotes);
  const decoder = new TextDecoder();
  const rows: string[][] = [];
  let position = 0;
  while (position < bytes.length && rows.length < most) {
    let next: number;
    try {
      next = splitter.next(bytes, position, bytes.length, head.complete);
    } catch (error) {
      if (!(error instanceof LineProblem)) throw error;
      position = afterLine(bytes, position);
      continue;
    }
    if (next === INCOMPLETE) break;
    if (!splitter.isBlank) {
      rows.push(
        Array.from({ length: splitter.count }, (_, field) =>
          decoder.decode(
            splitter.bytesOf(field, bytes).subarray(splitter.starts[field], splitter.ends[field]),
          ),
        ),
      );
    }
    position = next;
  }
  return rows;
}

function afterLine(bytes: Uint8Array, position: number): number {
  const end = bytes.subarray(position).findIndex((byte) => byte === 10 || byte === 13);
  return end < 0 ? bytes.length : position + end + 1;
}
