// Prints how long `ready()` takes and what calls cost. Argument: threads.
import { finish, matrixProduct, ready } from '@tensorec/kernels';

const threads = Number(process.argv[2]);
const start = performance.now();
await ready({ threads });
const readyMilliseconds = performance.now() - start;
// One chunk is for the calling thread alone; two wake a worker.
const [oneChunk, twoChunks] = [1, 80].map((rows) => {
  const left = new Float32Array(rows);
  const right = Float32Array.of(1);
  return median(10_001, () => finish(matrixProduct(left, right, { rows, depth: 1, columns: 1 })));
});
console.log(JSON.stringify({ threads, readyMilliseconds, oneChunk, twoChunks }));

/** Median of the microseconds that some runs take. */
function median(runs, work) {
  const times = [];
  for (let run = 0; run < runs; run++) {
    const from = performance.now();
    work();
    times.push(1000 * (performance.now() - from));
  }
  return times.sort((a, b) => a - b)[runs >> 1];
}
