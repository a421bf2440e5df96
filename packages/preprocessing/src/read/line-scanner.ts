import { afterLineEnd, INCOMPLETE } from './records.js';
import { CARRIAGE_RETURN, LINE_FEED, nulProblem, SPACE, TAB } from './text.js';

/** Finds lines, and the words of a line: what spaces and tabs part. */
export class LineScanner {
  readonly lineCount = 1;
  /** End of the line found last, without its line end. */
  protected contentEnd = 0;

  /** As `RecordFormat.next`. */
  next(bytes: Uint8Array, start: number, end: number, final: boolean): number {
    let position = start;
    for (; position < end; position++) {
      const byte = bytes[position]!;
      if (byte <= CARRIAGE_RETURN) {
        if (byte === LINE_FEED || byte === CARRIAGE_RETURN) break;
        if (byte === 0) throw nulProblem(position);
      }
    }
    if (
      !final &&
      (position === end || (position + 1 === end && bytes[position] === CARRIAGE_RETURN))
    ) {
      return INCOMPLETE;
    }
    this.contentEnd = position;
    return afterLineEnd(bytes, position);
  }
}

/** The words between two bytes: entries 2n and 2n + 1 are the start and the end of word n. */
export function splitWords(bytes: Uint8Array, start: number, end: number): number[] {
  const words: number[] = [];
  let position = start;
  for (;;) {
    while (position < end && isBlank(bytes[position]!)) position++;
    if (position === end) return words;
    words.push(position);
    while (position < end && !isBlank(bytes[position]!)) position++;
    words.push(position);
  }
}

function isBlank(byte: number): boolean {
  return byte === SPACE || byte === TAB;
}

/** The fields between two bytes, parted by a byte: entries 2n and 2n + 1 are the start and the end of field n. */
export function splitAt(
  bytes: Uint8Array,
  start: number,
  end: number,
  separator: number,
): number[] {
  const bounds = [start];
  for (let position = start; position < end; position++) {
    if (bytes[position] === separator) bounds.push(position, position + 1);
  }
  bounds.push(end);
  return bounds;
}
