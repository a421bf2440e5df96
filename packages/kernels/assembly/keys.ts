// A hash table from keys, which are strings of bytes without NUL, to rows. A key of up to 8 bytes is in its slot; of a
// longer one the slot holds a hash and the address of a copy.
import { parameter } from './pool';

// A table: the address of its slots, their number less 1.
const SLOTS: usize = 0;
const MASK: usize = 4;
export const TABLE_BYTES: usize = 8;

// A slot, in bytes from its start: key or hash (uint64), address of the copy or 0, row + 1 or 0 where it is free.
const COPY: usize = 8;
const ROW: usize = 12;

const MULTIPLIER: u64 = 0x9e3779b97f4a7c15;

/** The bytes of a short key as an integer, or the hash of a long one. Reads up to 8 bytes beyond its end. */
@inline
export function keyOf(from: usize, to: usize): u64 {
  const length = to - from;
  const word = load<u64>(from);
  if (length < 8) return word & (((<u64>1) << (<u64>length << 3)) - 1);
  return length == 8 ? word : hashOf(from, to);
}

function hashOf(from: usize, to: usize): u64 {
  let hash = <u64>(to - from);
  let at = from;
  for (; at + 8 <= to; at += 8) hash = mix(hash ^ load<u64>(at));
  const left = to - at;
  return left == 0 ? hash : mix(hash ^ (load<u64>(at) & (((<u64>1) << (<u64>left << 3)) - 1)));
}

@inline
function mix(word: u64): u64 {
  const product = word * MULTIPLIER;
  return product ^ (product >> 32);
}

/** The row of a key, or −1. */
@inline
export function findKey(table: usize, key: u64, from: usize, to: usize): i32 {
  const slots = <usize>load<u32>(table + SLOTS);
  const mask = <usize>load<u32>(table + MASK);
  const long = to - from > 8;
  let slot = <usize>(mix(key) >> 20) & mask;
  let row: i32;
  while ((row = load<i32>(slots + (slot << 4) + ROW)) != 0) {
    const at = slots + (slot << 4);
    if (load<u64>(at) == key) {
      const copy = <usize>load<u32>(at + COPY);
      if (long ? copy != 0 && isCopy(copy, from, to) : copy == 0) break;
    }
    slot = (slot + 1) & mask;
  }
  return row - 1;
}

/** Whether a copy, its length and then its bytes, is that of a key. */
function isCopy(copy: usize, from: usize, to: usize): bool {
  const length = to - from;
  if (<usize>load<u32>(copy) != length) return false;
  for (let i: usize = 0; i < length; i++) {
    if (load<u8>(copy + 4 + i) != load<u8>(from + i)) return false;
  }
  return true;
}

/** Adds a key that is not there; there must be a free slot, and at `copy` memory for a long one. */
export function storeKey(
  table: usize,
  key: u64,
  from: usize,
  to: usize,
  row: i32,
  copy: usize,
): void {
  const length = to - from;
  if (length > 8) {
    store<u32>(copy, <u32>length);
    memory.copy(copy + 4, from, length);
  }
  place(load<u32>(table + SLOTS), load<u32>(table + MASK), key, length > 8 ? copy : 0, row + 1);
}

function place(slots: usize, mask: usize, key: u64, copy: usize, row: i32): void {
  let slot = <usize>(mix(key) >> 20) & mask;
  while (load<i32>(slots + (slot << 4) + ROW) != 0) slot = (slot + 1) & mask;
  const at = slots + (slot << 4);
  store<u64>(at, key);
  store<u32>(at + COPY, <u32>copy);
  store<i32>(at + ROW, row);
}

/** Moves a table to more slots, which are free. Parameters: table, the new slots, their number. */
export function enlargeTable(): void {
  const table = parameter(0);
  const to = parameter(1);
  const mask = parameter(2) - 1;
  const from = <usize>load<u32>(table + SLOTS);
  const end = from + ((<usize>load<u32>(table + MASK) + 1) << 4);
  for (let at = from; at < end; at += 16) {
    const row = load<i32>(at + ROW);
    if (row != 0) place(to, mask, load<u64>(at), load<u32>(at + COPY), row);
  }
  store<u32>(table + SLOTS, <u32>to);
  store<u32>(table + MASK, <u32>mask);
}
