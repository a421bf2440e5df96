import { nextTurn, TensorecError, type CallOptions } from '@tensorec/core';
import { LineProblem } from './line-problem.js';
import { CARRIAGE_RETURN, countCharacters, LINE_FEED } from './text.js';

/** Bytes to read, with a name for messages. */
export interface ByteSource {
  /** What messages call it: the path of a file, the address of a download. */
  readonly name: string;
  /** The bytes in blocks of any size; a block may be reused by its maker once the next one is asked for. */
  readonly bytes: AsyncIterable<Uint8Array>;
  /** Share of the bytes given so far, 0 to 1, where it is known. */
  fractionRead?(): number;
}

/** What {@link RecordFormat.next} returns when the record does not end within the bytes given. */
export const INCOMPLETE = -1;

/** One way to cut bytes into records and to take them in. */
export interface RecordFormat {
  /** Lines of the record that `next` found last; more than one where a quoted field holds line ends. */
  readonly lineCount: number;
  /** Where the record after the one at `start` begins; `INCOMPLETE` only when not `final`. */
  next(bytes: Uint8Array, start: number, end: number, final: boolean): number;
  /** Takes in the record that `next` found last; a {@link LineProblem} leaves nothing of it behind. */
  take(bytes: Uint8Array, start: number, line: number): void;
  /** Takes in records of one line each from `start` on, as many as it likes; all that follow come one by one. */
  takeLines?(bytes: Uint8Array, start: number): TakenLines;
  /** Frees what reading needed. */
  close?(): void;
}

/** What {@link RecordFormat.takeLines} took. */
export interface TakenLines {
  readonly bytes: number;
  readonly lines: number;
}

/** Nothing was taken. */
export const NO_LINES: TakenLines = { bytes: 0, lines: 0 };

/** Lines that were left out. */
export interface SkippedLines {
  readonly skippedLines: number;
  /** The first few messages. */
  readonly skipped: readonly string[];
}

/** How {@link readRecords} treats bad lines. */
export interface RecordOptions extends CallOptions {
  readonly skipBadLines?: boolean | number | undefined;
}

/** Longest line, in bytes. */
const MAXIMUM_LINE = 1 << 20;
const BLOCK = 1 << 20;
const SLICE_MILLISECONDS = 25;
const SHOWN_PROBLEMS = 10;

/**
 * Reads all records of a source. Memory does not depend on its length; the event loop gets a turn every 25 ms.
 *
 * @throws TensorecError `parse` at a bad line that may not be skipped, `empty-data` when there are no bytes.
 */
export async function readRecords(
  source: ByteSource,
  format: RecordFormat,
  options: RecordOptions,
): Promise<SkippedLines> {
  const { signal, onProgress } = options;
  const reader = new RecordReader(source.name, format, options.skipBadLines ?? false);
  const stage = `read ${source.name}`;
  let sliceEnd = performance.now() + SLICE_MILLISECONDS;
  signal?.throwIfAborted();
  try {
    for await (const block of source.bytes) {
      for (let start = 0; start < block.length; start += BLOCK) {
        reader.read(block.subarray(start, start + BLOCK), false);
        if (performance.now() < sliceEnd) continue;
        onProgress?.({ stage, fraction: source.fractionRead?.() ?? 0 });
        await nextTurn();
        signal?.throwIfAborted();
        sliceEnd = performance.now() + SLICE_MILLISECONDS;
      }
    }
    reader.read(new Uint8Array(0), true);
  } finally {
    format.close?.();
  }
  onProgress?.({ stage, fraction: 1 });
  return reader.skipped();
}

class RecordReader {
  readonly #name: string;
  readonly #format: RecordFormat;
  readonly #maximumSkipped: number;
  #rest = new Uint8Array(0);
  #buffer = new Uint8Array(0);
  #line = 1;
  #started = false;
  #discarding = false;
  #skippedLines = 0;
  #skipped: string[] = [];

  constructor(name: string, format: RecordFormat, skipBadLines: boolean | number) {
    this.#name = name;
    this.#format = format;
    this.#maximumSkipped =
      typeof skipBadLines === 'number' ? skipBadLines : skipBadLines ? Infinity : 0;
  }

  read(block: Uint8Array, final: boolean): void {
    const bytes = this.#joined(block);
    let position = 0;
    if (!this.#started) {
      if (bytes.length < 8 && !final) {
        this.#rest = bytes.slice();
        return;
      }
      position = textStart(this.#name, bytes);
      this.#started = true;
    }
    while (position < bytes.length) {
      if (!this.#discarding) position = this.#takeLines(bytes, position);
      if (position === bytes.length) break;
      const next = this.#discarding
        ? this.#skipLine(bytes, position, final)
        : this.#readRecord(bytes, position, final);
      if (next === INCOMPLETE) break;
      position = next;
    }
    this.#rest = bytes.slice(position);
  }

  /** The rest and a block, in memory that is used again, of a class of its own, so that hot loops see no other. */
  #joined(block: Uint8Array): Uint8Array {
    const rest = this.#rest;
    const length = rest.length + block.length;
    if (length > this.#buffer.length) this.#buffer = new Uint8Array(length + (length >> 3));
    this.#buffer.set(rest);
    this.#buffer.set(block, rest.length);
    return this.#buffer.subarray(0, length);
  }

  skipped(): SkippedLines {
    return { skippedLines: this.#skippedLines, skipped: this.#skipped };
  }

  #takeLines(bytes: Uint8Array, position: number): number {
    const taken = this.#format.takeLines?.(bytes, position) ?? NO_LINES;
    this.#line += taken.lines;
    return position + taken.bytes;
  }

  #readRecord(bytes: Uint8Array, start: number, final: boolean): number {
    let next = INCOMPLETE;
    try {
      next = this.#format.next(bytes, start, bytes.length, final);
      const length = (next === INCOMPLETE ? bytes.length : next) - start;
      if (length > MAXIMUM_LINE) {
        throw new LineProblem(
          'found a line of more than 1 MiB, expected a shorter one; check the format and the quotes',
          start,
        );
      }
      if (next !== INCOMPLETE) this.#format.take(bytes, start, this.#line);
    } catch (error) {
      if (!(error instanceof LineProblem)) throw error;
      this.#refuse(error, bytes, start);
      if (next === INCOMPLETE) return this.#skipLine(bytes, start, final);
    }
    if (next !== INCOMPLETE) this.#line += this.#format.lineCount;
    return next;
  }

  /** Passes over the rest of a line, over several blocks where it is long. */
  #skipLine(bytes: Uint8Array, start: number, final: boolean): number {
    const end = lineEnd(bytes, start);
    const returnAtEnd = bytes[end] === CARRIAGE_RETURN && end + 1 === bytes.length;
    this.#discarding = !final && (end === bytes.length || returnAtEnd);
    if (this.#discarding) return returnAtEnd && end === start ? INCOMPLETE : end;
    this.#line++;
    return afterLineEnd(bytes, end);
  }

  #refuse(problem: LineProblem, bytes: Uint8Array, start: number): void {
    const lineStart = lastLineStart(bytes, start, problem.position);
    const column = countCharacters(bytes, lineStart.position, problem.position) + 1;
    const place = `${this.#name}:${this.#line + lineStart.lines}:${column}`;
    const message = `${place}: ${problem.message}.`;
    this.#skippedLines++;
    if (problem.fatal || this.#skippedLines > this.#maximumSkipped) {
      const allowed =
        this.#maximumSkipped > 0 && !problem.fatal
          ? ` This is bad line ${this.#skippedLines}; skipBadLines allows ${this.#maximumSkipped}.`
          : '';
      throw new TensorecError('parse', message + allowed);
    }
    if (this.#skipped.length < SHOWN_PROBLEMS) this.#skipped.push(message);
  }
}

const signatures = [
  {
    kind: 'gzip data',
    signature: [0x1f, 0x8b],
    next: 'decompress it, or read it with @tensorec/preprocessing/node',
  },
  { kind: 'a zip archive', signature: [0x50, 0x4b, 3, 4], next: 'unpack it first' },
  { kind: 'zstd data', signature: [0x28, 0xb5, 0x2f, 0xfd], next: 'decompress it first' },
  { kind: 'xz data', signature: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0], next: 'decompress it first' },
  {
    kind: 'a Parquet file',
    signature: [0x50, 0x41, 0x52, 0x31, 0x15],
    next: 'write it as CSV or JSON lines first',
  },
  { kind: 'UTF-16 text', signature: [0xff, 0xfe], next: 'save it as UTF-8' },
  { kind: 'UTF-16 text', signature: [0xfe, 0xff], next: 'save it as UTF-8' },
] as const;

/**
 * Where the text begins, after a byte order mark.
 *
 * @throws TensorecError `empty-data` when there are no bytes, `parse` when they begin as another kind of file does.
 */
export function textStart(name: string, bytes: Uint8Array): number {
  if (bytes.length === 0) {
    throw new TensorecError('empty-data', `${name} is empty; check the path and the download.`);
  }
  for (const { kind, signature, next } of signatures) {
    if (signature.every((byte, position) => bytes[position] === byte)) {
      throw new TensorecError('parse', `${name}:1:1: found ${kind}, expected text; ${next}.`);
    }
  }
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
}

/** The position of the line's end, or the length of `bytes`. */
function lineEnd(bytes: Uint8Array, start: number): number {
  let position = start;
  while (position < bytes.length) {
    const byte = bytes[position]!;
    if (byte === LINE_FEED || byte === CARRIAGE_RETURN) break;
    position++;
  }
  return position;
}

/** The position after a line end (LF, CR or CRLF) that begins at `position`. */
export function afterLineEnd(bytes: Uint8Array, position: number): number {
  if (bytes[position] === CARRIAGE_RETURN && bytes[position + 1] === LINE_FEED) return position + 2;
  return Math.min(position + 1, bytes.length);
}

/** The start of the line that a position of a record is on, and how many lines of the record come before. */
function lastLineStart(
  bytes: Uint8Array,
  start: number,
  position: number,
): { position: number; lines: number } {
  let lines = 0;
  let lineStart = start;
  for (;;) {
    const end = lineEnd(bytes, lineStart);
    if (end >= position || end === bytes.length) return { position: lineStart, lines };
    lineStart = afterLineEnd(bytes, end);
    lines++;
  }
}
