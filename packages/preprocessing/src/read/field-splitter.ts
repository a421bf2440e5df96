import { LineProblem } from './line-problem.js';
import { afterLineEnd, INCOMPLETE } from './records.js';
import { CARRIAGE_RETURN, LINE_FEED, nulProblem, QUOTE } from './text.js';

/**
 * Cuts delimited records into fields, without making strings. A field in double quotes may hold separators, line ends
 * and, doubled, quotes (RFC 4180); quotes count where the separator is one character.
 */
export class FieldSplitter {
  readonly #separator: Uint8Array;
  /** Whether fields may be quoted. */
  readonly quotes: boolean;
  /** Number of fields of the record found last. */
  count = 0;
  /** Lines of the record found last. */
  lineCount = 1;
  /** Where each field's content begins, in {@link FieldSplitter.bytesOf} that field. */
  starts: Int32Array = new Int32Array(64);
  /** Where each field's content ends. */
  ends: Int32Array = new Int32Array(64);
  /** Where each field begins in the block, for messages. */
  positions: Int32Array = new Int32Array(64);
  #unescaped = new Uint8Array(256);
  #unescapedSize = 0;
  #hasUnescaped = false;
  #inUnescaped = new Uint8Array(64);

  constructor(separator: string, quotes: boolean) {
    this.#separator = new TextEncoder().encode(separator);
    this.quotes = quotes && this.#separator.length === 1;
  }

  /** The bytes that hold a field's content: the block, or a copy of the field with its quotes resolved. */
  bytesOf(field: number, block: Uint8Array): Uint8Array {
    return this.#hasUnescaped && this.#inUnescaped[field] === 1 ? this.#unescaped : block;
  }

  /** Whether the record found last is an empty line. */
  get isBlank(): boolean {
    return this.count === 1 && this.starts[0] === this.ends[0];
  }

  /** Finds the fields of the record at `start`; where the next record begins, or `INCOMPLETE`. */
  next(bytes: Uint8Array, start: number, end: number, final: boolean): number {
    const separator = this.#separator;
    const separatorLength = separator.length;
    const firstByte = separator[0]!;
    const quotes = this.quotes;
    this.count = 0;
    this.lineCount = 1;
    this.#hasUnescaped = false;
    this.#unescapedSize = 0;
    let position = start;
    for (;;) {
      if (quotes && position < end && bytes[position] === QUOTE) {
        position = this.#readQuoted(bytes, position, end, final);
        if (position === INCOMPLETE) return INCOMPLETE;
      } else {
        const fieldStart = position;
        for (; position < end; position++) {
          const byte = bytes[position]!;
          if (byte === firstByte && (separatorLength === 1 || this.#isSeparator(bytes, position))) {
            break;
          }
          if (byte <= CARRIAGE_RETURN) {
            if (byte === LINE_FEED || byte === CARRIAGE_RETURN) break;
            if (byte === 0) throw nulProblem(position);
          }
        }
        this.#addField(fieldStart, position, fieldStart);
      }
      if (position === end) return final ? end : INCOMPLETE;
      const byte = bytes[position]!;
      if (byte === LINE_FEED) return position + 1;
      if (byte === CARRIAGE_RETURN) {
        return position + 1 === end && !final ? INCOMPLETE : afterLineEnd(bytes, position);
      }
      position += separatorLength;
    }
  }

  /** Reads the field whose opening quote is at `start`; the position after its closing quote, or `INCOMPLETE`. */
  #readQuoted(bytes: Uint8Array, start: number, end: number, final: boolean): number {
    let escapes = 0;
    let position = start + 1;
    for (; ; position++) {
      if (position === end) {
        if (!final) return INCOMPLETE;
        throw new LineProblem(
          'found an opening quote without a closing one, expected " at the end of the cell; close it, or double quotes inside cells',
          start,
        );
      }
      const byte = bytes[position]!;
      if (byte === QUOTE) {
        if (position + 1 === end || bytes[position + 1] !== QUOTE) break;
        escapes++;
        position++;
      } else if (byte === LINE_FEED) {
        if (bytes[position - 1] !== CARRIAGE_RETURN) this.lineCount++;
      } else if (byte === CARRIAGE_RETURN) {
        this.lineCount++;
      } else if (byte === 0) {
        throw nulProblem(position);
      }
    }
    const after = position + 1;
    if (after < end && !this.#endsField(bytes, after)) {
      throw new LineProblem(
        'found text after a closing quote, expected the separator or the end of the line; double quotes inside cells',
        after,
      );
    }
    if (escapes === 0) this.#addField(start + 1, position, start);
    else this.#addUnescaped(bytes, start + 1, position);
    return after;
  }

  #endsField(bytes: Uint8Array, position: number): boolean {
    const byte = bytes[position];
    return byte === this.#separator[0] || byte === LINE_FEED || byte === CARRIAGE_RETURN;
  }

  #isSeparator(bytes: Uint8Array, position: number): boolean {
    return this.#separator.every((byte, offset) => bytes[position + offset] === byte);
  }

  #addField(start: number, end: number, position: number): void {
    const field = this.count++;
    if (field === this.starts.length) this.#grow();
    this.starts[field] = start;
    this.ends[field] = end;
    this.positions[field] = position;
    this.#inUnescaped[field] = 0;
  }

  #addUnescaped(bytes: Uint8Array, start: number, end: number): void {
    const needed = this.#unescapedSize + end - start;
    if (needed > this.#unescaped.length) {
      const larger = new Uint8Array(2 * needed);
      larger.set(this.#unescaped);
      this.#unescaped = larger;
    }
    let size = this.#unescapedSize;
    for (let position = start; position < end; position++) {
      const byte = bytes[position]!;
      this.#unescaped[size++] = byte;
      if (byte === QUOTE) position++;
    }
    this.#addField(this.#unescapedSize, size, start - 1);
    this.#inUnescaped[this.count - 1] = 1;
    this.#hasUnescaped = true;
    this.#unescapedSize = size;
  }

  #grow(): void {
    const length = 2 * this.starts.length;
    const grown = <Column extends Int32Array | Uint8Array>(from: Column, to: Column): Column => {
      to.set(from);
      return to;
    };
    this.starts = grown(this.starts, new Int32Array(length));
    this.ends = grown(this.ends, new Int32Array(length));
    this.positions = grown(this.positions, new Int32Array(length));
    this.#inUnescaped = grown(this.#inUnescaped, new Uint8Array(length));
  }
}
