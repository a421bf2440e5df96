// Lines of delimited text, cut into fields: two keys, whose rows are looked up, and up to two decimal numbers.
//
// Only plain lines are read. A chunk stops at the first that is not: with a field that begins with a quote, a NUL, a
// carriage return alone, an empty key, too few fields, or a number that is not up to 15 digits with at most one point.
import { nextChunk, parameter } from './pool';
import { findKey, keyOf, storeKey, TABLE_BYTES } from './keys';

// The layout, in bytes from its start.
const SEPARATOR: usize = 0; // its bytes, 8 at most
const SEPARATOR_LENGTH: usize = 8;
const QUOTES: usize = 12;
const FIRST: usize = 16; // the fields of the keys and numbers; −1 where there is no such number
const SECOND: usize = 20;
const VALUE: usize = 24;
const TIME: usize = 28;
const NEEDED: usize = 32;
const TIME_FACTOR: usize = 40;
const POWERS: usize = 48; // 10^0 … 10^15
const TABLES: usize = 176; // of first and second keys

// What a chunk found, in bytes from its start.
const ROWS: usize = 0;
const MISSES: usize = 4; // rows with a key that was not found
const LINES: usize = 8; // rows and empty lines
const STOP: usize = 12; // where the first line that was not taken begins
const WHY: usize = 16; // 0: the chunk's end; otherwise one of
const ODD: i32 = 1;
const INCOMPLETE: i32 = 2;
const RESULT_BYTES: usize = 32;

// The record of a row, in bytes from its start; of those that are kept, a miss. Places are counted from the start of the text.
const MISS_ROW: usize = 0;
const MISS_LINE: usize = 4; // lines of the chunk before it
const MISS_START: usize = 8;
const MISS_FIRST: usize = 12;
const MISS_FIRST_END: usize = 16;
const MISS_SECOND: usize = 20;
const MISS_SECOND_END: usize = 24;
const MISS_BYTES: usize = 32;

const CHUNK_BYTES: usize = 32768;
const CHUNK_ROWS: usize = 8192; // of four bytes, the shortest line with two fields

/** Which of 16 bytes are the first of a separator, a line end or NUL. */
@inline
function marksOf(at: usize, separators: v128): u64 {
  const bytes = v128.load(at);
  const ends = v128.or(i8x16.eq(bytes, i8x16.splat(10)), i8x16.eq(bytes, i8x16.splat(13)));
  const others = v128.or(i8x16.eq(bytes, separators), i8x16.eq(bytes, i8x16.splat(0)));
  return <u64>(<u32>i8x16.bitmask(v128.or(ends, others)));
}

/** The marks of 64 bytes. */
@inline
function windowMarks(at: usize, separators: v128): u64 {
  return (
    marksOf(at, separators) |
    (marksOf(at + 16, separators) << 16) |
    (marksOf(at + 32, separators) << 32) |
    (marksOf(at + 48, separators) << 48)
  );
}

function isSeparator(at: usize, layout: usize, length: usize): bool {
  for (let i: usize = 0; i < length; i++) {
    if (load<u8>(at + i) != load<u8>(layout + i)) return false;
  }
  return true;
}

/** The number that 1 to 8 digits spell, or −1 where there is another byte; all digits at once (Lemire 2018). */
@inline
function digitsOf(at: usize, count: usize): i64 {
  const bits = <u64>count << 3;
  // Filled up with leading zeros.
  let word = (load<u64>(at) << (64 - bits)) | ((<u64>0x3030303030303030 >> (bits - 4)) >> 4);
  const high: u64 = 0xf0f0f0f0f0f0f0f0;
  const digits = (word & high) | (((word + 0x0606060606060606) & high) >> 4);
  if (digits != 0x3333333333333333) return -1;
  word -= 0x3030303030303030;
  word = word * 10 + (word >> 8);
  const odd = (word & 0x000000ff000000ff) * 0x000f424000000064;
  const even = ((word >> 16) & 0x000000ff000000ff) * 0x0000271000000001;
  return <i64>((odd + even) >> 32);
}

/** A decimal number of up to 15 digits; NaN for anything else. */
@inline
function decimal(from: usize, to: usize, layout: usize): f64 {
  const length = to - from;
  if (length - 1 < 8) {
    const number = digitsOf(from, length);
    if (number >= 0) return <f64>number;
  } else if (length <= 15 && length != 0) {
    const high = digitsOf(from, length - 8);
    const low = digitsOf(to - 8, 8);
    if ((high | low) >= 0) return <f64>(high * 100000000 + low);
  }
  return otherDecimal(from, to, layout);
}

/** As {@link decimal}, for a number with a sign or a point. */
function otherDecimal(from: usize, to: usize, layout: usize): f64 {
  if (to - from > 16) return NaN;
  const negative = from < to && load<u8>(from) == 45;
  let mantissa: u64 = 0;
  let point: usize = 0;
  const start = negative ? from + 1 : from;
  for (let at = start; at < to; at++) {
    const digit = <u32>load<u8>(at) - 48;
    if (digit <= 9) mantissa = mantissa * 10 + digit;
    else if (digit == <u32>-2 && point == 0) point = at;
    else return NaN;
  }
  const digits = to - start - (point == 0 ? 0 : 1);
  if (start >= to || digits == 0 || digits > 15) return NaN;
  // An exact integer over an exact power of ten is rounded once.
  let number = <f64>(<i64>mantissa);
  if (point != 0) number /= load<f64>(layout + POWERS + ((to - point - 1) << 3));
  return negative ? -number : number;
}

/**
 * Reads the plain lines that begin in each chunk of 32 KiB. Parameters: text (16 bytes more can be read), its length,
 * layout, results, misses, then the columns: rows of the first and the second key (int32), values (float32), times
 * (float64); a chunk writes to its own part of each.
 */
export function scanLines(): void {
  const text = parameter(0);
  const end = text + parameter(1);
  const layout = parameter(2);
  for (let chunk = nextChunk(); chunk >= 0; chunk = nextChunk()) {
    const index = <usize>chunk;
    const result = parameter(3) + index * RESULT_BYTES;
    const misses = parameter(4) + index * CHUNK_ROWS * MISS_BYTES;
    const row = index * CHUNK_ROWS;
    scanChunk(
      text,
      end,
      text + index * CHUNK_BYTES,
      layout,
      result,
      misses,
      parameter(5) + (row << 2),
      parameter(6) + (row << 2),
      parameter(7) + (row << 2),
      parameter(8) + (row << 3),
    );
  }
}

function scanChunk(
  text: usize,
  end: usize,
  chunk: usize,
  layout: usize,
  result: usize,
  misses: usize,
  firstRows: usize,
  secondRows: usize,
  values: usize,
  times: usize,
): void {
  const separators = i8x16.splat(<i8>load<u8>(layout + SEPARATOR));
  const separatorLength = <usize>load<u32>(layout + SEPARATOR_LENGTH);
  const quotes = load<i32>(layout + QUOTES) != 0;
  const firstField = load<i32>(layout + FIRST);
  const secondField = load<i32>(layout + SECOND);
  const valueField = load<i32>(layout + VALUE);
  const timeField = load<i32>(layout + TIME);
  const needed = load<i32>(layout + NEEDED);
  const timeFactor = load<f64>(layout + TIME_FACTOR);
  const chunkEnd = min(end, chunk + CHUNK_BYTES);
  let line = chunk == text ? chunk : lineAfter(chunk - 1, end);
  let window = line;
  let marks = line < chunkEnd ? windowMarks(window, separators) : 0;
  let rows: usize = 0;
  let lines: i32 = 0;
  let why = 0;
  while (line < chunkEnd) {
    let first: usize = 0;
    let firstEnd: usize = 0;
    let second: usize = 0;
    let secondEnd: usize = 0;
    let value: usize = 0;
    let valueEnd: usize = 0;
    let time: usize = 0;
    let timeEnd: usize = 0;
    let field = 0;
    let start = line;
    let next: usize = 0;
    while (true) {
      if (quotes && load<u8>(start) == 34 && start < end) {
        why = ODD;
        break;
      }
      let stop: usize;
      do {
        while (marks == 0 && window < end) {
          window += 64;
          marks = windowMarks(window, separators);
        }
        stop = window + <usize>ctz(marks);
        marks &= marks - 1;
        // Marks before the field are of a line end or separator of several bytes.
      } while (
        stop < end &&
        (stop < start ||
          (separatorLength > 1 &&
            load<u8>(stop) > 13 &&
            !isSeparator(stop, layout, separatorLength)))
      );
      if (stop >= end) {
        why = INCOMPLETE;
        break;
      }
      if (field == firstField) {
        first = start;
        firstEnd = stop;
      }
      if (field == secondField) {
        second = start;
        secondEnd = stop;
      }
      if (field == valueField) {
        value = start;
        valueEnd = stop;
      }
      if (field == timeField) {
        time = start;
        timeEnd = stop;
      }
      field++;
      const byte = load<u8>(stop);
      if (byte == 10) {
        next = stop + 1;
        break;
      }
      if (byte == 13) {
        if (stop + 1 == end) why = INCOMPLETE;
        else if (load<u8>(stop + 1) != 10) why = ODD;
        else next = stop + 2;
        break;
      }
      if (byte == 0) {
        why = ODD;
        break;
      }
      start = stop + separatorLength;
    }
    if (why != 0) break;
    const length = next - line;
    if (field == 1 && (load<u8>(line) == 10 || load<u8>(line) == 13)) {
      lines++;
      line = next;
      continue;
    }
    if (
      field < needed ||
      first == firstEnd ||
      second == secondEnd ||
      length > 1048576 ||
      rows == CHUNK_ROWS
    ) {
      why = ODD;
      break;
    }
    if (valueField >= 0) {
      const number = decimal(value, valueEnd, layout);
      if (number != number) {
        why = ODD;
        break;
      }
      store<f32>(values + (rows << 2), <f32>number);
    }
    if (timeField >= 0) {
      const number = decimal(time, timeEnd, layout);
      if (number != number) {
        why = ODD;
        break;
      }
      store<f64>(times + (rows << 3), number * timeFactor);
    }
    const record = misses + rows * MISS_BYTES;
    store<u32>(record + MISS_ROW, <u32>rows);
    store<i32>(record + MISS_LINE, lines);
    store<u32>(record + MISS_START, <u32>(line - text));
    store<u32>(record + MISS_FIRST, <u32>(first - text));
    store<u32>(record + MISS_FIRST_END, <u32>(firstEnd - text));
    store<u32>(record + MISS_SECOND, <u32>(second - text));
    store<u32>(record + MISS_SECOND_END, <u32>(secondEnd - text));
    rows++;
    lines++;
    line = next;
  }
  store<u32>(result + ROWS, <u32>rows);
  store<u32>(result + MISSES, lookUp(text, layout, misses, rows, firstRows, secondRows));
  store<i32>(result + LINES, lines);
  store<u32>(result + STOP, <u32>(line - text));
  store<i32>(result + WHY, why);
}

/**
 * Looks up the keys of all rows and keeps the records of those that were not found; how many. Apart from the reading of
 * lines, so that the processor can wait for several places of a table at once.
 */
function lookUp(
  text: usize,
  layout: usize,
  records: usize,
  rows: usize,
  firstRows: usize,
  secondRows: usize,
): u32 {
  const firstTable = layout + TABLES;
  const secondTable = firstTable + TABLE_BYTES;
  let missed: u32 = 0;
  for (let row: usize = 0; row < rows; row++) {
    const record = records + row * MISS_BYTES;
    const first = text + load<u32>(record + MISS_FIRST);
    const firstEnd = text + load<u32>(record + MISS_FIRST_END);
    const second = text + load<u32>(record + MISS_SECOND);
    const secondEnd = text + load<u32>(record + MISS_SECOND_END);
    const firstRow = findKey(firstTable, keyOf(first, firstEnd), first, firstEnd);
    const secondRow = findKey(secondTable, keyOf(second, secondEnd), second, secondEnd);
    store<i32>(firstRows + (row << 2), firstRow);
    store<i32>(secondRows + (row << 2), secondRow);
    if ((firstRow | secondRow) < 0) {
      memory.copy(records + <usize>missed * MISS_BYTES, record, MISS_BYTES);
      missed++;
    }
  }
  return missed;
}

/** Where the line after the first line feed from `from` on begins; `end` where there is none. */
function lineAfter(from: usize, end: usize): usize {
  for (let at = from; at < end; at += 16) {
    const marks = i8x16.bitmask(i8x16.eq(v128.load(at), i8x16.splat(10)));
    if (marks != 0) return min(end, at + <usize>ctz(marks) + 1);
  }
  return end;
}

/**
 * Looks up again what a chunk has missed, from a miss on until one holds a key that is still unknown, on the calling
 * thread. Parameters: text, layout, misses of the chunk, their count, its rows of first and second keys, the miss to
 * begin with, where the answer goes (int32: the miss that was not found, or the count; its rows, −1 for an unknown
 * key). Then, where the caller has found the rows of the first miss: 1, both rows, and memory for copies of its keys.
 */
export function resolveMisses(): void {
  const text = parameter(0);
  const layout = parameter(1);
  const misses = parameter(2);
  const count = parameter(3);
  const firstRows = parameter(4);
  const secondRows = parameter(5);
  const answer = parameter(7);
  const firstTable = layout + TABLES;
  const secondTable = firstTable + TABLE_BYTES;
  let known = parameter(8) != 0;
  let index = parameter(6);
  for (; index < count; index++) {
    const miss = misses + index * MISS_BYTES;
    const first = text + load<u32>(miss + MISS_FIRST);
    const firstEnd = text + load<u32>(miss + MISS_FIRST_END);
    const second = text + load<u32>(miss + MISS_SECOND);
    const secondEnd = text + load<u32>(miss + MISS_SECOND_END);
    const firstKey = keyOf(first, firstEnd);
    const secondKey = keyOf(second, secondEnd);
    let firstRow = findKey(firstTable, firstKey, first, firstEnd);
    let secondRow = findKey(secondTable, secondKey, second, secondEnd);
    if (known) {
      known = false;
      if (firstRow < 0) {
        firstRow = <i32>parameter(9);
        storeKey(firstTable, firstKey, first, firstEnd, firstRow, parameter(11));
      }
      if (secondRow < 0) {
        secondRow = <i32>parameter(10);
        storeKey(secondTable, secondKey, second, secondEnd, secondRow, parameter(12));
      }
    }
    store<i32>(answer + 4, firstRow);
    store<i32>(answer + 8, secondRow);
    if ((firstRow | secondRow) < 0) break;
    const place = <usize>load<u32>(miss + MISS_ROW) << 2;
    store<i32>(firstRows + place, firstRow);
    store<i32>(secondRows + place, secondRow);
  }
  store<u32>(answer, <u32>index);
}
