import { show } from '@tensorec/core';
import { LineProblem } from './line-problem.js';

/** Byte of a line feed. */
export const LINE_FEED = 10;
/** Byte of a carriage return. */
export const CARRIAGE_RETURN = 13;
/** Byte of a tab. */
export const TAB = 9;
/** Byte of a space. */
export const SPACE = 32;
/** Byte of a comma. */
export const COMMA = 44;
/** Byte of a double quote. */
export const QUOTE = 34;

const strictDecoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const lenientDecoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** The bytes from `start` to `end` as text; `position` is where a problem is reported. */
export function decodeText(
  bytes: Uint8Array,
  start: number,
  end: number,
  position: number = start,
): string {
  try {
    return strictDecoder.decode(bytes.subarray(start, end));
  } catch {
    throw new LineProblem(
      `found bytes that are not UTF-8 in ${showBytes(bytes, start, end)}, expected UTF-8 text; convert the file to UTF-8`,
      position,
    );
  }
}

/** The bytes as they are shown in a message, whatever they are. */
export function showBytes(bytes: Uint8Array, start: number, end: number): string {
  return show(lenientDecoder.decode(bytes.subarray(start, Math.min(end, start + 400))));
}

/** The problem of a NUL byte, which no text holds. */
export function nulProblem(position: number): LineProblem {
  return new LineProblem(
    'found a NUL byte, expected text; check that this is a text file',
    position,
  );
}

/** How many characters of UTF-8 lie between two bytes. */
export function countCharacters(bytes: Uint8Array, start: number, end: number): number {
  let count = 0;
  for (let position = start; position < end; position++) {
    if ((bytes[position]! & 0xc0) !== 0x80) count++;
  }
  return count;
}
