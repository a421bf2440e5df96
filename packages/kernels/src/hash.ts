import type { ReadonlyNumbers } from './arrays.js';

const C1 = 0x239b961b;
const C2 = 0xab0e9789 | 0;
const C3 = 0x38b34ae5;
const C4 = 0xa1e38b93 | 0;

function rotate(word: number, distance: number): number {
  return (word << distance) | (word >>> (32 - distance));
}

function mix(word: number, first: number, distance: number, second: number): number {
  return Math.imul(rotate(Math.imul(word, first), distance), second);
}

function finalize(word: number): number {
  let mixed = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}

function hex(word: number): string {
  return (word >>> 0).toString(16).padStart(8, '0');
}

/** The little-endian word made of the (at most 4) bytes from `start` on; bytes beyond the end count as 0. */
function wordAt(bytes: Uint8Array, start: number): number {
  let word = 0;
  for (let place = 0; place < 4 && start + place < bytes.length; place++) {
    word |= bytes[start + place]! << (8 * place);
  }
  return word;
}

/**
 * MurmurHash3_x86_128 (Appleby 2011): a fast 128-bit hash, well mixed but not safe against an adversary.
 *
 * @param seed - any 32-bit integer.
 * @returns 32 hexadecimal digits: the four 32-bit words in order, each with its highest digit first.
 */
export function murmur3(bytes: Uint8Array, seed: number): string {
  const { length } = bytes;
  const view = new DataView(bytes.buffer, bytes.byteOffset, length);
  let h1 = seed | 0;
  let h2 = h1;
  let h3 = h1;
  let h4 = h1;

  const end = length - (length % 16);
  for (let at = 0; at < end; at += 16) {
    h1 = rotate(h1 ^ mix(view.getInt32(at, true), C1, 15, C2), 19);
    h1 = (Math.imul((h1 + h2) | 0, 5) + 0x561ccd1b) | 0;
    h2 = rotate(h2 ^ mix(view.getInt32(at + 4, true), C2, 16, C3), 17);
    h2 = (Math.imul((h2 + h3) | 0, 5) + 0x0bcaa747) | 0;
    h3 = rotate(h3 ^ mix(view.getInt32(at + 8, true), C3, 17, C4), 15);
    h3 = (Math.imul((h3 + h4) | 0, 5) + 0x96cd1c35) | 0;
    h4 = rotate(h4 ^ mix(view.getInt32(at + 12, true), C4, 18, C1), 13);
    h4 = (Math.imul((h4 + h1) | 0, 5) + 0x32ac3b17) | 0;
  }
  h1 ^= mix(wordAt(bytes, end), C1, 15, C2);
  h2 ^= mix(wordAt(bytes, end + 4), C2, 16, C3);
  h3 ^= mix(wordAt(bytes, end + 8), C3, 17, C4);
  h4 ^= mix(wordAt(bytes, end + 12), C4, 18, C1);

  h1 ^= length;
  h2 ^= length;
  h3 ^= length;
  h4 ^= length;
  h1 = (h1 + h2 + h3 + h4) | 0;
  h2 = (h2 + h1) | 0;
  h3 = (h3 + h1) | 0;
  h4 = (h4 + h1) | 0;
  h1 = finalize(h1);
  h2 = finalize(h2);
  h3 = finalize(h3);
  h4 = finalize(h4);
  h1 = (h1 + h2 + h3 + h4) | 0;
  return hex(h1) + hex(h2 + h1) + hex(h3 + h1) + hex(h4 + h1);
}

/**
 * One 128-bit name for a list of arrays and strings: equal lists have equal names, and lists that differ in a byte,
 * a length, an array type or in where one part ends and the next begins have different ones (but for a chance of
 * 2^-128; see {@link murmur3} for what it is not). Linear time. Numbers are hashed as they lie in memory, so the name
 * is the same on all little-endian machines, and 0 and -0 differ.
 *
 * @returns 32 hexadecimal digits.
 */
export function fingerprint(parts: readonly (ReadonlyNumbers | string)[]): string {
  const encoder = new TextEncoder();
  const lines: string[] = [];
  for (const part of parts) {
    const bytes =
      typeof part === 'string'
        ? encoder.encode(part)
        : new Uint8Array(part.buffer, part.byteOffset, part.byteLength);
    // "[object Int32Array]", "[object String]": the kind of the part
    const kind = Object.prototype.toString.call(part);
    lines.push(`${kind} ${bytes.length} ${murmur3(bytes, 0)}\n`);
  }
  return murmur3(encoder.encode(lines.join('')), lines.length);
}
