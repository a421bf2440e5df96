import { TensorecError } from '../errors.js';
import type { WasmMemory } from './webassembly.js';

/** Blocks start at multiples of this, a cache line. */
const ALIGNMENT = 64;
const PAGE = 65536;
/** Blocks up to this many bytes are kept by size when they are given back. */
const SMALL = 16384;

/** What lies free: [start, end). */
interface Gap {
  start: number;
  end: number;
}

/**
 * Hands out blocks of a WebAssembly memory, first fit, and grows it when none fits. Small blocks that were given back wait in a
 * list for the next of their size (quick fit: Weinstock & Wulf, "An efficient algorithm for heap storage allocation",
 * 1988), until what waits is needed in larger pieces.
 */
export class Allocator {
  readonly memory: WasmMemory;
  readonly #maximum: number;
  /** Ascending, never adjacent. */
  readonly #gaps: Gap[];
  readonly #sizes = new Map<number, number>();
  /** Addresses of small blocks that were given back, by their size in lines. */
  readonly #waiting: number[][] = Array.from({ length: SMALL / ALIGNMENT + 1 }, () => []);
  #used = 0;

  /**
   * @param base - what lies below is not handed out
   * @param maximum - bytes that the memory can grow to
   */
  constructor(memory: WasmMemory, base: number, maximum: number) {
    this.memory = memory;
    this.#maximum = maximum;
    this.#gaps = [{ start: roundUp(base), end: memory.buffer.byteLength }];
  }

  /** Bytes in blocks that were handed out and not freed. */
  get used(): number {
    return this.#used;
  }

  /** Bytes that the memory can grow to. */
  get maximum(): number {
    return this.#maximum;
  }

  /**
   * A block of at least `bytes` bytes, with any contents.
   *
   * @throws TensorecError `memory` when there is no room.
   */
  allocate(bytes: number): number {
    const size = roundUp(Math.max(1, bytes));
    const address =
      (size <= SMALL ? this.#waiting[size / ALIGNMENT]!.pop() : undefined) ?? this.#take(size);
    this.#sizes.set(address, size);
    this.#used += size;
    return address;
  }

  /** A block of the first gap that has room; what waits becomes gaps again before the memory grows. */
  #take(size: number): number {
    const fits = (gap: Gap): boolean => gap.end - gap.start >= size;
    let index = this.#gaps.findIndex(fits);
    if (index < 0) {
      this.#joinWaiting();
      index = this.#gaps.findIndex(fits);
    }
    if (index < 0) {
      this.#grow(size);
      index = this.#gaps.length - 1;
    }
    const gap = this.#gaps[index]!;
    const address = gap.start;
    gap.start += size;
    if (gap.start === gap.end) this.#gaps.splice(index, 1);
    return address;
  }

  #joinWaiting(): void {
    this.#waiting.forEach((addresses, lines) => {
      for (const address of addresses.splice(0)) {
        this.#release(address, address + lines * ALIGNMENT);
      }
    });
  }

  /** Takes a block back. */
  free(address: number): void {
    const size = this.#sizes.get(address);
    if (size === undefined) throw new Error(`No block starts at ${address}.`);
    this.#sizes.delete(address);
    this.#used -= size;
    if (size <= SMALL) this.#waiting[size / ALIGNMENT]!.push(address);
    else this.#release(address, address + size);
  }

  #release(start: number, end: number): void {
    const gaps = this.#gaps;
    let after = gaps.findIndex((gap) => gap.start >= end);
    if (after < 0) after = gaps.length;
    const below = gaps[after - 1];
    const above = gaps[after];
    const joinsBelow = below?.end === start;
    const joinsAbove = above?.start === end;
    if (joinsBelow && joinsAbove) {
      below.end = above.end;
      gaps.splice(after, 1);
    } else if (joinsBelow) below.end = end;
    else if (joinsAbove) above.start = start;
    else gaps.splice(after, 0, { start, end });
  }

  /** Makes the last gap at least `size` long. */
  #grow(size: number): void {
    const { memory } = this;
    const end = memory.buffer.byteLength;
    const last = this.#gaps.at(-1);
    const present = last !== undefined && last.end === end ? end - last.start : 0;
    const missing = size - present;
    // A quarter more than there is, so that many small blocks do not grow it one by one.
    const wanted = Math.min(Math.max(missing, end / 4), this.#maximum - end);
    for (const bytes of [wanted, missing]) {
      const pages = Math.ceil(bytes / PAGE);
      if (bytes < missing || end + pages * PAGE > this.#maximum) continue;
      try {
        memory.grow(pages);
      } catch {
        continue; // The system has less; what is missing is tried next, then the error below tells.
      }
      this.#release(end, end + pages * PAGE);
      return;
    }
    throw new TensorecError(
      'memory',
      `The kernels need ${megabytes(size)} more in one piece; ${megabytes(this.#used)} are in use and ${megabytes(this.#maximum)} is the most that this engine gives. ` +
        'Use fewer factors or items, or dispose of models that are no longer needed.',
    );
  }
}

function roundUp(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
}

function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / 1048576)} MB`;
}
