// What the kernels cost beside the work: starting, calling, downloading. Nothing to compare with, so no row of the table.
// Prints lines of its own: each figure is of one process, or the fastest of many calls.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'tsup';
import { ready, requireEngine } from '../packages/kernels/src/engine/engine.js';
import { root } from '../scripts/packages.js';
import { describeMachine } from '../scripts/sources.js';
import { summarise } from './harness/measure.js';

const entry = join(root, 'packages/kernels/dist/index.js');
const threads = availableParallelism();

print('ready(), milliseconds in a new process', {
  'import alone': startMilliseconds(''),
  '1 thread': startMilliseconds('await ready({ threads: 1 });'),
  [`${threads} threads`]: startMilliseconds(`await ready({ threads: ${threads} });`),
});
await ready({ threads });
const engine = requireEngine();
const memory = engine.open();
/** Chunks of 128 columns; packing them copies them. */
const columns = 128 * threads;
const depth = 256;
const source = memory.allocateZeros(4 * depth * columns);
const packed = memory.allocateZeros(4 * depth * columns);
const empty = microseconds(() => {
  engine.call('packColumns', [0, 0, 0, 0, 0, 0]);
});
const parameters = [source, 4 * columns, 0, depth, columns, packed];
const alone = microseconds(() => {
  engine.runChunks('packColumns', 0, 1, parameters);
});
const together = microseconds(() => {
  engine.runChunks('packColumns', 0, threads, parameters);
});
print('a call of a kernel, microseconds', {
  'with nothing to do': empty,
  'a chunk of work': alone,
  [`${threads} chunks on ${threads} threads`]: together,
  'dispatch, the difference': together - alone,
});
print('@tensorec/kernels minified, kB', await sizes());

/** Milliseconds from before the import to after the statement, fastest of 5 processes. */
function startMilliseconds(statement: string): number {
  const script = `const start = performance.now();
    const { ready } = await import(${JSON.stringify(entry)});
    ${statement}
    console.log(performance.now() - start);`;
  return Math.min(
    ...Array.from({ length: 5 }, () =>
      Number(
        execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' }),
      ),
    ),
  );
}

/** The median of calls in 200 bursts of 100, after 2,000 calls. */
function microseconds(call: () => void): number {
  for (let n = 0; n < 2000; n++) call();
  const bursts = Array.from({ length: 200 }, () => {
    const start = performance.now();
    for (let n = 0; n < 100; n++) call();
    return (performance.now() - start) * 10;
  });
  return summarise(bursts).median;
}

/** Everything that the package exports, as one file. */
async function sizes(): Promise<Readonly<Record<string, number>>> {
  const outDir = mkdtempSync(join(tmpdir(), 'tensorec-size-'));
  await build({
    entry: [entry],
    outDir,
    config: false,
    silent: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    noExternal: [/.*/],
  });
  const text = readFileSync(join(outDir, 'index.js'));
  rmSync(outDir, { recursive: true });
  return { plain: text.length / 1000, gzip: gzipSync(text, { level: 9 }).length / 1000 };
}

function print(name: string, figures: Readonly<Record<string, number>>): void {
  const rounded = Object.entries(figures).map(([key, value]) => [
    key,
    Number(value.toPrecision(3)),
  ]);
  console.log(JSON.stringify({ name, ...Object.fromEntries(rounded), machine: describeMachine() }));
}
