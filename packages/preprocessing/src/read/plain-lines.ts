import { DelimitedLines, type DelimitedFields, type DelimitedTarget } from '@tensorec/kernels';
import { NO_LINES, type TakenLines } from './records.js';

/** Bytes that there must be before plain lines are looked for; below, it is not worth the preparation. */
const LEAST_BYTES = 65536;
/** Bytes to look at after a line that was not plain. */
const SHORT_WINDOW = 32768;
/** Lines to leave out after one that was not plain, at most. */
const LONGEST_PAUSE = 1024;
/** A stop after fewer lines makes the pause longer. */
const FEW_LINES = 16;

/**
 * Takes plain lines many at a time. Where other lines are frequent it looks at less at a time, then less often, so that
 * a file without plain lines is not read much slower than without this.
 */
export class PlainLines {
  readonly #fields: DelimitedFields;
  #lines: DelimitedLines | undefined;
  #window = DelimitedLines.most;
  #pause = 1;
  #waiting = 0;

  constructor(fields: DelimitedFields) {
    this.#fields = fields;
  }

  /** Takes the plain lines from `start` on, as far as it looks. */
  take(bytes: Uint8Array, start: number, target: DelimitedTarget): TakenLines {
    if (this.#waiting > 0) {
      this.#waiting--;
      return NO_LINES;
    }
    if (this.#lines === undefined && bytes.length - start < LEAST_BYTES) return NO_LINES;
    this.#lines ??= DelimitedLines.open(this.#fields);
    if (this.#lines === undefined) return NO_LINES;
    const { next, lines, stopped } = this.#lines.read(
      bytes.subarray(start, start + this.#window),
      target,
    );
    if (stopped) {
      this.#window = SHORT_WINDOW;
      this.#pause = lines < FEW_LINES ? Math.min(2 * this.#pause, LONGEST_PAUSE) : 1;
      this.#waiting = this.#pause;
    } else {
      this.#window = Math.min(2 * this.#window, DelimitedLines.most);
      this.#pause = 1;
    }
    return { bytes: next, lines };
  }

  /** Frees memory. */
  close(): void {
    this.#lines?.close();
    this.#lines = undefined;
  }
}
