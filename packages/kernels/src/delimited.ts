import { startedEngine } from './engine/engine.js';
import type { Scope } from './engine/scope.js';

/** Bytes of text that are read at a time, and of a chunk: see assembly/delimited.ts. */
const CHUNK_BYTES = 32768;
const MOST_CHUNKS = 34;
const CHUNK_ROWS = 8192;
const RESULT_INTS = 8;
const MISS_INTS = 8;
/** Bytes beyond the text that may be read. */
const PADDING = 128;

const LAYOUT_BYTES = 192;
const TABLES = 176;
const SLOT_BYTES = 16;
const FIRST_SLOTS = 4096;
/** Copies of long keys are put into blocks of this many bytes, or longer ones for longer keys. */
const COPY_BLOCK = 65536;
const LONGEST_SHORT_KEY = 8;

/** How lines are cut, and which fields are read. */
export interface DelimitedFields {
  /** What parts fields: 1 to 8 bytes, none of them NUL or a line end. */
  readonly separator: Uint8Array;
  /** Whether a field that begins with a double quote is quoted; such lines are not read here. */
  readonly quotes: boolean;
  /** Index of the field with the first key, and of that with the second. */
  readonly first: number;
  readonly second: number;
  /** Index of a number that is read in single precision, and of one in double precision; −1 for none. */
  readonly value: number;
  readonly time: number;
  /** What times are multiplied by. */
  readonly timeFactor: number;
}

/** A line with a key that was not seen before. Places are counted from the start of the bytes given. */
export interface NewKeys {
  readonly firstStart: number;
  readonly firstEnd: number;
  readonly secondStart: number;
  readonly secondEnd: number;
  /** Row of the key, −1 where it is not known; to be set. */
  firstRow: number;
  secondRow: number;
}

/** Columns of consecutive lines: views to be copied at once. */
export interface DelimitedColumns {
  readonly firstRows: Int32Array;
  readonly secondRows: Int32Array;
  readonly values: Float32Array;
  readonly times: Float64Array;
}

/** What becomes of the lines. */
export interface DelimitedTarget {
  /** Sets the rows that are −1; false to stop before this line. */
  resolve(keys: NewKeys): boolean;
  /** Takes lines, in their order; columns of numbers that are not read are empty. */
  append(columns: DelimitedColumns): void;
}

/** How far a reader came. */
export interface DelimitedProgress {
  /** Where the first line that was not taken begins. */
  readonly next: number;
  /** Lines before it, empty ones too. */
  readonly lines: number;
  /** Whether that line is complete, so that there is something about it that this reader does not read. */
  readonly stopped: boolean;
}

/**
 * Reads plain lines of delimited text on all threads. Lines end with LF or CRLF, empty ones are passed over. It stops
 * before a line that is not plain: with a field that begins with a quote, a NUL, a carriage return alone, an empty key,
 * too few fields, more than 1 MiB, or a number other than up to 15 digits with at most one point and a minus sign.
 * Whatever it takes, another number of threads takes too, and gives the same.
 *
 * Keys are known by their bytes. Whoever uses the reader gives each a row when it comes up first; the reader keeps it.
 */
export class DelimitedLines {
  readonly #memory: Scope;
  readonly #layout: number;
  readonly #text: number;
  readonly #results: number;
  readonly #misses: number;
  readonly #firstRows: number;
  readonly #secondRows: number;
  readonly #values: number;
  readonly #times: number;
  readonly #answer: number;
  readonly #first: KeyTable;
  readonly #second: KeyTable;
  readonly #hasValues: boolean;
  readonly #hasTimes: boolean;

  /** Bytes that {@link DelimitedLines.read} takes at a time at most. */
  static readonly most: number = MOST_CHUNKS * CHUNK_BYTES;

  private constructor(memory: Scope, fields: DelimitedFields) {
    const rows = MOST_CHUNKS * CHUNK_ROWS;
    this.#memory = memory;
    this.#layout = memory.allocateZeros(LAYOUT_BYTES);
    this.#text = memory.allocate(DelimitedLines.most + PADDING);
    this.#results = memory.allocate(4 * RESULT_INTS * MOST_CHUNKS);
    this.#misses = memory.allocate(4 * MISS_INTS * rows);
    this.#firstRows = memory.allocate(4 * rows);
    this.#secondRows = memory.allocate(4 * rows);
    this.#values = memory.allocate(fields.value < 0 ? 1 : 4 * rows);
    this.#times = memory.allocate(fields.time < 0 ? 1 : 8 * rows);
    this.#answer = memory.allocate(12);
    this.#first = new KeyTable(memory, this.#layout + TABLES);
    this.#second = new KeyTable(memory, this.#layout + TABLES + 8);

    this.#hasValues = fields.value >= 0;
    this.#hasTimes = fields.time >= 0;

    const { separator, first, second, value, time } = fields;
    memory.view(Uint8Array, this.#layout, 8).set(separator);
    const needed = 1 + Math.max(first, second, value, time);
    memory
      .view(Int32Array, this.#layout + 8, 7)
      .set([separator.length, Number(fields.quotes), first, second, value, time, needed]);
    memory.view(Float64Array, this.#layout + 40, 1)[0] = fields.timeFactor;
    const powers = Array.from({ length: 16 }, (_, exponent) => Number(`1e${exponent}`));
    memory.view(Float64Array, this.#layout + 48, 16).set(powers);
  }

  /** A reader, to be closed; undefined where the engine is not ready or the fields are not of this kind. */
  static open(fields: DelimitedFields): DelimitedLines | undefined {
    const engine = startedEngine();
    if (engine === undefined || fields.separator.length > 8) return undefined;
    const memory = engine.open();
    try {
      return new DelimitedLines(memory, fields);
    } catch (error) {
      memory.close();
      throw error;
    }
  }

  /** Frees the memory. */
  close(): void {
    this.#memory.close();
  }

  /** Reads lines from the start of `bytes`, {@link DelimitedLines.most} at most, on all threads. */
  read(bytes: Uint8Array, target: DelimitedTarget): DelimitedProgress {
    const memory = this.#memory;
    memory.view(Uint8Array, this.#text, bytes.length).set(bytes);
    const chunks = Math.ceil(bytes.length / CHUNK_BYTES);
    memory.engine.runChunks('scanLines', 0, chunks, [
      this.#text,
      bytes.length,
      this.#layout,
      this.#results,
      this.#misses,
      this.#firstRows,
      this.#secondRows,
      this.#values,
      this.#times,
    ]);
    const results = memory.view(Int32Array, this.#results, RESULT_INTS * chunks).slice();
    let next = 0;
    let lines = 0;
    for (let chunk = 0; chunk < chunks; chunk++) {
      const at = RESULT_INTS * chunk;
      const why = results[at + 4]!;
      const missed = this.#resolve(chunk, results[at + 1]!, target);
      if (missed !== undefined) {
        this.#append(chunk, missed.row, target);
        return { next: missed.start, lines: lines + missed.lines, stopped: true };
      }
      this.#append(chunk, results[at]!, target);
      lines += results[at + 2]!;
      if (results[at + 2]! > 0 || why !== 0) next = results[at + 3]!;
      if (why !== 0) return { next, lines, stopped: why === 1 };
    }
    return { next, lines, stopped: false };
  }

  /** Finds the rows of keys that a chunk has missed; the first line that `target` refuses. */
  #resolve(
    chunk: number,
    count: number,
    target: DelimitedTarget,
  ): { row: number; lines: number; start: number } | undefined {
    const memory = this.#memory;
    const { engine } = memory;
    const misses = this.#misses + 4 * MISS_INTS * CHUNK_ROWS * chunk;
    const rows = 4 * CHUNK_ROWS * chunk;
    const parameters = [
      ...[this.#text, this.#layout, misses, count, this.#firstRows + rows, this.#secondRows + rows],
      ...[0, this.#answer, 0, 0, 0, 0, 0],
    ];
    let ints = new Int32Array(engine.buffer);
    const answer = this.#answer / 4;
    for (;;) {
      engine.call('resolveMisses', parameters);
      const index = ints[answer]!;
      if (index === count) return undefined;
      const miss = misses / 4 + MISS_INTS * index;
      const keys: NewKeys = {
        firstStart: ints[miss + 3]!,
        firstEnd: ints[miss + 4]!,
        secondStart: ints[miss + 5]!,
        secondEnd: ints[miss + 6]!,
        firstRow: ints[answer + 1]!,
        secondRow: ints[answer + 2]!,
      };
      const { firstStart, firstEnd, secondStart, secondEnd, firstRow, secondRow } = keys;
      if (!target.resolve(keys)) {
        return { row: ints[miss]!, lines: ints[miss + 1]!, start: ints[miss + 2]! };
      }
      const firstCopy = firstRow < 0 ? this.#first.reserve(firstEnd - firstStart) : 0;
      const secondCopy = secondRow < 0 ? this.#second.reserve(secondEnd - secondStart) : 0;
      if (ints.buffer !== engine.buffer) ints = new Int32Array(engine.buffer);
      parameters[6] = index;
      parameters[8] = 1;
      parameters[9] = keys.firstRow;
      parameters[10] = keys.secondRow;
      parameters[11] = firstCopy;
      parameters[12] = secondCopy;
    }
  }

  #append(chunk: number, rows: number, target: DelimitedTarget): void {
    const memory = this.#memory;
    const from = CHUNK_ROWS * chunk;
    target.append({
      firstRows: memory.view(Int32Array, this.#firstRows + 4 * from, rows),
      secondRows: memory.view(Int32Array, this.#secondRows + 4 * from, rows),
      values: this.#hasValues
        ? memory.view(Float32Array, this.#values + 4 * from, rows)
        : new Float32Array(0),
      times: this.#hasTimes
        ? memory.view(Float64Array, this.#times + 8 * from, rows)
        : new Float64Array(0),
    });
  }
}

/** The memory of a table of keys: see assembly/keys.ts. */
class KeyTable {
  readonly #memory: Scope;
  readonly #table: number;
  #slots: number;
  #size = FIRST_SLOTS;
  #used = 0;
  #copies = 0;
  #copiesEnd = 0;

  constructor(memory: Scope, table: number) {
    this.#memory = memory;
    this.#table = table;
    this.#slots = memory.allocateZeros(SLOT_BYTES * FIRST_SLOTS);
    memory.view(Int32Array, table, 2).set([this.#slots, FIRST_SLOTS - 1]);
  }

  /** Makes room for one more key; where a copy of it can go. */
  reserve(length: number): number {
    const memory = this.#memory;
    if (2 * ++this.#used > this.#size) {
      const slots = memory.allocateZeros(2 * SLOT_BYTES * this.#size);
      memory.engine.call('enlargeTable', [this.#table, slots, 2 * this.#size]);
      memory.free(this.#slots);
      this.#slots = slots;
      this.#size *= 2;
    }
    if (length <= LONGEST_SHORT_KEY) return 0;
    const bytes = 4 + length;
    if (this.#copies + bytes > this.#copiesEnd) {
      const block = Math.max(COPY_BLOCK, bytes);
      this.#copies = memory.allocate(block);
      this.#copiesEnd = this.#copies + block;
    }
    const copy = this.#copies;
    this.#copies += bytes;
    return copy;
  }
}
