import type { Id, VocabularyBuilder } from '@tensorec/core';
import { LineProblem } from './line-problem.js';
import { parseNumber } from './number.js';
import { decodeText, showBytes } from './text.js';

/** How raw ids are read: as text ("007" is not "7"), or as numbers. */
export type IdKind = 'string' | 'number';

/** Ints of a slot: two words of the key, where a long key is kept, row + 1 (0 where the slot is free). */
const SLOT = 4;
/** A key of up to so many bytes is in the words themselves, filled up with NUL, which no id holds. */
const SHORT_KEY = 8;

/**
 * Rows of ids by their bytes: an open-addressing hash table in front of a vocabulary, so that an id is decoded once and
 * not once a line. Several spellings of a number ("7", "7.0") lead to one row.
 */
export class IdTable {
  readonly kind: IdKind;
  readonly vocabulary: VocabularyBuilder;
  #slots = new Int32Array(SLOT << 12);
  #size = 0;
  /** Bytes of the long keys. */
  #keys = new Uint8Array(1 << 12);
  #keysSize = 0;
  /** Words of the key looked for last. */
  #first = 0;
  #second = 0;

  constructor(kind: IdKind, vocabulary: VocabularyBuilder) {
    this.kind = kind;
    this.vocabulary = vocabulary;
  }

  /** The row of an id, added when new; a {@link LineProblem} at `position`, and nothing added, when it is none. */
  row(bytes: Uint8Array, start: number, end: number, position: number): number {
    const row = this.find(bytes, start, end);
    if (row >= 0) return row;
    return this.insert(bytes, start, end, this.read(bytes, start, end, position));
  }

  /** The row of an id that was seen before, or -1. */
  find(bytes: Uint8Array, start: number, end: number): number {
    const long = end - start > SHORT_KEY;
    let first = 0;
    let second = 0;
    if (long) {
      second = end - start;
      for (let position = start; position < end; position++) {
        first = Math.imul(first ^ bytes[position]!, 0x01000193);
      }
    } else {
      const middle = Math.min(start + 4, end);
      for (let position = start; position < middle; position++) {
        first = (first << 8) | bytes[position]!;
      }
      for (let position = middle; position < end; position++) {
        second = (second << 8) | bytes[position]!;
      }
    }
    this.#first = first;
    this.#second = second;
    const slots = this.#slots;
    const mask = slots.length / SLOT - 1;
    for (let slot = mixed(first, second) & mask; ; slot = (slot + 1) & mask) {
      const base = slot * SLOT;
      const row = slots[base + 3]! - 1;
      if (row < 0) return -1;
      if (slots[base] !== first || slots[base + 1] !== second) continue;
      const keyStart = slots[base + 2]! - 1;
      if (long ? this.#hasKey(keyStart, bytes, start, end) : keyStart < 0) return row;
    }
  }

  /** The id that the bytes spell. */
  read(bytes: Uint8Array, start: number, end: number, position: number): Id {
    if (start === end) {
      throw new LineProblem(
        'found an empty cell, expected an id; fill it in or remove the line',
        position,
      );
    }
    if (this.kind === 'string') return decodeText(bytes, start, end, position);
    const id = parseNumber(bytes, start, end);
    if (Number.isFinite(id)) return id === 0 ? 0 : id;
    throw new LineProblem(
      `found ${showBytes(bytes, start, end)}, expected a number; set ids to "string" when ids are text`,
      position,
    );
  }

  /** Adds an id that the last {@link IdTable.find} did not find; its row. */
  insert(bytes: Uint8Array, start: number, end: number, id: Id): number {
    const { vocabulary } = this;
    // Text of other bytes is other text; so where all ids came from here, it need not be looked up once more.
    const isDistinct = this.kind === 'string' && vocabulary.size === this.#size;
    const row = isDistinct ? vocabulary.addDistinct(id) : vocabulary.add(id);
    this.#size++;
    if (2 * SLOT * this.#size > this.#slots.length) this.#enlarge();
    const keyStart = end - start > SHORT_KEY ? this.#addKey(bytes, start, end) : -1;
    this.#place(this.#first, this.#second, keyStart + 1, row + 1);
    return row;
  }

  #hasKey(keyStart: number, bytes: Uint8Array, start: number, end: number): boolean {
    if (keyStart < 0) return false;
    const keys = this.#keys;
    for (let position = start, key = keyStart; position < end; position++, key++) {
      if (keys[key] !== bytes[position]) return false;
    }
    return true;
  }

  #addKey(bytes: Uint8Array, start: number, end: number): number {
    const keyStart = this.#keysSize;
    this.#keysSize += end - start;
    if (this.#keysSize > this.#keys.length) {
      const keys = new Uint8Array(2 * this.#keysSize);
      keys.set(this.#keys);
      this.#keys = keys;
    }
    this.#keys.set(bytes.subarray(start, end), keyStart);
    return keyStart;
  }

  #place(first: number, second: number, key: number, row: number): void {
    const slots = this.#slots;
    const mask = slots.length / SLOT - 1;
    let slot = mixed(first, second) & mask;
    while (slots[slot * SLOT + 3] !== 0) slot = (slot + 1) & mask;
    slots[slot * SLOT] = first;
    slots[slot * SLOT + 1] = second;
    slots[slot * SLOT + 2] = key;
    slots[slot * SLOT + 3] = row;
  }

  #enlarge(): void {
    const slots = this.#slots;
    this.#slots = new Int32Array(2 * slots.length);
    for (let base = 0; base < slots.length; base += SLOT) {
      const row = slots[base + 3]!;
      if (row !== 0) this.#place(slots[base]!, slots[base + 1]!, slots[base + 2]!, row);
    }
  }
}

function mixed(first: number, second: number): number {
  let hash = Math.imul(first, 0x9e3779b1) ^ Math.imul(second, 0x85ebca77);
  hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
