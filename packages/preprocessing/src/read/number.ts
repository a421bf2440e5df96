import { SPACE } from './text.js';

const POWERS_OF_TEN = Float64Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));
/** A decimal number, as text. */
export const DECIMAL: RegExp = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const ZERO = 48;

/**
 * The decimal number between two bytes, rounded as `Number(text)` rounds it; spaces around it are allowed. Anything
 * else (also an empty cell, `NaN`, `Infinity` and hexadecimal) gives `NaN`.
 */
export function parseNumber(bytes: Uint8Array, start: number, end: number): number {
  let from = start;
  let to = end;
  while (from < to && bytes[from] === SPACE) from++;
  while (to > from && bytes[to - 1] === SPACE) to--;

  // Up to 15 digits and a point: an exact integer over an exact power of ten, hence correctly rounded.
  if (to - from <= 16) {
    const negative = bytes[from] === 45;
    let mantissa = 0;
    let digits = 0;
    let point = -1;
    let position = negative ? from + 1 : from;
    for (; position < to; position++) {
      const digit = bytes[position]! - ZERO;
      if (digit >= 0 && digit <= 9) {
        mantissa = mantissa * 10 + digit;
        digits++;
      } else if (digit === -2 && point < 0) {
        point = position;
      } else {
        break;
      }
    }
    if (position === to && digits > 0 && digits <= 15) {
      const number = point < 0 ? mantissa : mantissa / POWERS_OF_TEN[to - point - 1]!;
      return negative ? -number : number;
    }
  }
  if (from === to || to - from > 400) return NaN;
  const text = String.fromCharCode(...bytes.subarray(from, to));
  return DECIMAL.test(text) ? Number(text) : NaN;
}
