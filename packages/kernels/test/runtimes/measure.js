// Prints how long `ready()` takes and what calls cost. Argument: threads.
import { Random, ready } from '@tensorec/kernels';

const threads = Number(process.argv[2]);
const start = performance.now();
await ready({ threads });
const readyMilliseconds = performance.now() - start;
const random = new Random(1);
// One chunk, for the calling thread alone, and two, which wake a worker.
const [oneChunk, twoChunks] = [2048, 8192].map((length) => {
  const numbers = new Float32Array(length);
  return median(1001, () => random.fillUniform(numbers));
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
