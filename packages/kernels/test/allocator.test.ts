import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Allocator } from '../src/engine/allocator.js';
import { webAssembly, type WasmMemory } from '../src/engine/webassembly.js';
import { isTensorecError, TensorecError } from '../src/index.js';

const PAGE = 65536;
const ALIGNMENT = 64;
const BASE = 1000;

function createMemory(initial: number, maximum: number): WasmMemory {
  if (webAssembly === undefined) throw new Error('There is no WebAssembly here.');
  return new webAssembly.Memory({ initial, maximum, shared: false });
}

function createAllocator(initial: number, maximum: number): Allocator {
  return new Allocator(createMemory(initial, maximum), BASE, maximum * PAGE);
}

function memoryErrorOf(work: () => unknown): TensorecError {
  try {
    work();
  } catch (error) {
    if (isTensorecError(error, 'memory')) return error;
    throw error;
  }
  throw new Error('There was no error.');
}

describe('Allocator', () => {
  it('hands out aligned blocks that never overlap, and joins what is given back', () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('allocate' as const), bytes: fc.nat(3 * PAGE) }),
      fc.record({ kind: fc.constant('free' as const), which: fc.nat() }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const allocator = createAllocator(1, 400);
        const live: { start: number; end: number }[] = [];
        let used = 0;
        for (const current of steps) {
          if (current.kind === 'allocate') {
            const start = allocator.allocate(current.bytes);
            const size = Math.ceil(Math.max(1, current.bytes) / ALIGNMENT) * ALIGNMENT;
            const end = start + size;
            expect(start % ALIGNMENT).toBe(0);
            expect(start).toBeGreaterThanOrEqual(BASE);
            expect(end).toBeLessThanOrEqual(allocator.memory.buffer.byteLength);
            for (const other of live) expect(start >= other.end || end <= other.start).toBe(true);
            live.push({ start, end });
            used += size;
          } else if (live.length > 0) {
            const [block] = live.splice(current.which % live.length, 1);
            if (block === undefined) continue;
            allocator.free(block.start);
            used -= block.end - block.start;
          }
          expect(allocator.used).toBe(used);
        }
        for (const { start } of live) allocator.free(start);
        expect(allocator.used).toBe(0);
        // All of it is one gap again: as a block it needs no growth.
        const before = allocator.memory.buffer.byteLength;
        allocator.allocate(before - Math.ceil(BASE / ALIGNMENT) * ALIGNMENT);
        expect(allocator.memory.buffer.byteLength).toBe(before);
      }),
    );
  });

  it('uses a gap before it grows the memory', () => {
    const allocator = createAllocator(2, 100);
    const first = allocator.allocate(PAGE);
    allocator.allocate(1);
    allocator.free(first);
    expect(allocator.allocate(PAGE)).toBe(first);
    expect(allocator.memory.buffer.byteLength).toBe(2 * PAGE);
  });

  it('gives a small block to the next of its size, and joins small blocks before it grows the memory', () => {
    const allocator = createAllocator(1, 100);
    const blocks = Array.from({ length: 40 }, (_, i) => allocator.allocate(1000 + 10 * (i % 4)));
    allocator.free(blocks[6]!);
    expect(allocator.allocate(1020)).toBe(blocks[6]);
    for (const block of blocks) allocator.free(block);
    expect(allocator.used).toBe(0);
    allocator.allocate(60_000);
    expect(allocator.memory.buffer.byteLength).toBe(PAGE);
  });

  it('says how many megabytes were wanted when there is no room, and goes on', () => {
    const allocator = createAllocator(1, 64);
    const kept = allocator.allocate(1024 * 1024);
    const { message } = memoryErrorOf(() => allocator.allocate(10 * 1024 * 1024));
    expect(message).toContain('10 MB');
    expect(message).toContain('1 MB are in use');
    expect(message).toContain('4 MB is the most');
    expect(allocator.used).toBe(1024 * 1024);
    allocator.free(kept);
    expect(allocator.allocate(3 * 1024 * 1024)).toBeGreaterThanOrEqual(BASE);
  });

  it('gives the last byte', () => {
    const allocator = createAllocator(1, 64);
    allocator.allocate(64 * PAGE - 1024);
    expect(() => allocator.allocate(1)).toThrow(TensorecError);
  });

  it('takes what the system still gives when it refuses a quarter more', () => {
    const memory = createMemory(40, 100);
    const sparing: WasmMemory = {
      get buffer() {
        return memory.buffer;
      },
      grow(pages) {
        if (pages > 2) throw new RangeError('no more');
        return memory.grow(pages);
      },
    };
    const allocator = new Allocator(sparing, 0, 100 * PAGE);
    allocator.allocate(40 * PAGE);
    allocator.allocate(2 * PAGE);
    expect(memory.buffer.byteLength).toBe(42 * PAGE);
    expect(memoryErrorOf(() => allocator.allocate(3 * PAGE)).code).toBe('memory');
  });

  it('knows its blocks', () => {
    const allocator = createAllocator(1, 1);
    const block = allocator.allocate(8);
    expect(() => {
      allocator.free(block + ALIGNMENT);
    }).toThrow('No block starts');
  });
});
