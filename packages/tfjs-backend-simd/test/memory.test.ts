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
    const [before, after] = JSON.parse(printed) as readonly [Held, Held];
    const { heapBytes, ...counts } = after;
    const { heapBytes: heapBefore, ...countsBefore } = before;
    expect(counts).toEqual(countsBefore);
    console.log(`The heap changed by ${heapBytes - heapBefore} bytes in ${STEPS} steps.`);
    expect(heapBytes - heapBefore).toBeLessThan(BYTES_PER_STEP * STEPS);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
