import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Held } from './memory/run.js';
import { bundle, runProgram } from './programs.js';

/** What a tensor that each step kept would take of the heap is more than that. */
const BYTES_PER_STEP = 200;
const STEPS = 1000;

it('holds after a thousand training steps what it held before them', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tensorec-memory-'));
  try {
    const program = join(folder, 'memory.cjs');
    await bundle(new URL('memory/run.ts', import.meta.url), program);
    const printed = runProgram(['--expose-gc', program, String(STEPS)]);
    const parts = JSON.parse(printed) as readonly Held[];
    const [first, ...later] = parts.map(({ heapBytes: _, ...counts }) => counts);
    for (const counts of later) expect(counts).toEqual(first);
    // Compiling goes on for a while and grows the heap now and then; what a step keeps grows it in each part.
    const growths = parts.slice(1).map(({ heapBytes }, n) => heapBytes - parts[n]!.heapBytes);
    expect(Math.min(...growths)).toBeLessThan(BYTES_PER_STEP * STEPS);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
