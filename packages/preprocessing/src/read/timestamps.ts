import { parseNumber } from './number.js';
import { LineProblem } from './line-problem.js';
import { showBytes } from './text.js';

/** Unit of numeric timestamps. */
export type TimestampUnit = 'seconds' | 'milliseconds';

const ISO_8601 =
  /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(\.\d{1,9})?)?(?:(Z)|([+-])(\d\d):?(\d\d))?)?$/;

/** Numbers from here on cannot be seconds (the year 5138); as milliseconds they are the year 1973. */
const SECONDS_LIMIT = 1e11;

/** Reads one file's timestamps, which are either all numbers or all ISO-8601 dates. */
export class TimestampReader {
  readonly #unit: TimestampUnit | undefined;
  #kind: 'numbers' | 'dates' | undefined;
  #greatest = 0;

  constructor(unit: TimestampUnit | undefined) {
    this.#unit = unit;
  }

  /** Whether the unit of the numbers has to be found out. */
  get unitUnknown(): boolean {
    return this.#kind === 'numbers' && this.#unit === undefined;
  }

  /** Whether all numbers read can be seconds. */
  get canBeSeconds(): boolean {
    return this.#greatest < SECONDS_LIMIT;
  }

  /** Whether the file's timestamps are dates. */
  get areDates(): boolean {
    return this.#kind === 'dates';
  }

  /** What {@link TimestampReader.fromNumber} multiplies by. */
  get factor(): number {
    return this.#unit === 'seconds' ? 1000 : 1;
  }

  /** Takes note of what {@link TimestampReader.fromNumber} has not seen: numbers times the factor. */
  passNumbers(milliseconds: Float64Array): void {
    if (milliseconds.length === 0) return;
    this.#kind ??= 'numbers';
    let greatest = this.#greatest;
    for (let n = 0; n < milliseconds.length; n++) {
      const magnitude = Math.abs(milliseconds[n]!);
      if (magnitude > greatest) greatest = magnitude;
    }
    this.#greatest = greatest;
  }

  /** Milliseconds, or a number as it stands while {@link TimestampReader.unitUnknown}. */
  read(bytes: Uint8Array, start: number, end: number, position: number): number {
    const number = parseNumber(bytes, start, end);
    if (Number.isFinite(number)) return this.fromNumber(number, position);
    const date =
      end - start <= 40 ? parseDate(String.fromCharCode(...bytes.subarray(start, end))) : NaN;
    if (Number.isNaN(date)) {
      throw new LineProblem(
        `found ${showBytes(bytes, start, end)}, expected a timestamp: a number, or a date such as 2024-05-31T12:00:00Z`,
        position,
      );
    }
    return this.#take('dates', date, position);
  }

  /** As {@link TimestampReader.read}, for a number. */
  fromNumber(number: number, position: number): number {
    const magnitude = Math.abs(number);
    if (magnitude > this.#greatest) this.#greatest = magnitude;
    return this.#take('numbers', number * this.factor, position);
  }

  /** As {@link TimestampReader.read}, for text; `NaN` when it is no date. */
  fromText(text: string, position: number): number {
    const date = parseDate(text);
    return Number.isNaN(date) ? NaN : this.#take('dates', date, position);
  }

  #take(kind: 'numbers' | 'dates', milliseconds: number, position: number): number {
    this.#kind ??= kind;
    if (kind !== this.#kind) {
      const found = kind === 'dates' ? 'a date' : 'a number';
      throw new LineProblem(
        `found ${found}, expected ${this.#kind} as in the lines before; write all timestamps in one way`,
        position,
      );
    }
    return milliseconds;
  }
}

/** Milliseconds since 1970 of an ISO-8601 date, UTC where it names no zone; `NaN` when it is none. */
function parseDate(text: string): number {
  const match = ISO_8601.exec(text);
  if (match === null) return NaN;
  const part = (group: number): number => Number(match[group] ?? 0);
  const [year, month, day, hour, minute, second] = [1, 2, 3, 4, 5, 6].map(part) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const midnight = new Date(0);
  midnight.setUTCFullYear(year, month - 1, day);
  if (midnight.getUTCMonth() !== month - 1 || midnight.getUTCDate() !== day) return NaN;
  if (hour > 23 || minute > 59 || second > 59 || part(10) > 23 || part(11) > 59) return NaN;
  const offset = (match[9] === '-' ? -1 : 1) * (part(10) * 60 + part(11));
  const fraction = Math.round(part(7) * 1e9) / 1e6;
  return midnight.getTime() + ((hour * 60 + minute - offset) * 60 + second) * 1000 + fraction;
}
